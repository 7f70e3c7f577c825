/** The kinds of alarm, with the priority each begins at. */
export const ALARM_KINDS = {
  'emergency-press': 'high',
  'device-silent': 'medium',
} as const satisfies Record<string, Priority>

export type Priority = 'high' | 'medium' | 'low'
export type AlarmKind = keyof typeof ALARM_KINDS

export const ALARM_STATES = ['raised', 'acknowledged', 'resolved'] as const
export type AlarmState = (typeof ALARM_STATES)[number]

/** How an alarm ended, as its owner found it. */
export const OUTCOMES = ['emergency', 'need-met', 'false-press', 'test', 'device-fault', 'no-contact'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** Why somebody beyond the desk's first glance was told. */
export const ESCALATIONS = ['no-seat', 'not-shown', 'unowned-60', 'unowned-180'] as const
export type EscalationReason = (typeof ESCALATIONS)[number]

/** Told to the outside at once; a merely slow answer first goes to every seat and the shift lead. */
export function goesOutside(reason: EscalationReason): boolean {
  return reason !== 'unowned-60'
}
