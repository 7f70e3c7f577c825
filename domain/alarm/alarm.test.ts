import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { can, type AlarmAction } from './can.ts'
import { type AskedAlarm, decideShown, decideUnowned } from './deadline.ts'
import { ALARM_STATES } from './kinds.ts'
import { decidePress } from './press.ts'

const t0 = new Date('2026-11-22T02:00:00Z')
const at = (s: number) => new Date(t0.getTime() + s * 1000)

describe('what may be done: every state × every action × who', () => {
  const owner = { id: 'u1', role: 'seat' }
  const other = { id: 'u2', role: 'seat' }
  const lead = { id: 'u3', role: 'shift-lead' }
  const auditor = { id: 'u4', role: 'auditor' }
  const table: [string, { id: string; role: string }, AlarmAction, string][] = [
    ['raised', other, 'acknowledge', 'yes'],
    ['raised', other, 'note', 'yes'],
    ['raised', other, 'resolve', 'alarm-not-owned'],
    ['raised', lead, 'resolve', 'alarm-not-owned'],
    ['acknowledged', owner, 'acknowledge', 'yes'],
    ['acknowledged', other, 'acknowledge', 'alarm-owned'],
    ['acknowledged', lead, 'acknowledge', 'alarm-owned'],
    ['acknowledged', other, 'note', 'yes'],
    ['acknowledged', owner, 'resolve', 'yes'],
    ['acknowledged', other, 'resolve', 'alarm-other-owner'],
    ['acknowledged', lead, 'resolve', 'yes'],
    ['resolved', owner, 'acknowledge', 'alarm-resolved'],
    ['resolved', owner, 'note', 'yes'],
    ['resolved', lead, 'resolve', 'alarm-resolved'],
  ]
  test.each(table)('%s: %o may %s → %s', (state, user, action, expected) => {
    const found = ALARM_STATES.find((known) => known === state)
    if (!found) throw new Error(state)
    const answer = can({ state: found, ownerId: state === 'raised' ? null : 'u1' }, user)[action]
    expect(answer.allowed ? 'yes' : answer.reason).toBe(expected)
  })
  test.each(ALARM_STATES)('an auditor may do nothing while it is %s', (state) => {
    const answers = Object.values(can({ state, ownerId: 'u1' }, auditor))
    expect(answers.every((answer) => !answer.allowed && answer.reason === 'not-allowed')).toBe(true)
  })
})

describe('a press', () => {
  test('raises where none is open, and goes outside at once where nobody would hear it', () => {
    expect(decidePress(null, 2, t0)).toMatchObject({
      step: 'raise',
      presses: 1,
      sounds: true,
      escalate: null,
      escalation: 0,
    })
    expect(decidePress(null, 0, t0)).toMatchObject({ step: 'raise', escalate: 'no-seat', escalation: 2 })
  })
  test.each(['raised', 'acknowledged'] as const)(
    'joins an alarm that is %s, sounds again and restarts its clocks',
    (state) => {
      const open = { state, presses: 3, clockFrom: t0, escalation: 2, recentPresses: 1 }
      expect(decidePress(open, 1, at(90))).toEqual({
        step: 'join',
        presses: 4,
        clockFrom: at(90),
        escalation: 0,
        sounds: true,
        escalate: null,
      })
      expect(decidePress(open, 0, at(90))).toMatchObject({ escalate: 'no-seat', escalation: 2 })
    },
  )
  test('beyond ten in a minute is counted and nothing else', () => {
    const open = { state: 'raised' as const, presses: 400, clockFrom: t0, escalation: 1, recentPresses: 10 }
    expect(decidePress(open, 0, at(30))).toEqual({
      step: 'join',
      presses: 401,
      clockFrom: t0,
      escalation: 1,
      sounds: false,
      escalate: null,
    })
  })
  test('is never lost in the count, however many come and whoever sits there', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ seats: fc.nat(3), recent: fc.nat(20) }), { maxLength: 50 }), (presses) => {
        let open: Parameters<typeof decidePress>[0] = null
        for (const [i, press] of presses.entries()) {
          const verdict = decidePress(open && { ...open, recentPresses: press.recent }, press.seats, at(i))
          open = { state: 'raised', recentPresses: 0, ...verdict }
        }
        expect(open?.presses ?? 0).toBe(presses.length)
      }),
    )
  })
})

describe('deadlines: every state × every moment', () => {
  const raised: AskedAlarm = { state: 'raised', clockFrom: t0, escalation: 0, acknowledgedAt: null, lastShownAt: null }
  const cases: [string, AskedAlarm, number, object][] = [
    ['raised, early', raised, 4, { kind: 'again', dueAt: at(5) }],
    ['raised, due', raised, 5, { kind: 'escalate', reason: 'not-shown', escalation: 2, dueAt: null }],
    ['raised, shown', { ...raised, lastShownAt: at(1) }, 5, { kind: 'moot', why: 'shown' }],
    [
      'raised, shown before the last press',
      { ...raised, lastShownAt: at(-1) },
      5,
      { kind: 'escalate', reason: 'not-shown' },
    ],
    [
      'taken since',
      { ...raised, state: 'acknowledged', acknowledgedAt: at(2) },
      5,
      { kind: 'moot', why: 'acknowledged' },
    ],
    [
      'taken before the last press',
      { ...raised, state: 'acknowledged', acknowledgedAt: at(-9) },
      5,
      { kind: 'escalate' },
    ],
    ['already outside', { ...raised, escalation: 2 }, 5, { kind: 'moot' }],
    ['resolved', { ...raised, state: 'resolved' }, 5, { kind: 'moot', why: 'resolved' }],
  ]
  test.each(cases)('shown? %s', (_name, alarm, s, expected) => {
    expect(decideShown(alarm, at(s))).toMatchObject(expected)
  })
  const owned: [string, AskedAlarm, number, object][] = [
    ['early', raised, 59, { kind: 'again', dueAt: at(60) }],
    ['at 60 s', raised, 60, { kind: 'escalate', reason: 'unowned-60', escalation: 1, dueAt: at(120) }],
    [
      'after that, again before a press in between could be a minute old',
      { ...raised, escalation: 1 },
      61,
      { kind: 'again', dueAt: at(121) },
    ],
    ['and last', { ...raised, escalation: 1 }, 121, { kind: 'again', dueAt: at(180) }],
    [
      'at 180 s',
      { ...raised, escalation: 1 },
      180,
      { kind: 'escalate', reason: 'unowned-180', escalation: 2, dueAt: null },
    ],
    ['woken late, after an hour', raised, 3600, { kind: 'escalate', reason: 'unowned-180', escalation: 2 }],
    ['acknowledged', { ...raised, state: 'acknowledged' }, 60, { kind: 'moot' }],
    ['resolved', { ...raised, state: 'resolved' }, 180, { kind: 'moot' }],
  ]
  test.each(owned)('taken? %s', (_name, alarm, s, expected) => {
    expect(decideUnowned(alarm, at(s))).toMatchObject(expected)
  })
})
