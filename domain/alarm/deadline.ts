import type { AlarmState, EscalationReason } from './kinds.ts'
import { SHOWN_WITHIN_MS, UNOWNED_FIRST_MS, UNOWNED_LAST_MS } from './limits.ts'

/** A deadline is a question asked anew when it is due (promise 6). */
export type DeadlineVerdict =
  | { kind: 'moot'; why: string }
  | { kind: 'again'; dueAt: Date }
  | { kind: 'escalate'; reason: EscalationReason; escalation: number; dueAt: Date | null }

export interface AskedAlarm {
  state: AlarmState
  clockFrom: Date
  escalation: number
  acknowledgedAt: Date | null
  /** When a seat last reported this alarm painted. */
  lastShownAt: Date | null
}

/** Did any seat paint this alarm since its clocks began? An acknowledgement since then is a better answer still. */
export function decideShown(alarm: AskedAlarm, now: Date): DeadlineVerdict {
  if (alarm.state === 'resolved') return { kind: 'moot', why: 'resolved' }
  if (isSince(alarm.lastShownAt, alarm.clockFrom)) return { kind: 'moot', why: 'shown' }
  if (isSince(alarm.acknowledgedAt, alarm.clockFrom)) return { kind: 'moot', why: 'acknowledged' }
  if (alarm.escalation >= 2) return { kind: 'moot', why: 'already outside' }
  const dueAt = after(alarm.clockFrom, SHOWN_WITHIN_MS)
  if (now < dueAt) return { kind: 'again', dueAt }
  return { kind: 'escalate', reason: 'not-shown', escalation: 2, dueAt: null }
}

/**
 * Has a named person taken it? First every seat and the lead, then the outside. Asked at least once in
 * `UNOWNED_FIRST_MS`, because a press may restart the clocks meanwhile and moves no deadline.
 */
export function decideUnowned(alarm: AskedAlarm, now: Date): DeadlineVerdict {
  if (alarm.state !== 'raised') return { kind: 'moot', why: alarm.state }
  const first = after(alarm.clockFrom, UNOWNED_FIRST_MS)
  const last = after(alarm.clockFrom, UNOWNED_LAST_MS)
  if (now < first) return { kind: 'again', dueAt: first }
  if (now >= last) return { kind: 'escalate', reason: 'unowned-180', escalation: 2, dueAt: null }
  const soon = after(now, UNOWNED_FIRST_MS)
  const dueAt = soon < last ? soon : last
  if (alarm.escalation >= 1) return { kind: 'again', dueAt }
  return { kind: 'escalate', reason: 'unowned-60', escalation: 1, dueAt }
}

function isSince(at: Date | null, from: Date): boolean {
  return at !== null && at >= from
}

function after(from: Date, ms: number): Date {
  return new Date(from.getTime() + ms)
}
