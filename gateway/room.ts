/**
 * How much a gateway takes in at once: who comes when it is full waits, first come first served, with its bytes as
 * they came. Without it a hundred thousand open messages are decoded before the first is stored.
 */
export class Room {
  readonly #size: number
  #waiting: { weight: number; enter(): void }[] = []
  /** The first who still waits; those before it are dropped in one go, for `shift` moves everybody each time. */
  #first = 0
  #taken = 0

  constructor(size: number) {
    this.#size = size
  }

  get waiting(): number {
    return this.#waiting.length - this.#first
  }

  /** Undefined when there is room now; else resolves when there is. What is larger than the room enters alone. */
  enter(weight: number): Promise<void> | undefined {
    if (this.waiting === 0 && this.#fits(weight)) {
      this.#taken += weight
      return undefined
    }
    return new Promise((resolve) => this.#waiting.push({ weight, enter: resolve }))
  }

  leave(weight: number): void {
    this.#taken -= weight
    for (let next = this.#next(); next && this.#fits(next.weight); next = this.#next()) {
      this.#first++
      this.#taken += next.weight
      next.enter()
    }
    if (this.#first * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#first)
      this.#first = 0
    }
  }

  #next() {
    return this.#waiting[this.#first]
  }

  #fits(weight: number): boolean {
    return this.#taken === 0 || this.#taken + weight <= this.#size
  }
}
