/**
 * Whole minutes between the ends of a visit: what is begun is not counted. Both ends are the times that count; an end
 * before its begin gives null, for a person to look at.
 */
export function minutesOf(beganAt: Date, leftAt: Date): number | null {
  const ms = leftAt.getTime() - beganAt.getTime()
  return ms < 0 ? null : Math.floor(ms / 60_000)
}

/** Minutes of each person at a couple's joint visit: shared evenly, the odd minute to the first (P5, decided here). */
export function sharedMinutes(minutes: number, people: number): number[] {
  const each = Math.floor(minutes / people)
  return Array.from({ length: people }, (_, i) => each + (i < minutes % people ? 1 : 0))
}

/** After the planned time a visit is late at 15 minutes, missing at 30, and again at 60. */
export const LATE_AFTER_MIN = 15
export const MISSING_AFTER_MIN = 30
export const MISSED_AFTER_MIN = 60
/** Beyond its planned end by as much, somebody still inside is asked after. */
export const INSIDE_TOO_LONG_MIN = 60
