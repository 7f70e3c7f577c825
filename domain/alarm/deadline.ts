import { type AlarmState, type EscalationReason, isOpenState } from './kinds.ts'
import { OWNER_GONE_MS, REMINDERS_ALONE, REOPEN_WITHIN_MS, SHOWN_WITHIN_MS } from './limits.ts'
import type { AlarmRule } from './rule.ts'

/** A deadline is a question asked anew when it is due (promise 6). */
export type DeadlineVerdict =
  | { kind: 'moot'; why: string }
  | { kind: 'again'; dueAt: Date }
  | { kind: 'escalate'; reason: EscalationReason; escalation: number; dueAt: Date | null }
  /** Its owner is reminded; a lead hears of the later ones. */
  | { kind: 'remind'; level: 0 | 1; dueAt: Date }
  /** Nobody's again: it waits in the queue with new clocks. */
  | { kind: 'give-back' }
  /** Back from the shelf. */
  | { kind: 'unshelve' }
  /** Nothing is left to do about it. */
  | { kind: 'close' }

export interface AskedAlarm {
  state: AlarmState
  clockFrom: Date
  escalation: number
  acknowledgedAt: Date | null
  /** When its owner last did something about it. */
  progressAt: Date | null
  resolvedAt: Date | null
  shelvedUntil: Date | null
  /** Since when the alarm waited as a seat last painted it: `clockFrom` as it stood on that screen. */
  shownFrom: Date | null
  /** When a browser of its owner last beat. */
  ownerBeatAt: Date | null
  /** Reminders since its owner last did something. */
  reminders: number
}

/**
 * Did any seat paint this alarm as its clocks run now? What it painted of an earlier press does not count, however late
 * it is told. An acknowledgement since then is a better answer still.
 */
export function decideShown(alarm: AskedAlarm, now: Date): DeadlineVerdict {
  const { clockFrom, shownFrom, acknowledgedAt, shelvedUntil } = alarm
  if (!isOpenState(alarm.state)) return { kind: 'moot', why: alarm.state }
  if (isAhead(shelvedUntil, now)) return { kind: 'moot', why: 'shelved' }
  if (isSince(shownFrom, clockFrom)) return { kind: 'moot', why: 'shown' }
  if (isSince(acknowledgedAt, clockFrom)) return { kind: 'moot', why: 'acknowledged' }
  if (alarm.escalation >= 2) return { kind: 'moot', why: 'already outside' }
  const dueAt = after(clockFrom, SHOWN_WITHIN_MS)
  if (now < dueAt) return { kind: 'again', dueAt }
  return { kind: 'escalate', reason: 'not-shown', escalation: 2, dueAt: null }
}

/**
 * Has a named person taken it? First every seat and the lead, then the outside. Asked at least once in
 * `unownedFirstMs`, because a press may restart the clocks meanwhile and moves no deadline.
 */
export function decideUnowned(alarm: AskedAlarm, rule: AlarmRule, now: Date): DeadlineVerdict {
  if (alarm.state !== 'raised') return { kind: 'moot', why: alarm.state }
  if (isAhead(alarm.shelvedUntil, now)) return { kind: 'moot', why: 'shelved' }
  const first = after(alarm.clockFrom, rule.unownedFirstMs)
  const last = after(alarm.clockFrom, rule.unownedLastMs)
  if (now < first) return { kind: 'again', dueAt: first }
  if (now >= last) return { kind: 'escalate', reason: 'unowned-180', escalation: 2, dueAt: null }
  const soon = after(now, rule.unownedFirstMs)
  const dueAt = soon < last ? soon : last
  if (alarm.escalation >= 1) return { kind: 'again', dueAt }
  return { kind: 'escalate', reason: 'unowned-60', escalation: 1, dueAt }
}

/** Does its owner do anything about it? A press since counts as new: what was done before answers it no more. */
export function decideProgress(alarm: AskedAlarm, rule: AlarmRule, now: Date): DeadlineVerdict {
  if (!isOwned(alarm)) return { kind: 'moot', why: alarm.state }
  const { clockFrom, acknowledgedAt, progressAt } = alarm
  const quietFrom = latest(clockFrom, acknowledgedAt, progressAt)
  const dueAt = after(quietFrom, rule.progressMs * (alarm.reminders + 1))
  if (now < dueAt) return { kind: 'again', dueAt }
  return { kind: 'remind', level: alarm.reminders < REMINDERS_ALONE ? 0 : 1, dueAt: after(now, rule.progressMs) }
}

/**
 * Is its owner still there? Only a screen that was there can vanish: who took it by a program is reminded instead.
 */
export function decideOwnerGone(alarm: AskedAlarm, now: Date): DeadlineVerdict {
  if (!isOwned(alarm)) return { kind: 'moot', why: alarm.state }
  const { acknowledgedAt, ownerBeatAt } = alarm
  const again: DeadlineVerdict = { kind: 'again', dueAt: after(now, OWNER_GONE_MS) }
  if (ownerBeatAt === null || acknowledgedAt === null) return again
  if (ownerBeatAt < after(acknowledgedAt, -OWNER_GONE_MS)) return again
  const dueAt = after(ownerBeatAt, OWNER_GONE_MS)
  return now < dueAt ? { kind: 'again', dueAt } : { kind: 'give-back' }
}

/** Is its time on the shelf over? */
export function decideShelved(alarm: AskedAlarm, now: Date): DeadlineVerdict {
  const { shelvedUntil } = alarm
  if (!isOpenState(alarm.state)) return { kind: 'moot', why: alarm.state }
  if (shelvedUntil === null) return { kind: 'moot', why: 'not shelved' }
  return now < shelvedUntil ? { kind: 'again', dueAt: shelvedUntil } : { kind: 'unshelve' }
}

/** Could whoever resolved it still take that back? Then it is closed, unless somebody must look again. */
export function decideClose(alarm: AskedAlarm, now: Date): DeadlineVerdict {
  if (alarm.state !== 'resolved' || alarm.resolvedAt === null) return { kind: 'moot', why: alarm.state }
  const dueAt = after(alarm.resolvedAt, REOPEN_WITHIN_MS)
  return now < dueAt ? { kind: 'again', dueAt } : { kind: 'close' }
}

const isOwned = ({ state }: AskedAlarm): boolean => state === 'acknowledged' || state === 'handling'
const isSince = (at: Date | null, from: Date): boolean => at !== null && at >= from
const isAhead = (at: Date | null, now: Date): boolean => at !== null && at > now
const after = (from: Date, ms: number): Date => new Date(from.getTime() + ms)

function latest(first: Date, ...others: (Date | null)[]): Date {
  return others.reduce<Date>((last, at) => (at !== null && at > last ? at : last), first)
}
