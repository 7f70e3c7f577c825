import type { Clock } from './clock.ts'

/** A clock that shows what a story says: days are told in seconds while the network lives in its own time. */
export class StoryClock implements Clock {
  #now: number
  readonly #network: Clock

  constructor(startMs: number, network: Clock) {
    this.#now = startMs
    this.#network = network
  }

  now(): number {
    return this.#now
  }

  /** It is later now; a story does not go back. */
  tell(atMs: number): void {
    this.#now = Math.max(this.#now, atMs)
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#network.sleep(ms, signal)
  }
}
