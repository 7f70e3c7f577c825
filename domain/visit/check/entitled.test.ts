import { describe, expect, test } from 'vitest'
import { required, type Said } from '../condition.ts'
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
const bath = { code: '12', minMinutes: null, credentials: ['nursing'], required: [], said: {} }

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

describe('a condition of a service', () => {
  const heard = (asked: Parameters<typeof required>, said: Partial<Record<string, Said>>) => {
    const done = [{ ...bath, required: required(...asked), said }]
    return withoutCondition(visit({ done })).map(({ severity, inputs }) => ({ severity, ...inputs }))
  }
  const served = { understands: true, withoutFamily: false }
  const atBath = { conditions: ['family-present'], familySubstitute: 'neighbour' } as const
  const treated = { conditions: ['doctor-order'], familySubstitute: null } as const
  const standIn = { met: true, who: '邻居李婶', substitute: 'neighbour' } as const

  test.each([
    ['somebody of the family was there', { met: true, who: '王强' }, null, null],
    ['nothing was said', undefined, 'not-said', 'warning'],
    ['nobody was there', { met: false }, 'not-met', 'grave'],
    ['somebody was there, unnamed', { met: true }, 'nobody-named', 'warning'],
    ['a neighbour, though there is family', { ...standIn, consented: true }, 'no-substitute-allowed', 'grave'],
  ] as const)('bath: %s', (_, said, why, severity) => {
    const found = heard([atBath, served], said === undefined ? {} : { 'family-present': said })
    expect(found).toEqual(why === null ? [] : [{ severity, condition: 'family-present', code: '12', why }])
  })
  test.each([
    ['with consent', { ...standIn, consented: true }, null],
    ['consent unsaid', standIn, 'no-consent'],
    ['against her will', { ...standIn, consented: false }, 'no-consent'],
    [
      'another than the catalogue names',
      { ...standIn, substitute: 'village-group', consented: true },
      'no-substitute-allowed',
    ],
  ] as const)('nobody of the family lives, a neighbour was there: %s', (_, said, why) => {
    const found = heard([atBath, { ...served, withoutFamily: true }], { 'family-present': said })
    expect(found).toMatchObject(why === null ? [] : [{ severity: 'grave', why }])
  })
  test('a doctor’s order without its number', () => {
    expect(heard([treated, served], { 'doctor-order': { met: true, who: '李医生' } })).toMatchObject([
      { severity: 'warning', condition: 'doctor-order', why: 'no-paper' },
    ])
  })
  test('whoever does not fully understand has the guardian there for every service', () => {
    const plain = { conditions: [], familySubstitute: null }
    const asked = [plain, { ...served, understands: false }] as const
    expect(heard([...asked], {})).toMatchObject([{ condition: 'guardian-present', why: 'not-said' }])
    expect(heard([...asked], { 'guardian-present': { met: true, who: '侄女' } })).toEqual([])
  })
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
