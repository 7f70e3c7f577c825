/** The kinds of alarm, with the priority each begins at where no area says otherwise. */
export const ALARM_KINDS = {
  'emergency-press': 'high',
  'caregiver-distress': 'high',
  'reading-critical': 'high',
  'probe-failed': 'high',
  'device-silent': 'medium',
  'device-tampered': 'medium',
  'caregiver-missing': 'medium',
  'caregiver-inside-too-long': 'medium',
  'channel-down': 'medium',
  'reading-missing': 'low',
  'caregiver-late': 'low',
  'care-check-overdue': 'low',
  'battery-low': 'low',
  probe: 'low',
} as const satisfies Record<string, Priority>

export type Priority = 'high' | 'medium' | 'low'
export type AlarmKind = keyof typeof ALARM_KINDS
export const alarmKinds = Object.keys(ALARM_KINDS).filter(isAlarmKind)

export function isAlarmKind(text: string): text is AlarmKind {
  return Object.hasOwn(ALARM_KINDS, text)
}

/** Somebody calls for help: no rule of an area lowers these, and no plan quiets them. */
export const CALLS_FOR_HELP = ['emergency-press', 'caregiver-distress'] as const satisfies readonly AlarmKind[]
export const callsForHelp = (kind: AlarmKind): boolean => CALLS_FOR_HELP.some((one) => one === kind)

/** raised → acknowledged (a named person owns it) → handling → resolved with an outcome → follow-up → closed. */
export const ALARM_STATES = ['raised', 'acknowledged', 'handling', 'resolved', 'follow-up', 'closed'] as const
export type AlarmState = (typeof ALARM_STATES)[number]
export type OpenState = 'raised' | 'acknowledged' | 'handling'

export function isOpenState(state: AlarmState): state is OpenState {
  return state === 'raised' || state === 'acknowledged' || state === 'handling'
}

/** How an alarm ended, as its owner found it. */
export const OUTCOMES = [
  'emergency',
  'need-met',
  'false-press',
  'test',
  'device-fault',
  'no-contact',
  'nothing-wrong',
] as const
export type Outcome = (typeof OUTCOMES)[number]
/** How an alarm ended that is part of another now; no person says so of one. */
export const FOLDED = 'folded'

/** Why somebody beyond the desk's first glance was told. */
export const ESCALATIONS = ['no-seat', 'not-shown', 'unowned-60', 'unowned-180', 'no-progress'] as const
export type EscalationReason = (typeof ESCALATIONS)[number]

/** Told to the outside at once; a merely slow answer first goes to every seat and the shift lead. */
export function goesOutside(reason: EscalationReason): boolean {
  return reason !== 'unowned-60' && reason !== 'no-progress'
}
