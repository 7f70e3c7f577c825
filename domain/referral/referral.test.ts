import { expect, test } from 'vitest'
import { afterStep, isOverdue, REFERRAL_STATES, REFERRAL_STEPS } from './referral.ts'

test('every state × every step is decided as written here', () => {
  const said = REFERRAL_STATES.map((state) =>
    REFERRAL_STEPS.map((step) => {
      const verdict = afterStep[state][step]
      return `${state} ${step}: ${verdict.allowed ? verdict.state : verdict.reason}`
    }),
  )
  expect(said).toEqual([
    ['open hand-on: handed-on', 'open done: done', 'open drop: dropped', 'open reopen: referral-open'],
    ['handed-on hand-on: handed-on', 'handed-on done: done', 'handed-on drop: dropped', 'handed-on reopen: open'],
    ['done hand-on: referral-closed', 'done done: referral-closed', 'done drop: referral-closed', 'done reopen: open'],
    [
      'dropped hand-on: referral-closed',
      'dropped done: referral-closed',
      'dropped drop: referral-closed',
      'dropped reopen: open',
    ],
  ])
})

test('only what is not closed can be overdue', () => {
  const dueAt = new Date('2026-11-20T00:00:00Z')
  const now = new Date('2026-11-22T00:00:00Z')
  expect(REFERRAL_STATES.map((state) => isOverdue({ state, dueAt }, now))).toEqual([true, true, false, false])
  expect(isOverdue({ state: 'open', dueAt: null }, now)).toBe(false)
  expect(isOverdue({ state: 'open', dueAt: now }, now)).toBe(false)
})
