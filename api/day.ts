import { ageOn } from '@anju/domain/elder/age'
import { todayIn } from '@anju/domain/elder/day'

/** A `date` column, which Prisma gives as midnight UTC, as 'YYYY-MM-DD'. */
export function dayOf(date: Date | null): string | null {
  return date?.toISOString().slice(0, 10) ?? null
}

export function ageOf(bornOn: Date | null, timeZone: string, now: Date): number | null {
  return ageOn(dayOf(bornOn), todayIn(timeZone, now))
}
