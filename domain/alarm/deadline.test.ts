import { describe, expect, test } from 'vitest'
import {
  type AskedAlarm,
  decideClose,
  decideOwnerGone,
  decideProgress,
  decideShelved,
  decideShown,
  decideUnowned,
} from './deadline.ts'
import { ALARM_STATES, type AlarmState } from './kinds.ts'
import { ruleOf } from './rule.ts'

const t0 = new Date('2026-11-22T02:00:00Z')
const at = (s: number) => new Date(t0.getTime() + s * 1000)
const rule = ruleOf('emergency-press', [])

const raised: AskedAlarm = {
  state: 'raised',
  clockFrom: t0,
  escalation: 0,
  acknowledgedAt: null,
  progressAt: null,
  resolvedAt: null,
  shelvedUntil: null,
  shownFrom: null,
  ownerBeatAt: null,
  reminders: 0,
}
const owned: AskedAlarm = { ...raised, state: 'acknowledged', acknowledgedAt: at(10), ownerBeatAt: at(10) }
const moot = { kind: 'moot' }
type Case = [string, AskedAlarm, number, object]

describe('was it shown?', () => {
  test.each<Case>([
    ['early', raised, 4, { kind: 'again', dueAt: at(5) }],
    ['due', raised, 5, { kind: 'escalate', reason: 'not-shown', escalation: 2, dueAt: null }],
    ['shown', { ...raised, shownFrom: raised.clockFrom }, 5, { kind: 'moot', why: 'shown' }],
    ['shown as of an earlier press', { ...raised, shownFrom: at(-1) }, 5, { kind: 'escalate', reason: 'not-shown' }],
    ['taken since', { ...raised, state: 'acknowledged', acknowledgedAt: at(2) }, 5, { kind: 'moot' }],
    ['taken before the last press', { ...raised, state: 'handling', acknowledgedAt: at(-9) }, 5, { kind: 'escalate' }],
    ['already outside', { ...raised, escalation: 2 }, 5, moot],
    ['on the shelf', { ...raised, shelvedUntil: at(60) }, 5, { kind: 'moot', why: 'shelved' }],
    ['its time on the shelf over', { ...raised, shelvedUntil: at(1) }, 5, { kind: 'escalate' }],
  ])('%s', (_name, alarm, s, expected) => {
    expect(decideShown(alarm, at(s))).toMatchObject(expected)
  })
})

describe('was it taken?', () => {
  test.each<Case>([
    ['early', raised, 30, { kind: 'again', dueAt: at(60) }],
    ['at 60 s', raised, 60, { kind: 'escalate', reason: 'unowned-60', escalation: 1, dueAt: at(120) }],
    ['a press may have come since', { ...raised, escalation: 1 }, 61, { kind: 'again', dueAt: at(121) }],
    ['and last', { ...raised, escalation: 1 }, 121, { kind: 'again', dueAt: at(180) }],
    ['at 180 s', { ...raised, escalation: 1 }, 180, { kind: 'escalate', reason: 'unowned-180', dueAt: null }],
    ['woken late, after an hour', raised, 3600, { kind: 'escalate', reason: 'unowned-180', escalation: 2 }],
    ['on the shelf', { ...raised, shelvedUntil: at(600) }, 60, { kind: 'moot', why: 'shelved' }],
  ])('%s', (_name, alarm, s, expected) => {
    expect(decideUnowned(alarm, rule, at(s))).toMatchObject(expected)
  })
  test('by the clocks of its area', () => {
    const slow = ruleOf('device-silent', [
      { priority: null, unownedFirstS: 300, unownedLastS: null, progressS: null },
      { priority: 'low', unownedFirstS: 90, unownedLastS: 900, progressS: 600 },
    ])
    expect(slow).toEqual({ priority: 'low', unownedFirstMs: 300_000, unownedLastMs: 900_000, progressMs: 600_000 })
    expect(decideUnowned(raised, slow, at(60))).toEqual({ kind: 'again', dueAt: at(300) })
  })
  test('no area makes a call for help wait as a lesser thing', () => {
    const low = { priority: 'low', unownedFirstS: null, unownedLastS: null, progressS: null } as const
    expect(ruleOf('emergency-press', [low]).priority).toBe('high')
    expect(ruleOf('device-silent', [low]).priority).toBe('low')
  })
})

