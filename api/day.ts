import { ageOn } from '@anju/domain/elder/age'

/** A `date` column, which Prisma gives as midnight UTC, as 'YYYY-MM-DD'. */
export function dayOf(date: Date | null): string | null {
  return date?.toISOString().slice(0, 10) ?? null
}

const zones = new Map<string, Intl.DateTimeFormat>()

/** The day it is in a time zone, as 'YYYY-MM-DD'. */
export function todayIn(timeZone: string, now: Date): string {
  // Sweden writes dates as ISO 8601 does.
  const format = zones.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone })
  zones.set(timeZone, format)
  return format.format(now)
}

export function ageOf(bornOn: Date | null, timeZone: string, now: Date): number | null {
  return ageOn(dayOf(bornOn), todayIn(timeZone, now))
}
