import { SOUNDING_PRESSES_PER_MINUTE } from '../wire/limits.ts'
import type { EscalationReason, OpenState } from './kinds.ts'

/** What of an open alarm a press may change. */
export interface OpenAlarm {
  state: OpenState
  presses: number
  clockFrom: Date
  escalation: number
  /** Presses that joined within the minute before this one. */
  recentPresses: number
}

export interface PressVerdict {
  step: 'raise' | 'join'
  presses: number
  clockFrom: Date
  escalation: number
  /** Sounds at every seat and restarts the clocks; beyond the limit a press is only counted. */
  sounds: boolean
  /** Told to the outside in the same transaction: there is no seat to hear it. */
  escalate: EscalationReason | null
}

/**
 * A press raises an alarm, or joins the open one of its subject: it sounds again and restarts the clocks, owned or
 * not (promise 11). `presentSeats` are those that would hear it now.
 */
export function decidePress(alarm: OpenAlarm | null, presentSeats: number, now: Date): PressVerdict {
  if (!alarm) {
    return {
      step: 'raise',
      presses: 1,
      clockFrom: now,
      escalation: presentSeats > 0 ? 0 : 2,
      sounds: true,
      escalate: presentSeats > 0 ? null : 'no-seat',
    }
  }
  const sounds = alarm.recentPresses < SOUNDING_PRESSES_PER_MINUTE
  if (!sounds) {
    const { presses, clockFrom, escalation } = alarm
    return { step: 'join', presses: presses + 1, clockFrom, escalation, sounds, escalate: null }
  }
  return {
    step: 'join',
    presses: alarm.presses + 1,
    clockFrom: now,
    escalation: presentSeats > 0 ? 0 : 2,
    sounds,
    escalate: presentSeats > 0 ? null : 'no-seat',
  }
}
