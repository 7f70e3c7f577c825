/** The rules of the live link, pure. Times are ms on one monotonic clock. */

/** The server beats every 3 s; three missed and a little, and the desk says that it no longer knows (promise 11). */
export const LOST_AFTER_MS = 10_000
/** How often a seat says that it is there. */
export const SEAT_EVERY_MS = 5_000
/** A page that has not answered the worker for this long cannot be heard or seen: it no longer counts as armed. */
export const TAB_GONE_AFTER_MS = 12_000
const BACK_OFF_FIRST_MS = 500
const BACK_OFF_MOST_MS = 8_000

/** joining: never heard yet · live · wavering: cut a moment ago, being mended · lost: what is shown may be old */
export type Phase = 'joining' | 'live' | 'wavering' | 'lost'

export function phase(link: { open: boolean; heardAt: number | null; since: number }, now: number): Phase {
  if (now - (link.heardAt ?? link.since) >= LOST_AFTER_MS) return 'lost'
  if (link.heardAt === null) return 'joining'
  return link.open ? 'live' : 'wavering'
}

/** How long to wait before the nth try (from 0) to reconnect. `random` in [0, 1) spreads desks after an outage. */
export function backOff(attempt: number, random: number): number {
  const most = Math.min(BACK_OFF_MOST_MS, BACK_OFF_FIRST_MS * 2 ** attempt)
  return Math.round(most * (0.5 + random / 2))
}

/** A timer of one second that comes this late was not late: the machine or the browser slept. */
const SLEPT_MS = 30_000

/** Whether the time between two ticks, ms of the wall clock, was slept through. A clock set back is not sleep. */
export function hasSlept(tickedAt: number, now: number): boolean {
  return now - tickedAt >= SLEPT_MS
}

export type Tab = { armed: boolean; visible: boolean; answeredAt: number; order: number }

/** The one page that sounds: armed and alive, a visible one first, then the one that came last. */
export function speaker<T extends Tab>(tabs: readonly T[], now: number): T | null {
  const able = tabs.filter((tab) => tab.armed && now - tab.answeredAt < TAB_GONE_AFTER_MS)
  able.sort((a, b) => Number(b.visible) - Number(a.visible) || b.order - a.order)
  return able[0] ?? null
}
