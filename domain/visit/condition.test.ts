import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { COUNTY_ANNEX } from './catalogue.ts'
import {
  CONDITION_KINDS,
  CONDITIONS,
  type ConditionKind,
  required,
  type Said,
  SUBSTITUTES,
  unmet,
} from './condition.ts'

const bathing = {
  conditions: COUNTY_ANNEX.find(({ code }) => code === '12')?.conditions ?? [],
  familySubstitute: 'village-group' as const,
}
const ordinary = { understands: true, withoutFamily: false }
const said = (...kinds: ConditionKind[]): Partial<Record<ConditionKind, Said>> =>
  Object.fromEntries(kinds.map((kind) => [kind, { met: true, who: '王强', paper: '2026-11-02' }]))
const before = ['safety-briefing', 'bathing-conditions', 'body-assessed'] as const

describe('bathing', () => {
  const asked = required(bathing, ordinary)
  test('asks for briefing, conditions, body and the family throughout (P4)', () => {
    expect(asked.map(({ condition }) => condition)).toEqual([...before, 'family-present'])
    expect(unmet(asked, said(...before, 'family-present'))).toEqual([])
  })
  test('is refused with what is missing named', () => {
    expect(unmet(asked, said(...before))).toEqual([{ condition: 'family-present', why: 'not-said' }])
    expect(unmet(asked, { ...said(...before), 'family-present': { met: false } })).toEqual([
      { condition: 'family-present', why: 'not-met' },
    ])
    expect(unmet(asked, { ...said(...before), 'family-present': { met: true, who: ' ' } })).toEqual([
      { condition: 'family-present', why: 'nobody-named' },
    ])
  })
  const alone = required(bathing, { understands: true, withoutFamily: true })
  const standIn = (more: Partial<Said>) =>
    unmet(alone, { ...said(...before), 'family-present': { met: true, who: '组长', ...more } })
  test('where nobody of the family lives, the one whom the policy names may stand in, with consent', () => {
    expect(standIn({ substitute: 'village-group', consented: true })).toEqual([])
    expect(standIn({ substitute: 'village-group' })).toEqual([{ condition: 'family-present', why: 'no-consent' }])
    expect(standIn({ substitute: 'neighbour', consented: true })).toEqual([
      { condition: 'family-present', why: 'no-substitute-allowed' },
    ])
  })
  test('who has family is bathed with nobody in its place, and so is everybody where no policy names one', () => {
    const substituted = {
      ...said(...before),
      'family-present': { met: true, who: 'x', substitute: 'village-group', consented: true },
    } as const
    const silent = required({ ...bathing, familySubstitute: null }, { understands: true, withoutFamily: true })
    for (const each of [asked, silent]) {
      expect(unmet(each, substituted)).toEqual([{ condition: 'family-present', why: 'no-substitute-allowed' }])
    }
  })
})

test('rehabilitation asks for the order’s paper and for who guides it', () => {
  const asked = required({ conditions: ['doctor-order', 'medical-guidance'], familySubstitute: null }, ordinary)
  expect(unmet(asked, { 'doctor-order': { met: true, who: '李医生' }, 'medical-guidance': { met: true } })).toEqual([
    { condition: 'doctor-order', why: 'no-paper' },
    { condition: 'medical-guidance', why: 'nobody-named' },
  ])
  expect(unmet(asked, said('doctor-order', 'medical-guidance'))).toEqual([])
})

test('who was there and which paper may be deleted lawfully: that it was met goes on being known', () => {
  const asked = required({ conditions: ['doctor-order', 'family-present'], familySubstitute: null }, ordinary)
  const erased = { met: true, erased: true } as const
  expect(unmet(asked, { 'doctor-order': erased, 'family-present': erased })).toEqual([])
  expect(unmet(asked, { 'doctor-order': { ...erased, met: false }, 'family-present': erased })).toEqual([
    { condition: 'doctor-order', why: 'not-met' },
  ])
})

test('an elder without full understanding is served only with the guardian present, whatever the service', () => {
  for (const { conditions } of COUNTY_ANNEX) {
    const asked = required({ conditions, familySubstitute: 'neighbour' }, { understands: false, withoutFamily: true })
    expect(asked.filter(({ condition }) => condition === 'guardian-present')).toEqual([
      { condition: 'guardian-present', substitute: null },
    ])
  }
})

test('a service is given exactly when each of its conditions is; nothing else that is said matters', () => {
  const kinds = fc.uniqueArray(fc.constantFrom(...CONDITION_KINDS))
  fc.assert(
    fc.property(kinds, kinds, fc.constantFrom(null, ...SUBSTITUTES), (conditions, met, familySubstitute) => {
      const asked = required({ conditions, familySubstitute }, ordinary)
      expect(unmet(asked, said(...met)).map(({ condition }) => condition)).toEqual(
        CONDITION_KINDS.filter((kind) => conditions.includes(kind) && !met.includes(kind)),
      )
    }),
  )
  expect(CONDITIONS['family-present'].when).toBe('throughout')
})
