import { percentile } from '../probe/percentile.ts'

/** What became of one alarm of a drill; each null until it happened. */
export interface DrillAlarm {
  id: string
  kind: string
  deviceId: string | null
  devices: number
  presses: number
  raisedAt: string
  shownAt: string | null
  acknowledgedAt: string | null
  /** Who took it first. */
  owner: string | null
  firstStepAt: string | null
  resolvedAt: string | null
  escalations: { at: string; reason: string }[]
  /** Messages about it that the outside took. */
  delivered: number
}

/** Seconds of the alarms that came so far, at the median, at 90 % and at the worst. */
export interface Spread {
  n: number
  p50: number | null
  p90: number | null
  max: number | null
}

export interface DrillReport {
  alarms: DrillAlarm[]
  shown: Spread
  acknowledged: Spread
  firstStep: Spread
  resolved: Spread
  /** Parts (0 to 1) of all alarms that were taken in time; UK telecare answers 97.5 % in 60 s and 99 % in 180 s. */
  within60: number | null
  within180: number | null
  /** Nobody took these. */
  unanswered: number
  /** Presses the scenario holds at least, and those that were stored: an unanswered one may press again. */
  presses: { planned: number; stored: number }
}

export const YARDSTICKS = [
  { s: 60, part: 0.975 },
  { s: 180, part: 0.99 },
] as const

/** The figures of a drill, running or over, from what became of its alarms. */
export function reportOf(alarms: readonly DrillAlarm[], presses: DrillReport['presses']): DrillReport {
  const secondsTo = (field: 'shownAt' | 'acknowledgedAt' | 'firstStepAt' | 'resolvedAt'): number[] =>
    alarms.flatMap((alarm) => {
      const at = alarm[field]
      return at === null ? [] : [(Date.parse(at) - Date.parse(alarm.raisedAt)) / 1000]
    })
  const taken = secondsTo('acknowledgedAt')
  const within = (s: number): number | null =>
    alarms.length === 0 ? null : taken.filter((seconds) => seconds <= s).length / alarms.length
  return {
    alarms: [...alarms],
    shown: spread(secondsTo('shownAt')),
    acknowledged: spread(taken),
    firstStep: spread(secondsTo('firstStepAt')),
    resolved: spread(secondsTo('resolvedAt')),
    within60: within(60),
    within180: within(180),
    unanswered: alarms.length - taken.length,
    presses,
  }
}

function spread(seconds: readonly number[]): Spread {
  const at = (part: number): number | null => percentile(seconds, part)
  return { n: seconds.length, p50: at(0.5), p90: at(0.9), max: at(1) }
}