describe('is anything done about it?', () => {
  test.each<Case>([
    ['early', owned, 159, { kind: 'again', dueAt: at(160) }],
    ['nothing for 150 s', owned, 160, { kind: 'remind', level: 0, dueAt: at(310) }],
    ['a step since', { ...owned, progressAt: at(100) }, 160, { kind: 'again', dueAt: at(250) }],
    ['a press since', { ...owned, clockFrom: at(120) }, 160, { kind: 'again', dueAt: at(270) }],
    ['reminded once already', { ...owned, reminders: 1 }, 200, { kind: 'again', dueAt: at(310) }],
    ['and again nothing: the lead', { ...owned, reminders: 1 }, 310, { kind: 'remind', level: 1 }],
    ['being handled', { ...owned, state: 'handling', progressAt: at(10) }, 160, { kind: 'remind' }],
    ['given back', raised, 160, moot],
  ])('%s', (_name, alarm, s, expected) => {
    expect(decideProgress(alarm, rule, at(s))).toMatchObject(expected)
  })
})

describe('is its owner there?', () => {
  test.each<Case>([
    ['beating', { ...owned, ownerBeatAt: at(68) }, 70, { kind: 'again', dueAt: at(128) }],
    ['gone for 59 s', { ...owned, ownerBeatAt: at(11) }, 70, { kind: 'again', dueAt: at(71) }],
    ['gone for 60 s', { ...owned, ownerBeatAt: at(10) }, 70, { kind: 'give-back' }],
    ['never had a screen', { ...owned, ownerBeatAt: null }, 70, { kind: 'again', dueAt: at(130) }],
    ['had none when taking it', { ...owned, ownerBeatAt: at(-3600) }, 70, { kind: 'again' }],
    ['given back already', raised, 70, moot],
  ])('%s', (_name, alarm, s, expected) => {
    expect(decideOwnerGone(alarm, at(s))).toMatchObject(expected)
  })
})

describe('the shelf and the end', () => {
  test.each<Case>([
    ['still shelved', { ...raised, shelvedUntil: at(60) }, 59, { kind: 'again', dueAt: at(60) }],
    ['its time is over', { ...raised, shelvedUntil: at(60) }, 60, { kind: 'unshelve' }],
    ['taken off meanwhile', raised, 60, moot],
  ])('shelf: %s', (_name, alarm, s, expected) => {
    expect(decideShelved(alarm, at(s))).toMatchObject(expected)
  })
  const over: AskedAlarm = { ...raised, state: 'resolved', resolvedAt: t0 }
  test.each<Case>([
    ['could be taken back', over, 599, { kind: 'again', dueAt: at(600) }],
    ['no longer', over, 600, { kind: 'close' }],
    ['opened again', raised, 600, moot],
    ['somebody must look again', { ...over, state: 'follow-up' }, 600, moot],
  ])('end: %s', (_name, alarm, s, expected) => {
    expect(decideClose(alarm, at(s))).toMatchObject(expected)
  })
})

test('a question asked in a state it is not about is moot, in every state', () => {
  const about: [(alarm: AskedAlarm, now: Date) => { kind: string }, AlarmState[]][] = [
    [decideShown, ['raised', 'acknowledged', 'handling']],
    [(alarm, now) => decideUnowned(alarm, rule, now), ['raised']],
    [(alarm, now) => decideProgress(alarm, rule, now), ['acknowledged', 'handling']],
    [decideOwnerGone, ['acknowledged', 'handling']],
    [decideShelved, ['raised', 'acknowledged', 'handling']],
    [decideClose, ['resolved']],
  ]
  for (const [decide, states] of about) {
    for (const state of ALARM_STATES) {
      const alarm = { ...owned, state, resolvedAt: t0, shelvedUntil: at(1), acknowledgedAt: at(-1) }
      expect([state, decide(alarm, at(100_000)).kind === 'moot']).toEqual([state, !states.includes(state)])
    }
  }
})
