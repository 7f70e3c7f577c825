import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dayAfter, instantOf, mondayOf, shiftTimes, writtenOf } from './roster.ts'

const times = (day: string, from: string, to: string, zone = 'Asia/Shanghai') => {
  const shift = shiftTimes({ day, from, to }, zone)
  return shift && [shift.startsAt.toISOString(), shift.endsAt.toISOString()]
}

describe('a written shift', () => {
  test('is meant in the area’s own time', () => {
    expect(times('2026-11-22', '08:00', '16:00')).toEqual(['2026-11-22T00:00:00.000Z', '2026-11-22T08:00:00.000Z'])
  })
  test('that ends before it begins ends the next day, over months and years', () => {
    expect(times('2026-12-31', '22:00', '06:00')).toEqual(['2026-12-31T14:00:00.000Z', '2026-12-31T22:00:00.000Z'])
    expect(times('2026-12-31', '22:00', '00:00')).toEqual(['2026-12-31T14:00:00.000Z', '2026-12-31T16:00:00.000Z'])
  })
  test('without length is none', () => {
    expect(times('2026-11-22', '08:00', '08:00')).toBe(null)
  })
  test('of a night in which clocks change keeps its clock times', () => {
    // Berlin, 2026: 29 March 02:00 → 03:00, 25 October 03:00 → 02:00
    expect(times('2026-03-28', '22:00', '06:00', 'Europe/Berlin')).toEqual([
      '2026-03-28T21:00:00.000Z',
      '2026-03-29T04:00:00.000Z',
    ])
    expect(times('2026-10-24', '22:00', '06:00', 'Europe/Berlin')).toEqual([
      '2026-10-24T20:00:00.000Z',
      '2026-10-25T05:00:00.000Z',
    ])
    expect(times('2026-10-24', '23:30', '23:00', 'Europe/Berlin')).toBe(null) // 24.5 hours
  })
})

test('a clock time that is left out comes as much later; one shown twice is the first', () => {
  expect(instantOf('2026-03-29', '02:30', 'Europe/Berlin').toISOString()).toBe('2026-03-29T01:30:00.000Z')
  expect(instantOf('2026-10-25', '02:30', 'Europe/Berlin').toISOString()).toBe('2026-10-25T00:30:00.000Z')
})

test('what was written is read back, in every zone and season', () => {
  const zone = fc.constantFrom(
    'Asia/Shanghai',
    'Asia/Urumqi',
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
  )
  const hour = fc.integer({ min: 4, max: 23 }).map((h) => `${String(h).padStart(2, '0')}:15`) // clocks change before
  const day = fc.integer({ min: 0, max: 3000 }).map((n) => dayAfter('2024-01-01', n))
  fc.assert(
    fc.property(zone, day, hour, hour, (where, begins, from, to) => {
      const shift = shiftTimes({ day: begins, from, to }, where)
      if (shift) expect(writtenOf(shift, where)).toEqual({ day: begins, from, to })
    }),
  )
})

test('a week begins on Monday', () => {
  expect(['2026-11-16', '2026-11-22', '2026-11-23'].map(mondayOf)).toEqual(['2026-11-16', '2026-11-16', '2026-11-23'])
})
