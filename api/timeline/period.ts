/** The days of a timeline are the area's: a day begins at midnight there, wherever server and reader are. */

/** The instant at which the day 'YYYY-MM-DD' begins in the zone. */
export function startOfDay(day: string, timeZone: string): Date {
  const asUtc = Date.parse(`${day}T00:00:00Z`)
  // Twice, as the offset may change within the hours between the first guess and midnight there.
  const guess = asUtc - offsetMs(timeZone, asUtc)
  return new Date(asUtc - offsetMs(timeZone, guess))
}

/** The day after, 'YYYY-MM-DD'. */
export function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)
}

function offsetMs(timeZone: string, at: number): number {
  const whole = Math.floor(at / 1000) * 1000
  // Sweden writes dates as ISO 8601 does.
  const local = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(whole)
  return Date.parse(`${local.replace(' ', 'T')}Z`) - whole
}
