import { describe, expect, test } from 'vitest'
import { VISIT_STATES } from './kinds.ts'
import {
  type AskedLook,
  canLook,
  endingOf,
  LOOK_ACTIONS,
  LOOK_AFTER_MS,
  LOOK_STATES,
  mayAskForLook,
} from './video-look.ts'

const now = new Date('2026-11-30T08:00:00Z')
const ago = (ms: number): Date => new Date(now.getTime() - ms)

test('a look is asked for while somebody is inside and for two hours after, and of nobody else', () => {
  const asked = (leftAt: Date | null) =>
    VISIT_STATES.filter((state) => mayAskForLook({ state, caregiverId: 'c', leftAt }, now).allowed)
  expect(asked(null)).toEqual(['in-service'])
  expect(asked(ago(LOOK_AFTER_MS))).toEqual(['in-service', 'left', 'evaluated'])
  expect(asked(ago(LOOK_AFTER_MS + 1))).toEqual(['in-service'])
  expect(mayAskForLook({ state: 'in-service', caregiverId: null, leftAt: null }, now).allowed).toBe(false)
})

describe('who may do what in which state', () => {
  const look = (state: AskedLook['state']): AskedLook => ({
    state,
    ending: state === 'ended' ? 'looked' : null,
    finding: null,
    askedBy: 'bureau',
    caregiverId: 'c',
  })
  const may = (state: AskedLook['state'], id: string, caregiverId: string | null) => {
    const table = canLook(look(state), { id, caregiverId })
    return LOOK_ACTIONS.filter((action) => table[action].allowed)
  }

  test('who asked', () => {
    expect(LOOK_STATES.map((state) => may(state, 'bureau', null))).toEqual([
      ['end'],
      ['answer', 'connect', 'end'],
      ['end'],
      ['find'],
    ])
  })
  test('the caregiver at the door', () => {
    expect(LOOK_STATES.map((state) => may(state, 'u', 'c'))).toEqual([
      ['agree', 'refuse'],
      ['refuse', 'end'],
      ['end'],
      [],
    ])
  })
  test('anybody else, another caregiver among them', () => {
    for (const state of LOOK_STATES) {
      expect(may(state, 'u', null)).toEqual([])
      expect(may(state, 'u', 'other')).toEqual([])
    }
  })
  test('what was seen is said once, and only of what was seen', () => {
    const of = (over: Partial<AskedLook>) => canLook({ ...look('ended'), ...over }, { id: 'bureau', caregiverId: null })
    expect(of({ finding: 'as-ordered' }).find.allowed).toBe(false)
    for (const ending of ['refused', 'unanswered', 'withdrawn', 'broken'] as const) {
      expect(of({ ending }).find.allowed).toBe(false)
    }
  })
})

test('only what was connected was looked at', () => {
  expect(endingOf('asked', 'time')).toBe('unanswered')
  expect(endingOf('asked', 'asker')).toBe('withdrawn')
  for (const by of ['asker', 'caregiver', 'time'] as const) {
    expect(endingOf('agreed', by)).toBe('broken')
    expect(endingOf('connected', by)).toBe('looked')
  }
})
