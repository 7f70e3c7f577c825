import { expect, test } from 'vitest'
import { dayBounds, instantOf, momentOf, wallOf } from './wall.ts'

test.each([
  ['2026-11-22T21:40', 'Asia/Shanghai', '2026-11-22T13:40:00.000Z'],
  ['2026-11-22T00:00', 'UTC', '2026-11-22T00:00:00.000Z'],
  ['2026-07-01T08:30', 'Europe/Berlin', '2026-07-01T06:30:00.000Z'],
])('%s in %s is %s, and back', (wall, zone, instant) => {
  expect(instantOf(wall, zone)).toBe(instant)
  expect(wallOf(Date.parse(instant), zone)).toBe(wall)
})

test.each(['', '2026-13-01T00:00', 'soon'])('%j is no moment', (wall) => {
  expect(instantOf(wall, 'Asia/Shanghai')).toBeNull()
})

test('this very minute is now, another its beginning', () => {
  const now = Date.parse('2026-11-22T13:40:35Z')
  expect(momentOf('2026-11-22T21:40', 'Asia/Shanghai', now)).toBe('2026-11-22T13:40:35.000Z')
  expect(momentOf('2026-11-22T21:39', 'Asia/Shanghai', now)).toBe('2026-11-22T13:39:00.000Z')
})

test('a day is from its midnight to the next in its own zone, be it an hour shorter or longer', () => {
  const hours = (at: string, zone: string): number => {
    const { from, to } = dayBounds(Date.parse(at), zone)
    expect(from <= Date.parse(at) && Date.parse(at) < to).toBe(true)
    return (to - from) / 3_600_000
  }
  expect(new Date(dayBounds(Date.parse('2026-11-22T16:30:00Z'), 'Asia/Shanghai').from).toISOString()).toBe(
    '2026-11-22T16:00:00.000Z',
  )
  expect(hours('2026-11-22T15:59:59Z', 'Asia/Shanghai')).toBe(24)
  expect(hours('2026-03-29T12:00:00Z', 'Europe/Berlin')).toBe(23)
  expect(hours('2026-10-25T12:00:00Z', 'Europe/Berlin')).toBe(25)
})
