import { SHELVED_AT_MOST_MS } from '@anju/domain/alarm/limits'
import { instantOf, wallOf } from '../clock/wall.ts'
import type { Messages } from '../messages/zh-CN.ts'

type Words = Messages['deskwork']['shelve']
export type ShelfEnd = { at: Date; say: (words: Words) => string }

const MINUTE = 60_000

/** When something on the shelf can come back: soon, in hours, or with the morning. Never beyond what the rules allow. */
export function shelfEnds(now: number, zone: string): ShelfEnd[] {
  const after = (minutes: number, say: ShelfEnd['say']): ShelfEnd => ({ at: new Date(now + minutes * MINUTE), say })
  const ends = [
    after(15, (words) => words.minutes(15)),
    after(30, (words) => words.minutes(30)),
    after(60, (words) => words.hours(1)),
    after(240, (words) => words.hours(4)),
    { at: nextMorning(now, zone), say: (words: Words) => words.morning },
  ]
  return ends.filter(({ at }) => at.getTime() > now && at.getTime() <= now + SHELVED_AT_MOST_MS)
}

/** The next eight o'clock in the zone. */
function nextMorning(now: number, zone: string): Date {
  const today = wallOf(now, zone).slice(0, 10)
  const eight = Date.parse(instantOf(`${today}T08:00`, zone) ?? '')
  if (eight > now) return new Date(eight)
  const tomorrow = wallOf(now + 24 * 60 * MINUTE, zone).slice(0, 10)
  return new Date(Date.parse(instantOf(`${tomorrow}T08:00`, zone) ?? ''))
}
