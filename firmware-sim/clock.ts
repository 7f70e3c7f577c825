/** Where a device gets its time from: the scenario's, never the process's. */
export type Clock = {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Resolves after `ms` of this clock, or at once when `signal` aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const realClock: Clock = {
  now: () => Date.now(),
  sleep(ms, signal) {
    if (signal?.aborted) return Promise.resolve()
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(wake, ms)
    signal?.addEventListener('abort', wake, { once: true })
    function wake(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', wake)
      resolve()
    }
    return promise
  },
}

/** Time that runs `speed` times as fast from now on: half an hour of a household in a minute. */
export function fastClock(speed: number): Clock {
  const start = Date.now()
  return {
    now: () => Math.round(start + (Date.now() - start) * speed),
    sleep: (ms, signal) => realClock.sleep(ms / speed, signal),
  }
}

/**
 * A device's own clock: set wrong by `offsetMs` and running wrong by `driftPpm` (a cheap quartz: ±20, a bad one: ±200)
 * from the moment it is made. Sleeping follows the true clock, as a crystal's error is nothing over a heartbeat.
 */
export function wrongClock(truth: Clock, wrong: { offsetMs?: number; driftPpm?: number }): Clock {
  const since = truth.now()
  return {
    now: () => Math.round(truth.now() + (wrong.offsetMs ?? 0) + ((truth.now() - since) * (wrong.driftPpm ?? 0)) / 1e6),
    sleep: (ms, signal) => truth.sleep(ms, signal),
  }
}

/** A clock that stands still until told: years pass in a test within milliseconds. */
export class VirtualClock implements Clock {
  #now: number
  readonly #sleepers = new Set<{ due: number; wake: () => void }>()

  constructor(startMs: number) {
    this.#now = startMs
  }

  now(): number {
    return this.#now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve()
    const { promise, resolve } = Promise.withResolvers<void>()
    const sleeper = { due: this.#now + ms, wake }
    this.#sleepers.add(sleeper)
    signal?.addEventListener('abort', wake, { once: true })
    const sleepers = this.#sleepers
    function wake(): void {
      sleepers.delete(sleeper)
      signal?.removeEventListener('abort', wake)
      resolve()
    }
    return promise
  }

  /** Moves time on by `ms`, waking sleepers in the order they are due, each at its own instant. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    for (;;) {
      const next = [...this.#sleepers].filter((s) => s.due <= end).sort((a, b) => a.due - b.due)[0]
      if (!next) break
      this.#now = Math.max(this.#now, next.due)
      next.wake()
      await new Promise(setImmediate) // what was woken runs, and may sleep anew, before time goes on
    }
    this.#now = end
  }
}

/** RFC 3339 with milliseconds and China's offset, as a device sold there writes it. */
export function rfc3339(ms: number): string {
  return new Date(ms + 8 * 3_600_000).toISOString().replace('Z', '+08:00')
}
