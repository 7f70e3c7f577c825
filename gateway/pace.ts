/** Messages a second that one connection may send for long; a hub of fifty meters sends five. */
const PER_SECOND = 100
/** Messages at once before pacing begins: an hour's outbox of a talkative device. */
const BURST = 1000
/** A paced message waits at most this long, so that keep-alives still get through. */
const MOST_MS = 5000
/** Devices remembered; a bucket that is full again is forgotten first. */
const REMEMBERED = 100_000

interface Bucket {
  level: number
  at: number
}

/**
 * A leaky bucket for each connection. Over its rate a device is read more slowly, never cut off: its next packets are
 * not read before this one is done. Returns how long to wait, in ms.
 */
export class Pace {
  readonly #buckets = new Map<string, Bucket>()

  waitMs(deviceId: string, nowMs: number): number {
    const bucket = this.#buckets.get(deviceId)
    if (!bucket) {
      this.#forgetSome(nowMs)
      this.#buckets.set(deviceId, { level: 1, at: nowMs })
      return 0
    }
    bucket.level = Math.max(0, bucket.level - ((nowMs - bucket.at) / 1000) * PER_SECOND) + 1
    bucket.at = nowMs
    const over = bucket.level - BURST
    return over > 0 ? Math.min(MOST_MS, (over / PER_SECOND) * 1000) : 0
  }

  #forgetSome(nowMs: number): void {
    if (this.#buckets.size < REMEMBERED) return
    for (const [deviceId, bucket] of this.#buckets) {
      if (bucket.level <= ((nowMs - bucket.at) / 1000) * PER_SECOND) this.#buckets.delete(deviceId)
    }
  }
}
