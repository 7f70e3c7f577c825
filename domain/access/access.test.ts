import { expect, test } from 'vitest'
import { actions, may, roles } from './role.ts'
import { covers, scopeOf } from './scope.ts'
import { addressPolicy, userPolicy, waitMs } from './throttle.ts'

test('every role × every action is decided as written here', () => {
  const table = Object.fromEntries(
    roles.map((role) => [
      role,
      actions
        .filter((action) => may(role, action))
        .toSorted()
        .join(' '),
    ]),
  )
  expect(table).toMatchInlineSnapshot(`
    {
      "administrator": "answer-alarm answer-calls change-elder check-care check-visits command-device confirm-death do-visits erase-evidence export-evidence hold-seat keep-referrals look-by-video manage-areas manage-caregivers manage-channels manage-desk manage-on-call manage-providers manage-services manage-shifts manage-staff manage-tags merge-elders own-session plan-visits read-access-log read-alarms read-calls read-caregivers read-channels read-devices read-figures read-people read-staff read-visits register-device register-elder revoke-device run-drills unmask-id-number",
      "assessor": "look-by-video own-session read-caregivers read-people read-visits",
      "auditor": "export-evidence own-session read-access-log read-alarms read-calls read-caregivers read-channels read-devices read-figures read-people read-staff read-visits",
      "bureau": "change-elder check-care check-visits confirm-death export-evidence keep-referrals look-by-video manage-caregivers manage-providers manage-services manage-staff manage-tags merge-elders own-session read-access-log read-alarms read-calls read-caregivers read-devices read-figures read-people read-staff read-visits register-elder unmask-id-number",
      "caregiver": "do-visits own-session read-visits",
      "city-bureau": "own-session read-alarms read-caregivers read-devices read-figures read-people read-visits",
      "clinician": "own-session read-people",
      "community-clerk": "change-elder check-care confirm-death keep-referrals own-session read-alarms read-caregivers read-devices read-people read-visits register-elder unmask-id-number",
      "finance": "own-session",
      "provider": "export-evidence manage-caregivers own-session plan-visits read-caregivers read-visits",
      "seat": "answer-alarm answer-calls change-elder check-care command-device hold-seat keep-referrals own-session read-alarms read-calls read-caregivers read-devices read-people read-staff read-visits",
      "shift-lead": "answer-alarm answer-calls change-elder check-care command-device confirm-death hold-seat keep-referrals manage-desk manage-on-call manage-shifts merge-elders own-session read-alarms read-calls read-caregivers read-channels read-devices read-figures read-people read-staff read-visits register-device register-elder revoke-device run-drills unmask-id-number",
      "town-clerk": "change-elder check-care confirm-death keep-referrals look-by-video own-session read-alarms read-caregivers read-devices read-people read-visits register-elder unmask-id-number",
      "village-doctor": "check-care own-session read-alarms read-people",
    }
  `)
})

test('a provider’s own user has a provider, and nobody else has one', () => {
  const area = { userId: 'u', areaPath: '/a/' }
  expect(scopeOf({ ...area, role: 'caregiver', providerId: 'p' }).providerId).toBe('p')
  expect(() => scopeOf({ ...area, role: 'provider' })).toThrow()
  expect(() => scopeOf({ ...area, role: 'seat', providerId: 'p' })).toThrow()
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
