import { describe, expect, test } from 'vitest'
import { ALARM_ACTIONS, type AlarmAction, can } from './can.ts'
import { ALARM_STATES, type AlarmState } from './kinds.ts'

const people = {
  owner: { id: 'u1', role: 'seat' },
  other: { id: 'u2', role: 'seat' },
  lead: { id: 'u3', role: 'shift-lead' },
  auditor: { id: 'u4', role: 'auditor' },
  doctor: { id: 'u5', role: 'village-doctor' },
  unknown: { id: 'u6', role: 'nobody' },
} as const
type Who = 'owner' | 'other' | 'lead'

/** One column an action, in the order of `ALARM_ACTIONS`; y: yes, and a letter for each reason. */
const reasons: Record<string, string> = {
  y: 'yes',
  n: 'alarm-not-owned',
  o: 'alarm-owned',
  x: 'alarm-other-owner',
  p: 'alarm-open',
  r: 'alarm-resolved',
  c: 'alarm-closed',
  f: 'alarm-not-followed',
  h: 'alarm-high',
}
//                                    ack step note hand give shelve resolve reopen close
const table: Record<AlarmState, Record<Who, string>> = {
  raised: { owner: 'ynynnynpp', other: 'ynynnynpp', lead: 'ynynnynpp' },
  acknowledged: { owner: 'yyyyyyypp', other: 'oxyxxxxpp', lead: 'oyyyyyypp' },
  handling: { owner: 'yyyyyyypp', other: 'oxyxxxxpp', lead: 'oyyyyyypp' },
  resolved: { owner: 'rryrrrryf', other: 'rryrrrrxf', lead: 'rryrrrryf' },
  'follow-up': { owner: 'rryrrrryy', other: 'rryrrrrxy', lead: 'rryrrrryy' },
  closed: { owner: 'ccycccccc', other: 'ccycccccc', lead: 'ccycccccc' },
}
const said = (answers: ReturnType<typeof can>, action: AlarmAction): string => {
  const answer = answers[action]
  return answer.allowed ? 'yes' : answer.reason
}

describe('what may be done: every state × every action × who', () => {
  const cases = ALARM_STATES.flatMap((state) =>
    (['owner', 'other', 'lead'] as const).flatMap((who) =>
      ALARM_ACTIONS.map((action, n) => [state, who, action, reasons[table[state][who][n] ?? ''] ?? '?'] as const),
    ),
  )
  test.each(cases)('%s: the %s may %s → %s', (state, who, action, expected) => {
    const alarm = { state, ownerId: state === 'raised' ? null : 'u1', priority: 'medium' as const, shelved: false }
    expect(said(can(alarm, people[who]), action)).toBe(expected)
  })
  test.each(ALARM_STATES)('who answers no alarms may do nothing while it is %s', (state) => {
    for (const who of ['auditor', 'doctor', 'unknown'] as const) {
      const answers = can({ state, ownerId: 'u1', priority: 'low', shelved: false }, people[who])
      expect(ALARM_ACTIONS.map((action) => said(answers, action))).toEqual(ALARM_ACTIONS.map(() => 'not-allowed'))
    }
  })
  test('a high alarm is shelved by the lead alone, and none twice', () => {
    const high = { state: 'acknowledged', ownerId: 'u1', priority: 'high', shelved: false } as const
    expect(said(can(high, people.owner), 'shelve')).toBe('alarm-high')
    expect(said(can(high, people.lead), 'shelve')).toBe('yes')
    expect(said(can({ ...high, shelved: true }, people.lead), 'shelve')).toBe('alarm-shelved')
  })
})
