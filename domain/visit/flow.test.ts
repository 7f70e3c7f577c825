import fc from 'fast-check'
import { expect, test } from 'vitest'
import { VISIT_STATES } from './kinds.ts'
import { afterReschedule, keptFromSettlement } from './flow.ts'

const fine = { state: 'called-back', inQuestion: false, openExceptions: 0, unapproved: 0, verified: true } as const

test('a visit that was called back, is verified and asks nobody anything is ready', () => {
  expect(keptFromSettlement(fine)).toEqual([])
})

test('each thing that keeps it from settlement is named, all at once', () => {
  const kept = keptFromSettlement({ state: 'left', inQuestion: true, openExceptions: 2, unapproved: 1, verified: null })
  expect(kept).toEqual(['not-called-back', 'in-question', 'open-exception', 'not-approved', 'not-verified'])
})

test('nothing that goes wrong makes a visit readier', () => {
  const some = fc.record({
    state: fc.constantFrom(...VISIT_STATES),
    inQuestion: fc.boolean(),
    openExceptions: fc.nat(3),
    unapproved: fc.nat(2),
    verified: fc.constantFrom(true, false, null),
  })
  fc.assert(
    fc.property(some, (visit) => {
      const before = keptFromSettlement(visit).length
      const worse = { ...visit, inQuestion: true, openExceptions: visit.openExceptions + 1, verified: false }
      expect(keptFromSettlement(worse).length).toBeGreaterThanOrEqual(before)
    }),
  )
})

test('whoever was to go is asked again when the time moves', () => {
  expect([afterReschedule(null), afterReschedule('somebody')]).toEqual(['planned', 'assigned'])
})
