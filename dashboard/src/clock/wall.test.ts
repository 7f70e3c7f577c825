import { expect, test } from 'vitest'
import { instantOf, momentOf, wallOf } from './wall.ts'

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
