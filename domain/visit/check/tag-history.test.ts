import { describe, expect, test } from 'vitest'
import { at, loudness, north } from './facts.fixture.ts'
import type { RuleId } from './finding.ts'
import { CHECK_POLICY as policy } from './policy.ts'
import { type TagTap, tagHistory } from './tag-history.ts'

let made = 0
const tap = (counter: number, minutes: number, more: Partial<TagTap> = {}): TagTap => ({
  id: `tap-${(made += 1)}`,
  tag: 'tag',
  counter,
  at: at(minutes),
  receivedAt: at(minutes),
  phone: { id: 'phone', sharedSince: null },
  position: null,
  visitId: 'one',
  occasion: more.visitId ?? 'one',
  asked: true,
  ...more,
})
const heard = (rule: RuleId, ...taps: TagTap[]) => loudness(tagHistory(taps, policy), rule)

describe('a tap that is played again', () => {
  test('the same page again is a reload', () => {
    expect(heard('replayed-tag', tap(5, 0), tap(5, 1))).toBeNull()
  })
  test('from another phone within its visit it is told, for another visit it is grave', () => {
    expect(heard('replayed-tag', tap(5, 0), tap(5, 1, { phone: { id: 'q', sharedSince: null } }))).toBe('warning')
    expect(heard('replayed-tag', tap(5, 0), tap(5, 1, { visitId: 'two' }))).toBe('grave')
  })
  test('one tap tells both of a couple’s joint visit', () => {
    const joint = { occasion: 'joint' }
    expect(tagHistory([tap(5, 0, joint), tap(5, 0, { ...joint, visitId: 'two' })], policy)).toEqual([])
  })
  test('it names the one that came first, whatever the order they are given in', () => {
    const [first, again] = [tap(5, 0), tap(5, 300, { visitId: 'two' })]
    expect(tagHistory([again, first], policy)).toEqual([
      { visitId: 'two', rule: 'replayed-tag', severity: 'grave', inputs: { counter: 5, first: first.id, same: false } },
    ])
  })
})

describe('a counter that runs backwards', () => {
  test.each([
    [4.9, null],
    [5, 'grave'],
  ] as const)('a lower number %s minutes after a higher one: %s', (minutes, severity) => {
    expect(heard('cloned-tag', tap(9, 0), tap(8, minutes, { visitId: 'two' }))).toBe(severity)
  })
  test('where a phone’s clock alone says so it is a warning', () => {
    const late = { receivedAt: at(600), visitId: 'two' }
    expect(heard('cloned-tag', tap(9, 0), tap(8, 30, late))).toBe('warning')
  })
  test('what a queue sends late, in its order, is honest', () => {
    expect(heard('cloned-tag', tap(9, 60), tap(8, 0, { receivedAt: at(600) }))).toBeNull()
  })
  test('links kept for later stand behind every honest tap meanwhile', () => {
    const harvested = [1, 2, 3].map((counter) => tap(counter, counter * 1440, { visitId: `visit-${counter}` }))
    const honest = tap(4, 2000, { visitId: 'honest' })
    expect(tagHistory([...harvested, honest], policy).map(({ visitId }) => visitId)).toEqual(['visit-3', 'visit-2'])
  })
})

describe('one tag at two places', () => {
  const there = (metres: number, accuracyM = 20) => ({ position: { ...north(metres), accuracyM } })
  // 10,540 m less both accuracies and 500 m: ten minutes.
  test.each([
    [10.1, null],
    [9.9, 'grave'],
  ] as const)('ten kilometres in %s minutes: %s', (minutes, severity) => {
    expect(heard('cloned-tag', tap(1, 0, there(0)), tap(2, minutes, there(10_540)))).toBe(severity)
  })
  test('a position that cannot tell villages apart says nothing', () => {
    expect(heard('cloned-tag', tap(1, 0, there(0)), tap(2, 1, there(10_540, 2001)))).toBeNull()
    expect(heard('cloned-tag', tap(1, 0, there(0)), tap(2, 1, there(10_540, 2000)))).toBe('grave')
  })
})

test.each([
  [6, null],
  [7, 'notice'],
] as const)('a gap before counter %i: %s', (counter, severity) => {
  expect(heard('counter-gap', tap(1, 0), tap(counter, 60))).toBe(severity)
})

test('of taps that stand around nothing is found', () => {
  expect(
    tagHistory([tap(5, 0), tap(5, 9, { asked: false, visitId: 'two' }), tap(50, 1, { asked: false })], policy),
  ).toEqual([])
})
