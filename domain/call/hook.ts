/** A signed message is taken this long after it says it was sent, and not longer before (Standard Webhooks). */
export const HOOK_TOLERANCE_MS = 5 * 60_000
/** Ids are remembered well beyond that: a message older than the tolerance is refused by its time alone. */
export const HOOK_REMEMBERED_MS = 24 * 3_600_000

/** Whether the time a message says it was sent at, in seconds, is near enough. */
export function isTimely(timestamp: string, now: Date): boolean {
  return /^\d{1,12}$/.test(timestamp) && Math.abs(now.getTime() - Number(timestamp) * 1000) <= HOOK_TOLERANCE_MS
}

/** The signatures of version 1 in a `webhook-signature`, which may hold several, parted by spaces. */
export function signaturesOf(header: string): string[] {
  return header.split(' ').filter((one) => one.startsWith('v1,'))
}
