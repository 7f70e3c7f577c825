import { createHash } from 'node:crypto'

/** Numbers that follow from a seed alone, so that a run can be had again. */
export type Random = {
  /** In [0, 1). */
  next(): number
  /** A number in [low, high). */
  between(low: number, high: number): number
  /** A whole number in [low, high]. */
  whole(low: number, high: number): number
}

/**
 * `name` gives each device its own stream: how many numbers one device draws does not change another's.
 * Generator: sfc32 (Doty-Humphrey, PractRand), seeded by SHA-256.
 */
export function seeded(seed: number, name = ''): Random {
  const hash = createHash('sha256').update(`${seed}/${name}`).digest()
  let a = hash.readInt32LE(0)
  let b = hash.readInt32LE(4)
  let c = hash.readInt32LE(8)
  let d = 1
  function next(): number {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return (t >>> 0) / 2 ** 32
  }
  return {
    next,
    between: (low, high) => low + next() * (high - low),
    whole: (low, high) => low + Math.floor(next() * (high - low + 1)),
  }
}

/** A fresh seed for a randomised run, or the one that `ANJU_SEED` asks to see again. */
export function freshSeed(): number {
  return Number(process.env.ANJU_SEED ?? Math.floor(Math.random() * 2 ** 31))
}
