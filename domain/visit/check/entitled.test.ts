import { describe, expect, test } from 'vitest'
import {
  afterDeath,
  afterSuspension,
  elderAway,
  outsideRoster,
  withoutCondition,
  withoutCredential,
} from './entitled.ts'
import { at, loudness, visit } from './facts.fixture.ts'
import { CHECK_POLICY as policy } from './policy.ts'

const elder = { id: 'elder', diedOn: null, absences: [] }
const bath = { code: '12', minMinutes: null, credentials: ['nursing'], conditions: [] }

describe('without a credential', () => {
  const base = policy.everybody.map((kind) => ({ kind, from: '2025-01-01', to: null }))
  const heard = (credentials: readonly { kind: string; from: string; to: string | null }[], done = [bath]) =>
    withoutCredential(visit({ caregiver: { id: 'own', credentials }, done }), policy).map(({ inputs }) => inputs)

  test('whoever holds all of them is fit, to the last day', () => {
    expect(heard([...base, { kind: 'nursing', from: '2026-03-04', to: '2026-03-04' }])).toEqual([])
  })
  test.each([
    ['2026-03-05', null, false],
    ['2025-03-03', '2026-03-03', true],
  ] as const)('from %s to %s does not hold on 4 March', (from, to, expired) => {
    expect(heard([...base, { kind: 'nursing', from, to }])).toEqual([{ credential: 'nursing', code: '12', expired }])
  })
  test('each that everybody must hold is named (P1.1)', () => {
    expect(heard([], [])).toEqual(policy.everybody.map((credential) => ({ credential, code: '', expired: false })))
  })
  test('nothing is asked of a visit nobody made', () => {
    const one = visit({ state: 'missed', beganAt: null, caregiver: { id: 'own', credentials: [] } })
    expect(withoutCredential(one, policy)).toEqual([])
  })
})

test.each([
  [true, null],
  [null, 'warning'],
  [false, 'grave'],
] as const)('family present at a bath: %s', (met, severity) => {
  const done = [{ ...bath, conditions: [{ kind: 'family-present', met }] }]
  expect(loudness(withoutCondition(visit({ done })), 'service-without-condition')).toBe(severity)
})

test.each([
  ['2026-03-05', null],
  ['2026-03-04', null],
  ['2026-03-03', 'grave'],
] as const)('a visit on 4 March to one who died on %s', (diedOn, severity) => {
  expect(loudness(afterDeath(visit({ elder: { ...elder, diedOn } })), 'after-death')).toBe(severity)
  expect(afterDeath(visit({ state: 'missed', beganAt: null, elder: { ...elder, diedOn } }))).toEqual([])
})

test.each([
  ['2026-03-05', null, null],
  ['2026-03-04', null, 'grave'],
  ['2026-01-01', '2026-03-04', 'grave'],
  ['2026-01-01', '2026-03-03', null],
] as const)('suspended from %s to %s', (from, to, severity) => {
  const found = afterSuspension(visit({ suspensions: [{ whose: 'provider', from, to }] }))
  expect(loudness(found, 'after-suspension')).toBe(severity)
})

test.each([
  ['on', null],
  ['unknown', null],
  ['off', 'warning'],
] as const)('roster %s', (roster, severity) => {
  expect(loudness(outsideRoster(visit({ roster })), 'outside-roster')).toBe(severity)
})

describe('away while somebody was served', () => {
  const heard = (kind: string, from: number, to: number | null) => {
    const absences = [{ kind, from: at(from), to: to === null ? null : at(to) }]
    return loudness(elderAway(visit({ elder: { ...elder, absences } }), policy), 'elder-away')
  }
  test.each([
    ['family', -600, null, 'warning'],
    ['hospital', -600, 600, 'grave'],
    ['hospital', -600, 30, 'grave'],
    ['hospital', -600, 29, null],
    ['hospital', 30, null, 'grave'],
    ['hospital', 31, null, null],
    ['hospital', 60, null, null],
    ['hospital', -600, 0, null],
  ] as const)('%s from minute %s to %s: %s', (kind, from, to, severity) => {
    expect(heard(kind, from, to)).toBe(severity)
  })
})
