import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Credential,
  CREDENTIAL_KINDS,
  expiring,
  fitToSend,
  HELD_BY_ALL,
  isCredentialKind,
  standingOf,
  standings,
  WARN_AHEAD_DAYS,
} from './credential.ts'

const DAY = '2026-11-30'
const all = Object.keys(HELD_BY_ALL).filter(isCredentialKind)
const held = (kind: Credential['kind'], more: Partial<Credential> = {}): Credential => ({
  kind,
  issuedOn: '2026-01-01',
  expiresOn: '2027-12-31',
  withdrawn: false,
  ...more,
})
const full = all.map((kind) => held(kind))
const but = (kind: Credential['kind'], ...instead: Credential[]): Credential[] => [
  ...full.filter((one) => one.kind !== kind),
  ...instead,
]
const missing = (credentials: Credential[], services: Parameters<typeof fitToSend>[1] = []) => {
  const verdict = fitToSend(credentials, services, DAY)
  return verdict.fit ? [] : verdict.missing.map(({ kind, rule, why, day }) => [kind, rule, why, day])
}

describe('“三不” (P1.1)', () => {
  test('whoever holds all four trainings, the exam, the medical check and the contract may be sent', () => {
    expect(fitToSend(full, [], DAY)).toEqual({ fit: true })
  })
  test.each([
    ['rescue-training', [], ['rescue-training', 'training', 'never', null]],
    ['exam', [held('exam', { withdrawn: true })], ['exam', 'training', 'withdrawn', null]],
    [
      'medical-check',
      [held('medical-check', { expiresOn: '2026-11-29' })],
      ['medical-check', 'medical-check', 'expired', '2026-11-29'],
    ],
    ['contract', [held('contract', { issuedOn: '2026-12-01' })], ['contract', 'contract', 'not-yet', '2026-12-01']],
  ] as const)('without a valid %s nobody is sent, and it is named', (kind, instead, named) => {
    expect(missing(but(kind, ...instead))).toEqual([named])
  })
  test('it holds on its last day and on its first', () => {
    expect(missing(but('exam', held('exam', { issuedOn: DAY, expiresOn: DAY })))).toEqual([])
  })
  test('what a service asks for is missing for that service alone, and named with it', () => {
    const services = [
      { id: 'bath', credentials: [] },
      { id: 'rehab', credentials: ['rehabilitation-certificate', 'exam'] as const },
    ]
    const verdict = fitToSend(full, services, DAY)
    expect(verdict).toEqual({
      fit: false,
      missing: [{ kind: 'rehabilitation-certificate', rule: 'service', why: 'never', day: null, services: ['rehab'] }],
    })
    expect(fitToSend(full, services.slice(0, 1), DAY)).toEqual({ fit: true })
    expect(missing([...full, held('rehabilitation-certificate')], services)).toEqual([])
  })
  test('nobody new is fit for anything, and every one of the seven is named', () => {
    expect(missing([]).map(([kind, , why]) => [kind, why])).toEqual(all.map((kind) => [kind, 'never']))
  })
})

describe('what runs out', () => {
  const check = (expiresOn: string | null, ...more: Credential[]) =>
    standingOf([held('medical-check', { expiresOn }), ...more], 'medical-check', DAY)
  test('is told of 30 days ahead', () => {
    expect(check('2026-12-30')).toEqual({ state: 'expiring', until: '2026-12-30', inDays: WARN_AHEAD_DAYS })
    expect(check('2026-12-31')).toEqual({ state: 'valid', until: '2026-12-31' })
    expect(check(null)).toEqual({ state: 'valid', until: null })
    expect(check(DAY)).toMatchObject({ inDays: 0 })
  })
  test('is carried on by one that follows without a gap, and not by one that leaves a day open', () => {
    const next = (issuedOn: string) => held('medical-check', { issuedOn, expiresOn: '2027-12-05' })
    expect(check('2026-12-05', next('2026-12-06'))).toEqual({ state: 'valid', until: '2027-12-05' })
    expect(check('2026-12-05', next('2026-12-07'))).toEqual({ state: 'expiring', until: '2026-12-05', inDays: 5 })
  })
  test('is listed the soonest first', () => {
    const ending = [held('exam', { expiresOn: '2026-12-20' }), held('contract', { expiresOn: '2026-12-01' })]
    expect(expiring([...full.filter(({ kind }) => !['exam', 'contract'].includes(kind)), ...ending], DAY)).toEqual([
      { kind: 'contract', until: '2026-12-01', inDays: 1 },
      { kind: 'exam', until: '2026-12-20', inDays: 20 },
    ])
  })
  test('a caregiver’s page names all that is needed, and whatever else is on file', () => {
    const kinds = standings([held('care-certificate')], DAY).map(({ kind }) => kind)
    expect(kinds).toEqual([...all, 'care-certificate'])
  })
})

describe('laws', () => {
  const day = fc.integer({ min: 0, max: 900 }).map((n) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10))
  const credential = fc
    .record({
      kind: fc.constantFrom(...CREDENTIAL_KINDS),
      issuedOn: day,
      expiresOn: fc.option(day),
      withdrawn: fc.boolean(),
    })
    .map((one): Credential => ({
      ...one,
      expiresOn: one.expiresOn !== null && one.expiresOn < one.issuedOn ? null : one.expiresOn,
    }))
  const file = fc.array(credential, { maxLength: 12 })
  const services = fc.array(
    fc.record({ id: fc.uuid(), credentials: fc.uniqueArray(fc.constantFrom(...CREDENTIAL_KINDS)) }),
    { maxLength: 4 },
  )
  const names = (verdict: ReturnType<typeof fitToSend>) => (verdict.fit ? [] : verdict.missing.map(({ kind }) => kind))

  test('one more valid credential never makes anybody less fit, one withdrawn never more', () => {
    fc.assert(
      fc.property(file, services, day, credential, (credentials, asked, on, more) => {
        const before = names(fitToSend(credentials, asked, on))
        const after = names(fitToSend([...credentials, more], asked, on))
        expect(after.filter((kind) => !before.includes(kind))).toEqual([])
        const without = credentials.map((one) => ({ ...one, withdrawn: one.withdrawn || one.kind === more.kind }))
        expect(before.filter((kind) => !names(fitToSend(without, asked, on)).includes(kind))).toEqual([])
      }),
    )
  })
  test('the order in which they were entered does not matter', () => {
    fc.assert(
      fc.property(file, services, day, (credentials, asked, on) => {
        expect(fitToSend(credentials.toReversed(), asked, on)).toEqual(fitToSend(credentials, asked, on))
      }),
    )
  })
  test('fit is exactly: for each kind that is asked some credential holds on the day', () => {
    fc.assert(
      fc.property(file, services, day, (credentials, asked, on) => {
        const needed = new Set([...all, ...asked.flatMap((one) => one.credentials)])
        const holds = [...needed].filter((kind) =>
          credentials.some(
            (one) =>
              one.kind === kind &&
              !one.withdrawn &&
              one.issuedOn <= on &&
              (one.expiresOn === null || one.expiresOn >= on),
          ),
        )
        expect(names(fitToSend(credentials, asked, on)).toSorted()).toEqual(
          [...needed].filter((kind) => !holds.includes(kind)).toSorted(),
        )
      }),
    )
  })
})
