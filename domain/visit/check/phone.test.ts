import { describe, expect, test } from 'vitest'
import { at, loudness, north } from './facts.fixture.ts'
import { oneCaregiverManyPhones, type PhoneUse, twoCaregiversOnePhone } from './phone.ts'
import { CHECK_POLICY as policy } from './policy.ts'

let made = 0
const use = (minutes: number, caregiverId: string, more: Partial<PhoneUse> = {}): PhoneUse => ({
  phone: 'phone',
  sharedSince: null,
  caregiverId,
  at: at(minutes),
  visitId: `visit-${(made += 1)}`,
  home: north(0),
  presenceId: `presence-${made}`,
  ...more,
})

describe('two caregivers on one phone', () => {
  test.each([
    [720, 'warning'],
    [720.1, null],
  ] as const)('%s minutes apart: %s', (minutes, severity) => {
    const found = twoCaregiversOnePhone([use(0, 'a'), use(minutes, 'b')], policy)
    expect(loudness(found, 'two-caregivers-one-phone')).toBe(severity)
  })

  test('one’s own phone is nothing', () => {
    expect(twoCaregiversOnePhone([use(0, 'a'), use(5, 'a')], policy)).toEqual([])
  })

  test.each([
    [at(-1), 'notice'],
    [at(9), 'notice'],
    [at(11), 'warning'],
  ] as const)('declared as shared since %s, used at minute ten: %s', (sharedSince, severity) => {
    const found = twoCaregiversOnePhone([use(0, 'a'), use(10, 'b', { sharedSince })], policy)
    expect(loudness(found, 'two-caregivers-one-phone')).toBe(severity)
  })

  // 10,500 m: ten minutes by car; half of it is a clock that slips.
  test.each([
    [5.1, 'notice'],
    [4.9, 'grave'],
  ] as const)('carried over ten kilometres in %s minutes: %s, whatever was declared', (minutes, severity) => {
    const there = { home: north(10_500), sharedSince: at(-1) }
    expect(
      loudness(twoCaregiversOnePhone([use(0, 'a'), use(minutes, 'b', there)], policy), 'two-caregivers-one-phone'),
    ).toBe(severity)
  })

  test('the other is the last by somebody else, however often one’s own came between', () => {
    const [, , third] = twoCaregiversOnePhone([use(0, 'a'), use(1, 'b'), use(2, 'b'), use(3, 'b')], policy)
    expect(third?.inputs).toMatchObject({ caregiver: 'a', minutes: 3 })
  })

  test('what stands around is compared with, and not found', () => {
    const found = twoCaregiversOnePhone(
      [use(0, 'a', { visitId: null }), use(1, 'b'), use(2, 'a', { visitId: null })],
      policy,
    )
    expect(found).toHaveLength(1)
  })
})

describe('one caregiver on many phones', () => {
  const days = (n: number) => n * 24 * 60
  const on = (...phones: [number, string][]) =>
    loudness(
      oneCaregiverManyPhones(
        phones.map(([day, phone]) => use(days(day), 'a', { phone })),
        policy,
      ),
      'one-caregiver-many-phones',
    )
  test('two are a new phone, three within a week a notice, five a warning', () => {
    expect(on([0, 'p'], [1, 'q'])).toBeNull()
    expect(on([0, 'p'], [1, 'q'], [7, 'r'])).toBe('notice')
    expect(on([0, 'p'], [1, 'q'], [7.1, 'r'])).toBeNull()
    expect(on([0, 'p'], [1, 'q'], [2, 'r'], [3, 's'])).toBe('notice')
    expect(on([0, 'p'], [1, 'q'], [2, 'r'], [3, 's'], [4, 't'])).toBe('warning')
  })

  test('found where the new one comes in, not at each use after it; shared phones do not count', () => {
    const uses = ['p', 'q', 'r', 'r', 'p', 'q'].map((phone, i) => use(i, 'a', { phone }))
    expect(oneCaregiverManyPhones(uses, policy).map(({ visitId }) => visitId)).toEqual([uses[2]?.visitId])
    const shared = ['p', 'q', 'r'].map((phone, i) => use(i, 'a', { phone, sharedSince: at(-1) }))
    expect(oneCaregiverManyPhones(shared, policy)).toEqual([])
  })
})
