import { dayAfter, instantOf, mondayOf } from '../access/roster.ts'

const MINUTE_MS = 60_000

/** Visits are made for so many days from today on: four weeks. */
export const MADE_AHEAD_DAYS = 28

/** Visits that come back: on these weekdays of every so many weeks, at a clock time in the area's zone. */
export interface Recurrence {
  /** 1 Monday … 7 Sunday (ISO 8601). */
  weekdays: readonly number[]
  /** Counted from the week `validFrom` lies in: 1 every week, 2 every other. */
  everyWeeks: number
  /** 'HH:MM' */
  beginsAt: string
  minutes: number
  /** 'YYYY-MM-DD' */
  validFrom: string
  /** The last day; null: until told otherwise. */
  validTo: string | null
}

/** The days of a plan from `from` to `to`, both included, in order. Days are plain days: no clock change adds or loses one. */
export function daysOf(
  plan: Pick<Recurrence, 'weekdays' | 'everyWeeks' | 'validFrom' | 'validTo'>,
  from: string,
  to: string,
): string[] {
  const first = from > plan.validFrom ? from : plan.validFrom
  const last = plan.validTo !== null && plan.validTo < to ? plan.validTo : to
  const begins = mondayOf(plan.validFrom)
  const days: string[] = []
  for (let monday = mondayOf(first); monday <= last; monday = dayAfter(monday, 7)) {
    if (weeksBetween(begins, monday) % plan.everyWeeks !== 0) continue
    for (const weekday of new Set(plan.weekdays.toSorted((a, b) => a - b))) {
      const day = dayAfter(monday, weekday - 1)
      if (day >= first && day <= last) days.push(day)
    }
  }
  return days
}

/**
 * When a plan's visit of a day begins and ends. Its clock time stays the same through the year; its length is real
 * minutes, also in a night in which the clocks change.
 */
export function timesOn(
  { beginsAt, minutes }: Pick<Recurrence, 'beginsAt' | 'minutes'>,
  day: string,
  zone: string,
): { plannedFrom: Date; plannedTo: Date } {
  const plannedFrom = instantOf(day, beginsAt, zone)
  return { plannedFrom, plannedTo: new Date(plannedFrom.getTime() + minutes * MINUTE_MS) }
}

/** When a plan's days are made next: soon after the next midnight, once the last day of the four weeks has come nearer. */
export function nextMade(today: string, zone: string): Date {
  return instantOf(dayAfter(today, 1), '00:10', zone)
}

const weeksBetween = (monday: string, later: string): number =>
  Math.round((Date.parse(`${later}T00:00:00Z`) - Date.parse(`${monday}T00:00:00Z`)) / (7 * 86_400_000))
