const zones = new Map<string, Intl.DateTimeFormat>()

/** The day it is in a time zone, as 'YYYY-MM-DD'. */
export function todayIn(timeZone: string, now: Date): string {
  // Sweden writes dates as ISO 8601 does.
  const format = zones.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone })
  zones.set(timeZone, format)
  return format.format(now)
}
