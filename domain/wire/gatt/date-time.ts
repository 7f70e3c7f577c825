import type { Frame } from './frame.ts'

/** A meter's own calendar, without a zone. Year, month and day are null when the meter does not know them. */
export interface MeterTime {
  year: number | null
  month: number | null
  day: number | null
  hour: number
  minute: number
  second: number
}

export const DATE_TIME_BYTES = 7

/** The characteristic Date Time (2A08), where 0 means not known. Undefined for a time no calendar has. */
export function readDateTime(frame: Frame): MeterTime | undefined {
  const year = frame.uint16() || null
  const month = frame.uint8() || null
  const day = frame.uint8() || null
  const [hour, minute, second] = [frame.uint8(), frame.uint8(), frame.uint8()]
  const inClock = hour <= 23 && minute <= 59 && second <= 59
  // The supplement's years are 1582 to 9999.
  const inCalendar = (year ?? 2000) >= 1582 && (year ?? 2000) <= 9999 && (month ?? 1) <= 12
  if (!inClock || !inCalendar || (day ?? 1) > daysIn(year, month)) return undefined
  return { year, month, day, hour, minute, second }
}

/** The same time some minutes later. Undefined when that would need a day the meter does not know. */
export function addMinutes(time: MeterTime, minutes: number): MeterTime | undefined {
  if (minutes === 0) return time
  const { year, month, day, hour, minute, second } = time
  if (month === null || day === null) return undefined
  const moved = new Date(Date.UTC(year ?? LEAP_YEAR, month - 1, day, hour, minute + minutes, second))
  return {
    year: year === null ? null : moved.getUTCFullYear(),
    month: moved.getUTCMonth() + 1,
    day: moved.getUTCDate(),
    hour: moved.getUTCHours(),
    minute: moved.getUTCMinutes(),
    second,
  }
}

const LEAP_YEAR = 2000 // stands in for an unknown year: 29 February may be right

function daysIn(year: number | null, month: number | null): number {
  return month === null ? 31 : new Date(Date.UTC(year ?? LEAP_YEAR, month, 0)).getUTCDate()
}
