import { expect, test } from 'vitest'
import { afterSessionStep, SESSION_FACTS, SESSION_PAYABLE, SESSION_STATES, sessionMayChange } from './group-session.ts'

test('every state × state: from planned to either end, and back', () => {
  const steps = SESSION_STATES.flatMap((from) =>
    SESSION_STATES.filter((to) => afterSessionStep(from, to)).map((to) => `${from} → ${to}`),
  )
  expect(steps).toEqual(['planned → held', 'planned → cancelled', 'held → planned', 'cancelled → planned'])
})

test('a group session is never payable', () => expect(SESSION_PAYABLE).toBe(false))

test('every state × begun or not: what may still be changed', () => {
  const table = SESSION_STATES.flatMap((state) =>
    [false, true].map((begun) => [state, begun, sessionMayChange(state, begun).join(' ')]),
  )
  expect(table).toEqual([
    ['planned', false, SESSION_FACTS.join(' ')],
    ['planned', true, 'title plannedTo caregiverId note'],
    ['held', false, 'note'],
    ['held', true, 'note'],
    ['cancelled', false, 'note'],
    ['cancelled', true, 'note'],
  ])
})
