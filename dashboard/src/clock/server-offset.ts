/** How many heartbeats the estimate looks back on; at one in three seconds, a minute. */
const KEPT = 20

/**
 * The desk's own clock may be minutes wrong, yet waiting times must be right: they are counted on the server's
 * clock. A heartbeat says the server's time a little late, never early, so the largest difference seen is nearest.
 */
export class ServerOffset {
  readonly #seen: number[] = []

  /** @param serverMs what the heartbeat said @param localMs this machine's clock when it came */
  heard(serverMs: number, localMs: number): number {
    this.#seen.push(serverMs - localMs)
    if (this.#seen.length > KEPT) this.#seen.shift()
    return Math.max(...this.#seen)
  }
}
