import { describe, expect, test } from 'vitest'
import { backfilled, clockOff } from './clock.ts'
import { at, loudness, presence, visit } from './facts.fixture.ts'
import type { PresenceFact } from './facts.ts'
import { CHECK_POLICY as policy } from './policy.ts'

const DAY = 24 * 60

describe('a clock that is off', () => {
  test.each([
    [4.9, null],
    [5, 'notice'],
    [59, 'notice'],
    [60, 'warning'],
    [365 * DAY, 'warning'],
    [-29.9 * DAY, null],
    [-30 * DAY, 'warning'],
  ] as const)('%s minutes ahead: %s', (minutes, severity) => {
    const presences = [presence(0, { deviceAt: at(minutes), receivedAt: at(0) })]
    expect(loudness(clockOff(visit({ presences }), policy), 'clock-off')).toBe(severity)
  })
  test('a device without a clock has none that is off', () => {
    expect(clockOff(visit({ presences: [presence(0, { deviceAt: null })] }), policy)).toEqual([])
  })
})

describe('told afterwards', () => {
  const heard = (...presences: PresenceFact[]) => loudness(backfilled(visit({ presences }), policy), 'backfilled')
  test.each([
    ['tag', 29.9, null],
    ['tag', 30, 'notice'],
    ['tag', DAY - 1, 'notice'],
    ['tag', DAY, 'warning'],
    ['position', DAY, 'warning'],
    ['typed', 239, null],
    ['typed', 240, 'warning'],
    ['typed', 3 * DAY - 1, 'warning'],
    ['typed', 3 * DAY, 'grave'],
  ] as const)('%s, %s minutes later: %s', (way, minutes, severity) => {
    expect(heard(presence(0, { way, receivedAt: at(minutes) }))).toBe(severity)
  })

  const typed = (minutes: number, entered: number, part: 'begin' | 'end') =>
    presence(minutes, { way: 'typed', receivedAt: at(entered), part })
  test.each([
    ['both at the end of an hour', 60, 60, 'notice'],
    ['four minutes between', 60, 64.9, 'notice'],
    ['five minutes between', 60, 65, null],
    ['each when it was', 0, 60, null],
  ] as const)('typed in one go: %s', (_, begun, left, severity) => {
    expect(heard(typed(0, begun, 'begin'), typed(60, left, 'end'))).toBe(severity)
  })
  test('ends that lie together may be typed together', () => {
    expect(heard(typed(0, 9, 'begin'), typed(9, 9, 'end'))).toBeNull()
    expect(heard(typed(0, 10, 'begin'), typed(10, 10, 'end'))).toBe('notice')
  })
})
