import type { Random } from './random.ts'

export type BackoffOptions = {
  minMs: number
  maxMs: number
  /** The first wait is drawn from up to here; twice `minMs` unless given. */
  firstMs?: number
}

/** A village's power comes back at once: ten thousand devices must not. */
const usual: BackoffOptions = { minMs: 1_000, maxMs: 60_000 }

/** Waits between attempts: doubling, each drawn from the whole range below it (“full jitter”) but never under `minMs`. */
export class Backoff {
  readonly #options: BackoffOptions
  readonly #random: Random
  #failures = 0

  constructor(random: Random, options: BackoffOptions = usual) {
    this.#random = random
    this.#options = options
  }

  /** How long to wait before the next attempt, in milliseconds. */
  next(): number {
    const { minMs, maxMs, firstMs = minMs * 2 } = this.#options
    const ceiling = Math.min(maxMs, firstMs * 2 ** this.#failures++)
    return Math.round(this.#random.between(minMs, ceiling))
  }

  /** The platform answered: the next trouble starts small again. */
  reset(): void {
    this.#failures = 0
  }
}
