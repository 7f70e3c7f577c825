import { expect, test } from 'vitest'
import { actions, may, roles } from './role.ts'
import { covers, scopeOf } from './scope.ts'
import { addressPolicy, userPolicy, waitMs } from './throttle.ts'

test('every role × every action is decided as written here', () => {
  const table = Object.fromEntries(roles.map((role) => [role, actions.filter((action) => may(role, action))]))
  const desk = [
    'own-session',
    'read-alarms',
    'answer-alarm',
    'hold-seat',
    'read-people',
    'read-devices',
    'command-device',
  ]
  expect({ ...table, seat: table['seat']?.toSorted() }).toEqual({
    administrator: [...actions],
    'shift-lead': [...actions],
    seat: desk.toSorted(),
    auditor: ['own-session', 'read-alarms', 'read-people', 'read-devices'],
  })
})

test('a scope covers its own area and what lies below, not a sibling whose name begins alike', () => {
  const scope = scopeOf({ userId: 'u', role: 'seat', areaPath: '/a/b/' })
  expect(['/a/b/', '/a/b/c/', '/a/', '/a/bb/', '/x/a/b/'].map((path) => covers(scope, path))).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
})

test.each(['', '/', 'a/', '/a', '/a//'])('%j is no area and makes no scope', (areaPath) => {
  expect(() => scopeOf({ userId: 'u', role: 'seat', areaPath })).toThrow()
})

test('the wait after failed sign-ins doubles from a second to its limit and is forgotten after an hour', () => {
  const now = new Date('2026-11-22T00:00:00Z')
  const waits = [0, 2, 3, 4, 5, 8, 40].map((failures) => waitMs(userPolicy, { failures, lastFailureAt: now }, now))
  expect(waits).toEqual([0, 0, 1000, 2000, 4000, 30_000, 30_000])
  expect(waitMs(addressPolicy, { failures: 19, lastFailureAt: now }, now)).toBe(0)
  expect(waitMs(addressPolicy, { failures: 500, lastFailureAt: now }, now)).toBe(900_000)
  const later = new Date(now.getTime() + 3_600_000)
  expect(waitMs(addressPolicy, { failures: 500, lastFailureAt: now }, later)).toBe(0)
})
