import fc from 'fast-check'
import { expect, test } from 'vitest'
import { good, positions, sent, tag } from './end.fixture.ts'
import { gradeEnd, type EndFacts, type EndTap, type GradedEnd } from './grade.ts'
import { atLeast, grades, typedReasons } from './reason.ts'
import { strictPolicy, verified, verifiedReasons, type PresencePolicy } from './verified.ts'

const graded = (more: Partial<EndFacts> = {}): GradedEnd => gradeEnd({ ...good, ...more })
const typed = (approvedBy: string | null): GradedEnd =>
  graded({ tap: { kind: 'typed', reason: 'tag-gone', by: 'li', approvedBy } })
const later = graded({ moment: sent(40, 90) })
const lenient: PresencePolicy = {
  least: { begin: 'claimed', end: 'claimed' },
  typedReasons: ['tag-gone'],
  needsPosition: false,
}

test('both ends proved is verified under every policy that asks for no more', () => {
  const yes = { verified: true, why: [{ code: 'both-proved' }] }
  expect(verified(graded(), graded(), strictPolicy)).toEqual(yes)
  expect(verified(graded(), graded(), lenient)).toEqual(yes)
})

test('an end that was sent later is verified where the policy accepts less, and it says so', () => {
  expect(verified(graded(), later, strictPolicy)).toEqual({
    verified: false,
    why: [{ code: 'grade-too-low', end: 'end', grade: 'supported', least: 'proved' }],
  })
  const policy = { ...strictPolicy, least: { begin: 'proved', end: 'supported' } } as const
  expect(verified(graded(), later, policy)).toEqual({
    verified: true,
    why: [{ code: 'accepted-less', end: 'end', grade: 'supported' }],
  })
  expect(verified(later, graded(), policy).verified).toBe(false)
})

test('what was typed in needs a second person, and a reason that the policy takes', () => {
  expect(verified(typed('wang'), later, lenient)).toEqual({
    verified: true,
    why: [
      { code: 'accepted-less', end: 'begin', grade: 'claimed' },
      { code: 'accepted-less', end: 'end', grade: 'supported' },
    ],
  })
  for (const approvedBy of [null, 'li'])
    expect(verified(typed(approvedBy), later, lenient).why).toEqual([{ code: 'approval-missing', end: 'begin' }])
  expect(verified(typed('wang'), later, { ...lenient, typedReasons: ['phone-dead'] }).why).toEqual([
    { code: 'typed-reason-not-accepted', end: 'begin', typed: 'tag-gone' },
  ])
})

test('a missing end is never verified', () => {
  expect(verified(graded(), null, lenient).why).toEqual([{ code: 'end-missing', end: 'end' }])
  expect(verified(null, null, lenient).why).toHaveLength(2)
})

test('an end in question is never verified', () => {
  const question = graded({ tap: { ...tag, home: 'other' } as EndTap })
  expect(verified(question, graded(), lenient).why).toEqual([
    { code: 'end-in-question', end: 'begin' },
    { code: 'grade-too-low', end: 'begin', grade: 'none', least: 'claimed' },
  ])
})

test('a policy may ask for a position; a missing one is no pass then, and a reader’s lack of one is none', () => {
  const policy = { ...strictPolicy, needsPosition: true }
  expect(verified(graded(), graded(), policy).verified).toBe(true)
  expect(verified(graded(), graded({ position: positions.missing }), policy).why).toEqual([
    { code: 'position-missing', end: 'end' },
  ])
  expect(verified(graded({ position: null }), graded(), policy).verified).toBe(true)
})

test('whatever is verified has both ends, at least of the policy’s grade, and none in question', () => {
  const end = fc.constantFrom(
    null,
    graded(),
    later,
    typed('wang'),
    typed(null),
    graded({ position: positions.far }),
    graded({ position: positions.missing }),
    graded({ tap: { ...tag, home: 'unknown' } as EndTap }),
  )
  const least = fc.constantFrom('claimed' as const, 'supported' as const, 'proved' as const)
  const policies = fc.record({
    least: fc.record({ begin: least, end: least }),
    typedReasons: fc.subarray([...typedReasons]),
    needsPosition: fc.boolean(),
  })
  const met = new Set<string>()
  fc.assert(
    fc.property(end, end, policies, (begin, over, policy) => {
      const said = verified(begin, over, policy)
      for (const { code } of said.why) met.add(code)
      expect(said.why.length).toBeGreaterThan(0)
      if (!said.verified) return
      expect([begin?.inQuestion, over?.inQuestion]).toEqual([false, false])
      expect(atLeast(begin?.grade ?? 'none', policy.least.begin)).toBe(true)
      expect(atLeast(over?.grade ?? 'none', policy.least.end)).toBe(true)
      const less = grades.indexOf(begin?.grade ?? 'none') + grades.indexOf(over?.grade ?? 'none') < 6
      expect(said.why.some(({ code }) => code === 'accepted-less')).toBe(less)
    }),
    { numRuns: 1000 },
  )
  expect([...met].toSorted()).toEqual([...verifiedReasons].toSorted())
})
