import { createHash } from 'node:crypto'

/** Draws that follow from a seed and a name alone, so that the same county can be had again. */
export class Random {
  #a: number
  #b: number
  #c: number
  #d = 1
  readonly #seed: string

  /** `name` gives everybody a stream of their own: how much one draws does not change another's. */
  constructor(seed: string, name = '') {
    this.#seed = name === '' ? seed : `${seed}/${name}`
    const hash = createHash('sha256').update(this.#seed).digest()
    this.#a = hash.readInt32LE(0)
    this.#b = hash.readInt32LE(4)
    this.#c = hash.readInt32LE(8)
  }

  /** A stream that depends on this one's seed and the name, not on what was drawn. */
  stream(name: string): Random {
    return new Random(this.#seed, name)
  }

  /** In [0, 1): sfc32 (Doty-Humphrey, PractRand). */
  next(): number {
    const t = (((this.#a + this.#b) | 0) + this.#d) | 0
    this.#d = (this.#d + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + t
    this.#c |= 0
    return (t >>> 0) / 2 ** 32
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low)
  }

  /** A whole number in [low, high]. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  chance(share: number): boolean {
    return this.next() < share
  }

  /** About normal: the sum of four draws, cut at two and a half deviations or so. */
  around(middle: number, deviation: number): number {
    const sum = this.next() + this.next() + this.next() + this.next() - 2
    return middle + sum * deviation * Math.sqrt(3)
  }

  pick<T>(from: readonly T[]): T {
    const found = from[Math.floor(this.next() * from.length)]
    if (found === undefined) throw new RangeError('nothing to pick from')
    return found
  }

  /** One of them, by its weight. */
  weighed<T>(from: readonly (readonly [T, number])[]): T {
    let left = this.next() * from.reduce((sum, [, weight]) => sum + weight, 0)
    for (const [value, weight] of from) {
      left -= weight
      if (left < 0) return value
    }
    return this.pick(from)[0]
  }

  shuffled<T>(from: readonly T[]): T[] {
    const left = [...from]
    for (let i = left.length - 1; i > 0; i--) {
      const j = this.whole(0, i)
      const [a, b] = [left[i], left[j]]
      if (a !== undefined && b !== undefined) [left[i], left[j]] = [b, a]
    }
    return left
  }

  /** Bytes as hex digits. */
  hex(bytes: number): string {
    return Array.from({ length: bytes }, () => this.whole(0, 255).toString(16).padStart(2, '0')).join('')
  }

  /** A UUIDv7 of that moment whose random bits are drawn here: the same plan has the same ids. */
  id(at: Date): string {
    const time = at.getTime().toString(16).padStart(12, '0')
    const random = this.hex(10)
    const variant = ((parseInt(random[3] ?? '0', 16) & 0x3) | 0x8).toString(16)
    return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}`
  }
}
