/** A device stood in this home, for this elder or all who live there, from then until then. */
export interface Assignment {
  homeId: string
  elderId: string | null
  userNumber: number | null
  areaId: string
  areaPath: string
  validFrom: Date
  validTo: Date | null
}

/**
 * Whose a fact is, by the time it happened: the row of the meter's user number if there is one, else the row for
 * everybody. Null when the device belonged to nobody then.
 */
export function attribute(assignments: readonly Assignment[], at: Date, userNumber: number | null): Assignment | null {
  const then = assignments.filter((row) => row.validFrom <= at && (row.validTo === null || at < row.validTo))
  const named = userNumber === null ? undefined : then.find((row) => row.userNumber === userNumber)
  return named ?? then.find((row) => row.userNumber === null) ?? onlyOne(then, userNumber)
}

/** A meter whose rows all name a user, and a reading that names none: certain only when there is one user. */
function onlyOne(rows: readonly Assignment[], userNumber: number | null): Assignment | null {
  return userNumber === null && rows.length === 1 ? (rows[0] ?? null) : null
}

/** A press goes to the home where the button hangs: by its own time, else by its arrival. */
export function attributePress(assignments: readonly Assignment[], at: Date, receivedAt: Date): Assignment | null {
  return attribute(assignments, at, null) ?? attribute(assignments, receivedAt, null)
}

/**
 * The device’s clock and ours name two homes or two people: it came from an outbox after the device had moved, or that
 * clock is slow. No rule can tell which; the fact stays where its own clock says, and people are told (DESIGN §2).
 */
export function clocksDisagree(
  assignments: readonly Assignment[],
  at: Date,
  receivedAt: Date,
  userNumber: number | null,
): boolean {
  const [then, now] = [attribute(assignments, at, userNumber), attribute(assignments, receivedAt, userNumber)]
  return then !== null && (then.homeId !== now?.homeId || then.elderId !== now.elderId)
}

/** The mark of a fact about whose owner its two clocks disagree. */
export const MOVED_SINCE = 'moved-since'

/** The subject of what is told about a device: never null (promise 2). */
export function subjectOf(deviceId: string, owner: Pick<Assignment, 'homeId' | 'elderId'> | null): string {
  if (owner?.elderId) return `elder:${owner.elderId}`
  return owner ? `home:${owner.homeId}` : `device:${deviceId}`
}
