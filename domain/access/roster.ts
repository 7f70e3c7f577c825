/** Shifts as people write them: a day and two clock times in the area's own time zone. */

export interface WrittenShift {
  /** 'YYYY-MM-DD', of the beginning. */
  day: string
  /** 'HH:MM' */
  from: string
  /** 'HH:MM'; not after `from`: of the next day. */
  to: string
}

const DAY_MS = 86_400_000

/** The longest shift that can be planned; a day that is 25 hours long has none of 25. */
const MAX_SHIFT_MS = DAY_MS

/**
 * When a written shift begins and ends. A night over midnight ends the next day; a night in which the clocks change is
 * an hour shorter or longer, and its clock times stay. null for a shift without length or over 24 hours.
 */
export function shiftTimes({ day, from, to }: WrittenShift, zone: string): { startsAt: Date; endsAt: Date } | null {
  if (from === to) return null
  const startsAt = instantOf(day, from, zone)
  const endsAt = instantOf(to < from ? dayAfter(day, 1) : day, to, zone)
  const lengthMs = endsAt.getTime() - startsAt.getTime()
  return lengthMs > 0 && lengthMs <= MAX_SHIFT_MS ? { startsAt, endsAt } : null
}

/** A shift as it would be written in the zone. */
export function writtenOf({ startsAt, endsAt }: { startsAt: Date; endsAt: Date }, zone: string): WrittenShift {
  const begin = wallClock(startsAt.getTime(), zone)
  return { day: begin.slice(0, 10), from: begin.slice(11, 16), to: wallClock(endsAt.getTime(), zone).slice(11, 16) }
}

/** The day `days` later. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
}

/** The Monday of the week the day lies in. */
export function mondayOf(day: string): string {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay()
  return dayAfter(day, -((weekday + 6) % 7))
}

/**
 * The instant at which the zone's clocks show this. Shown twice (clocks set back): the first. Never shown (clocks set
 * forward over it): as much later as was left out.
 */
export function instantOf(day: string, time: string, zone: string): Date {
  const wall = Date.parse(`${day}T${time}:00Z`)
  const candidates = [wall - offsetMs(wall - DAY_MS, zone), wall - offsetMs(wall + DAY_MS, zone)]
  const right = candidates.filter((at) => at + offsetMs(at, zone) === wall)
  return new Date(right.length > 0 ? Math.min(...right) : Math.max(...candidates))
}

function offsetMs(at: number, zone: string): number {
  return Date.parse(`${wallClock(at, zone).replace(' ', 'T')}Z`) - Math.floor(at / 1000) * 1000
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** 'YYYY-MM-DD HH:MM:SS': Sweden writes dates as ISO 8601 does. */
function wallClock(at: number, timeZone: string): string {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('sv-SE', {
      timeZone,
      ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
      ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
    })
  formats.set(timeZone, format)
  return format.format(new Date(at))
}
