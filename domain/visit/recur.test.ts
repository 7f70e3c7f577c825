import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dayAfter, mondayOf } from '../access/roster.ts'
import { todayIn } from '../elder/day.ts'
import { daysOf, nextMade, type Recurrence, timesOn } from './recur.ts'

const plan = (given: Partial<Recurrence> = {}): Recurrence => ({
  weekdays: [1, 4],
  everyWeeks: 1,
  beginsAt: '09:00',
  minutes: 60,
  validFrom: '2026-12-02',
  validTo: null,
  ...given,
})

test('on its weekdays, from the day it begins to the day it ends, both included', () => {
  expect(daysOf(plan({ validTo: '2026-12-14' }), '2026-11-01', '2027-01-31')).toEqual([
    '2026-12-03',
    '2026-12-07',
    '2026-12-10',
    '2026-12-14',
  ])
})

test('every other week counts from the week it begins in, whatever is asked for', () => {
  const fortnightly = plan({ weekdays: [5, 2], everyWeeks: 2 })
  expect(daysOf(fortnightly, '2026-12-01', '2026-12-31')).toEqual([
    '2026-12-04',
    '2026-12-15',
    '2026-12-18',
    '2026-12-29',
  ])
  expect(daysOf(fortnightly, '2026-12-16', '2026-12-31')).toEqual(['2026-12-18', '2026-12-29'])
})

const day = fc.integer({ min: 0, max: 4000 }).map((n) => dayAfter('2024-01-01', n))
const some = fc.record({
  weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
  everyWeeks: fc.integer({ min: 1, max: 8 }),
  beginsAt: fc
    .tuple(fc.nat(23), fc.nat(59))
    .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`),
  minutes: fc.integer({ min: 10, max: 720 }),
  validFrom: day,
  validTo: fc.option(day),
})

describe('of any plan', () => {
  test('a stretch asked for in two pieces gives the same days, each once and in order', () => {
    fc.assert(
      fc.property(some, day, fc.nat(200), fc.nat(200), (plan, from, a, b) => {
        const [cut, to] = [dayAfter(from, a), dayAfter(from, a + b)]
        const whole = daysOf(plan, from, to)
        expect([...daysOf(plan, from, cut), ...daysOf(plan, dayAfter(cut, 1), to)]).toEqual(whole)
        expect(whole).toEqual([...new Set(whole)].toSorted())
      }),
    )
  })
  test('a day is one of it exactly when its weekday is, its week is and it is in force', () => {
    fc.assert(
      fc.property(some, day, (plan, one) => {
        const weekday = ((new Date(`${one}T00:00:00Z`).getUTCDay() + 6) % 7) + 1
        const weeks = (Date.parse(mondayOf(one)) - Date.parse(mondayOf(plan.validFrom))) / (7 * 86_400_000)
        const inForce = one >= plan.validFrom && (plan.validTo === null || one <= plan.validTo)
        const is = plan.weekdays.includes(weekday) && weeks % plan.everyWeeks === 0 && inForce
        expect(daysOf(plan, one, one)).toEqual(is ? [one] : [])
      }),
    )
  })
  test('its clock time stays where clocks are changed, and its minutes are real', () => {
    const zones = fc.constantFrom(
      'Asia/Shanghai',
      'Asia/Urumqi',
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
    )
    const morning = some.filter(({ beginsAt }) => beginsAt >= '05:00' && beginsAt < '23:00')
    fc.assert(
      fc.property(morning, day, zones, (plan, one, zone) => {
        const { plannedFrom, plannedTo } = timesOn(plan, one, zone)
        const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' })
        expect([todayIn(zone, plannedFrom), clock.format(plannedFrom)]).toEqual([one, plan.beginsAt])
        expect(plannedTo.getTime() - plannedFrom.getTime()).toBe(plan.minutes * 60_000)
      }),
    )
  })
  test('it is asked for anew on the next day in its zone', () => {
    fc.assert(
      fc.property(day, fc.constantFrom('Asia/Shanghai', 'Europe/Berlin', 'America/New_York'), (today, zone) => {
        expect(todayIn(zone, nextMade(today, zone))).toBe(dayAfter(today, 1))
      }),
    )
  })
})

test('a visit at an hour that a clock change leaves out begins as much later', () => {
  const { plannedFrom } = timesOn({ beginsAt: '02:30', minutes: 60 }, '2026-03-29', 'Europe/Berlin')
  expect(plannedFrom.toISOString()).toBe('2026-03-29T01:30:00.000Z')
})
