import { describe, expect, test } from 'vitest'
import { checkVisit } from './check.ts'
import { at, loudness, presence, visit } from './facts.fixture.ts'
import { type VisitFacts } from './facts.ts'
import type { RuleId } from './finding.ts'

const heard = (rule: RuleId, facts: Partial<VisitFacts>, asOf = at(120)) => {
  const one = visit({ plannedFrom: at(0), plannedTo: at(60), ...facts })
  return loudness(checkVisit(one.id, { visits: [one], asOf }), rule)
}
const begin = presence(0)
const end = presence(60, { part: 'end' })

test('a visit as it should be gives nothing', () => {
  const one = visit()
  expect(checkVisit(one.id, { visits: [one], asOf: at(120) })).toEqual([])
})

describe('no begin, no end', () => {
  test.each([
    ['both ends', [begin, end], null, null],
    ['no begin', [end], 'warning', null],
    ['no end', [begin], null, 'warning'],
    ['a presence of no part is no end', [begin, presence(60, { part: null })], null, 'warning'],
  ] as const)('%s', (_, presences, noBegin, noEnd) => {
    expect(heard('no-begin', { presences })).toBe(noBegin)
    expect(heard('no-end', { presences })).toBe(noEnd)
  })

  test('an end that was mended is not missing', () => {
    expect(heard('no-begin', { presences: [end], corrected: { begin: true, end: false } })).toBeNull()
    expect(heard('no-end', { presences: [begin], corrected: { begin: false, end: true } })).toBeNull()
  })

  test('somebody still inside is asked after an hour beyond plan, not before', () => {
    const inside = { state: 'in-service', presences: [begin], leftAt: null } as const
    expect(heard('no-end', { ...inside, plannedTo: at(60) }, at(119))).toBeNull()
    expect(heard('no-end', { ...inside, plannedTo: at(60) }, at(120))).toBe('warning')
  })

  test('of a visit nobody made neither is missing', () => {
    for (const state of ['assigned', 'cancelled', 'refused', 'missed'] as const) {
      expect(heard('no-begin', { state, presences: [] })).toBeNull()
      expect(heard('no-end', { state, presences: [] })).toBeNull()
    }
  })
})

test.each([
  [14, null],
  [15, 'notice'],
  [29, 'notice'],
  [30, 'warning'],
] as const)('begun %i minutes after plan: %s', (minutes, severity) => {
  expect(heard('late', { beganAt: at(minutes), leftAt: at(90) })).toBe(severity)
})

test.each([
  ['missed', 0, 'warning'],
  ['assigned', 59, null],
  ['assigned', 60, 'warning'],
  ['on-the-way', 61, 'warning'],
  ['cancelled', 600, null],
  ['refused', 600, null],
] as const)('missed: %s, %i minutes after its time', (state, minutes, severity) => {
  expect(heard('missed', { state, beganAt: null, leftAt: null, presences: [] }, at(minutes))).toBe(severity)
})

describe('how long', () => {
  test.each([
    [48, null],
    [47, 'notice'],
    [30, 'notice'],
    [29, 'warning'],
  ] as const)('%i of 60 minutes: %s', (minutes, severity) => {
    expect(heard('too-short', { beganAt: at(0), leftAt: at(minutes) })).toBe(severity)
  })

  test.each([
    [60, null],
    [54, null],
    [53.9, 'warning'],
  ] as const)('%s minutes for services that need 60', (minutes, severity) => {
    const done = [
      { code: '1', minMinutes: 20, credentials: [], required: [], said: {} },
      { code: '2', minMinutes: 40, credentials: [], required: [], said: {} },
      { code: '3', minMinutes: null, credentials: [], required: [], said: {} },
    ]
    expect(heard('too-short', { beganAt: at(0), leftAt: at(minutes), done })).toBe(severity)
  })

  test.each([
    [120, null],
    [121, 'notice'],
    [240, 'notice'],
    [241, 'warning'],
  ] as const)('%i instead of 60 minutes: %s', (minutes, severity) => {
    expect(heard('too-long', { beganAt: at(0), leftAt: at(minutes) })).toBe(severity)
  })

  test('ends in the wrong order are nobody’s minutes', () => {
    expect(heard('too-short', { beganAt: at(60), leftAt: at(0) })).toBeNull()
  })
})
