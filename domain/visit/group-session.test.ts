import { expect, test } from 'vitest'
import { afterSessionStep, SESSION_PAYABLE, SESSION_STATES } from './group-session.ts'

test('every state × state: from planned to either end, and back', () => {
  const steps = SESSION_STATES.flatMap((from) =>
    SESSION_STATES.filter((to) => afterSessionStep(from, to)).map((to) => `${from} → ${to}`),
  )
  expect(steps).toEqual(['planned → held', 'planned → cancelled', 'held → planned', 'cancelled → planned'])
})

test('a group session is never payable', () => expect(SESSION_PAYABLE).toBe(false))
