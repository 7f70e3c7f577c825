import { describe, expect, test } from 'vitest'
import { roles } from '../access/role.ts'
import { can, VISIT_ACTIONS, type VisitAction } from './can.ts'
import { isGiven, isUnfinished, VISIT_STATES, type VisitState } from './kinds.ts'

const allowed = (state: VisitState, user: { role: string; caregiverId: string | null }, inQuestion = false) => {
  const verdicts = can({ state, caregiverId: 'own', inQuestion }, user)
  return VISIT_ACTIONS.filter((action) => verdicts[action].allowed)
}
const caregiver = { role: 'caregiver', caregiverId: 'own' }

/** Every state × every action, as its caregiver meets it. */
const table: Record<VisitState, VisitAction[]> = {
  planned: ['confirm', 'note'],
  assigned: ['accept', 'decline', 'confirm', 'set-out', 'begin', 'turn-away', 'note'],
  accepted: ['decline', 'confirm', 'set-out', 'begin', 'turn-away', 'note'],
  'on-the-way': ['begin', 'turn-away', 'note'],
  'in-service': ['serve', 'leave', 'turn-away', 'note'],
  left: ['serve', 'evaluate', 'note'],
  evaluated: ['note'],
  'called-back': ['note'],
  ready: ['note'],
  cancelled: ['note'],
  refused: ['note'],
  missed: ['begin', 'note'],
}
test.each(VISIT_STATES)('what its caregiver may do: %s', (state) => {
  expect(allowed(state, caregiver)).toEqual(table[state])
})

/** … and as its provider does. */
const office: Record<VisitState, VisitAction[]> = {
  planned: ['assign', 'confirm', 'reschedule', 'cancel', 'note'],
  assigned: ['assign', 'confirm', 'reschedule', 'cancel', 'note'],
  accepted: ['assign', 'confirm', 'reschedule', 'cancel', 'note'],
  'on-the-way': ['cancel', 'note'],
  'in-service': ['note'],
  left: ['note'],
  evaluated: ['call-back', 'note'],
  'called-back': ['note'],
  ready: ['note'],
  cancelled: ['note'],
  refused: ['reschedule', 'note'],
  missed: ['reschedule', 'cancel', 'note'],
}
test.each(VISIT_STATES)('what its provider may do: %s', (state) => {
  expect(allowed(state, { role: 'provider', caregiverId: null })).toEqual(office[state])
})

describe('whoever checks', () => {
  test.each(VISIT_STATES)('questions what was given, and settles a question alone: %s', (state) => {
    const bureau = { role: 'bureau', caregiverId: null }
    expect(allowed(state, bureau)).toEqual(isGiven(state) ? ['question', 'note'] : ['note'])
    expect(allowed(state, bureau, true)).toContain('settle')
  })
})

test('nobody does another’s visit, and who only looks touches nothing', () => {
  for (const state of VISIT_STATES) {
    expect(allowed(state, { role: 'caregiver', caregiverId: 'other' })).toEqual([])
    for (const role of roles.filter((one) => ['city-bureau', 'auditor', 'finance', 'clinician'].includes(one))) {
      expect(allowed(state, { role, caregiverId: null })).toEqual([])
    }
  }
  expect(
    can({ state: 'assigned', caregiverId: 'own', inQuestion: false }, { ...caregiver, caregiverId: 'x' }).begin,
  ).toEqual({
    allowed: false,
    reason: 'visit-not-yours',
  })
})

test('a flow that is not ended is one somebody set out for, is in, or has not had evaluated', () => {
  expect(VISIT_STATES.filter(isUnfinished)).toEqual(['on-the-way', 'in-service', 'left'])
})
