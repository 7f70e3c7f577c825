/** How failed sign-ins slow the next: `free` failures cost nothing, then the wait doubles from a second up to `maxMs`. */
export interface ThrottlePolicy {
  free: number
  maxMs: number
  /** Failures this old are forgotten. */
  forgetMs: number
}

/**
 * For one user name. The wait ends at 30 s: whoever guesses at a colleague's password must not be able to keep
 * her from the desk, and 120 guesses an hour do not find a password of eight characters.
 */
export const userPolicy: ThrottlePolicy = { free: 3, maxMs: 30_000, forgetMs: 3_600_000 }

/** For one address. A whole desk may sit behind one, so more is free; after that it waits up to a quarter of an hour. */
export const addressPolicy: ThrottlePolicy = { free: 20, maxMs: 900_000, forgetMs: 3_600_000 }

export interface Failures {
  failures: number
  lastFailureAt: Date
}

/** The failures that still count at `now`. */
export function remembered(policy: ThrottlePolicy, past: Failures, now: Date): number {
  return now.getTime() - past.lastFailureAt.getTime() >= policy.forgetMs ? 0 : past.failures
}

/** Milliseconds until the next attempt is heard; 0: now. */
export function waitMs(policy: ThrottlePolicy, past: Failures, now: Date): number {
  const over = remembered(policy, past, now) - policy.free
  if (over < 0) return 0
  const delayMs = Math.min(policy.maxMs, 1000 * 2 ** Math.min(over, 30))
  return Math.max(0, past.lastFailureAt.getTime() + delayMs - now.getTime())
}
