interface Rate {
  /** Messages a second that may come for long. */
  perSecond: number
  /** Messages at once before pacing begins. */
  burst: number
}

/** A hub of fifty meters sends five a second; an hour's outbox of a talkative device comes at once. */
const MESSAGES: Rate = { perSecond: 100, burst: 1000 }
/**
 * Presses are counted apart, so that none waits for what its hub said before it. All the buttons of a home at once, and
 * again each second, stay below this; a device that sends without end stays below what the press lane can store.
 */
const PRESSES: Rate = { perSecond: 20, burst: 300 }
/** A paced message waits at most this long, so that keep-alives still get through. */
const MOST_MS = 5000
/** Devices remembered; a bucket that is full again is forgotten first. */
const REMEMBERED = 100_000

/**
 * Over its rate a device is read more slowly, never cut off: its next packets are not read before this one is done.
 */
export class Pace {
  readonly #messages = new Buckets(MESSAGES)
  readonly #presses = new Buckets(PRESSES)

  /** How long a message on this topic is to wait, in ms. */
  waitMs(deviceId: string, topic: string, nowMs: number): number {
    return (topic === 'press' ? this.#presses : this.#messages).waitMs(deviceId, nowMs)
  }
}

/** A leaky bucket for each device. */
class Buckets {
  readonly #rate: Rate
  readonly #of = new Map<string, { level: number; at: number }>()

  constructor(rate: Rate) {
    this.#rate = rate
  }

  waitMs(deviceId: string, nowMs: number): number {
    const { perSecond, burst } = this.#rate
    const bucket = this.#of.get(deviceId)
    if (!bucket) {
      this.#forgetSome(nowMs)
      this.#of.set(deviceId, { level: 1, at: nowMs })
      return 0
    }
    bucket.level = Math.max(0, bucket.level - ((nowMs - bucket.at) / 1000) * perSecond) + 1
    bucket.at = nowMs
    const over = bucket.level - burst
    return over > 0 ? Math.min(MOST_MS, (over / perSecond) * 1000) : 0
  }

  #forgetSome(nowMs: number): void {
    if (this.#of.size < REMEMBERED) return
    for (const [deviceId, bucket] of this.#of) {
      if (bucket.level <= ((nowMs - bucket.at) / 1000) * this.#rate.perSecond) this.#of.delete(deviceId)
    }
  }
}
