/** A way to the outside that failed so often, for so long, is down: somebody must look. */
export const DOWN_FAILURES = 4
export const DOWN_AFTER_MS = 2 * 60_000

export interface ChannelHealth {
  failingSince: Date | null
  failures: number
  /** The alarm that says so is open or was raised since it failed. */
  told: boolean
}

export interface HealthVerdict {
  failingSince: Date | null
  failures: number
  alarm: 'raise' | 'clear' | null
}

/** What one attempt says of its channel. A single success ends a failing: the next failure counts from one. */
export function decideHealth(health: ChannelHealth, worked: boolean, now: Date): HealthVerdict {
  if (worked) return { failingSince: null, failures: 0, alarm: health.told ? 'clear' : null }
  const failingSince = health.failingSince ?? now
  const failures = health.failures + 1
  const down = failures >= DOWN_FAILURES && now.getTime() - failingSince.getTime() >= DOWN_AFTER_MS
  return { failingSince, failures, alarm: down && !health.told ? 'raise' : null }
}
