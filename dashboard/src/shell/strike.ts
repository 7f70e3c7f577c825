/** A key struck twice in haste means one act: the second must not take the next alarm unseen. */
const ONE_STRIKE_MS = 1_000

export class Strike {
  #landedAt = -Infinity

  /** @param now ms, monotonic. Answers whether this stroke is an act of its own. */
  lands(now: number): boolean {
    const own = now - this.#landedAt >= ONE_STRIKE_MS
    this.#landedAt = now
    return own
  }
}
