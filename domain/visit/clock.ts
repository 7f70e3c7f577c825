import { isAhead, type VisitState } from './kinds.ts'
import { INSIDE_TOO_LONG_MIN, LATE_AFTER_MIN, MISSED_AFTER_MIN, MISSING_AFTER_MIN } from './minutes.ts'

export const VISIT_CLOCK_RULE = 'visit-clock/1'

export interface Clocked {
  state: VisitState
  plannedFrom: Date
  plannedTo: Date
}

export type VisitClock =
  /** Nothing more is to be asked. */
  | { kind: 'over' }
  | { kind: 'wait'; askAt: Date }
  | { kind: 'late'; afterMin: number; askAt: Date }
  | { kind: 'missing'; afterMin: number; askAt: Date }
  /** Nobody came: the visit is missed. */
  | { kind: 'missed'; afterMin: number }
  | { kind: 'inside-too-long'; afterMin: number }

const plus = (at: Date, minutes: number): Date => new Date(at.getTime() + minutes * 60_000)

/**
 * What the clock says of a visit: late 15 minutes after its time, missing at 30 and again at 60, missed when its whole
 * time has passed as well; and somebody inside an hour beyond its end is asked after. Pure; asked again at `askAt`.
 */
export function clockOf({ state, plannedFrom, plannedTo }: Clocked, now: Date): VisitClock {
  if (state === 'in-service') {
    const askAt = plus(plannedTo, INSIDE_TOO_LONG_MIN)
    return now < askAt ? { kind: 'wait', askAt } : { kind: 'inside-too-long', afterMin: INSIDE_TOO_LONG_MIN }
  }
  if (!isAhead(state)) return { kind: 'over' }
  const late = plus(plannedFrom, LATE_AFTER_MIN)
  const missing = plus(plannedFrom, MISSING_AFTER_MIN)
  const again = plus(plannedFrom, MISSED_AFTER_MIN)
  const gone = again > plannedTo ? again : plannedTo
  if (now >= gone) return { kind: 'missed', afterMin: Math.floor((now.getTime() - plannedFrom.getTime()) / 60_000) }
  if (now >= again) return { kind: 'missing', afterMin: MISSED_AFTER_MIN, askAt: gone }
  if (now >= missing) return { kind: 'missing', afterMin: MISSING_AFTER_MIN, askAt: again }
  if (now >= late) return { kind: 'late', afterMin: LATE_AFTER_MIN, askAt: missing }
  return { kind: 'wait', askAt: late }
}
