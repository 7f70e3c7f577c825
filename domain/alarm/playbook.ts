import type { AlarmKind } from './kinds.ts'
import type { StepKind } from './step.ts'

/** One line of a playbook: a step of the ladder, and what to say or to mind. */
export interface PlaybookStep {
  step: StepKind
  /** In the county's own words; '' leaves the step as it is. */
  script: string
}

export const PLAYBOOK_STEPS_AT_MOST = 20
export const SCRIPT_LENGTH_AT_MOST = 500

const plain = (...steps: StepKind[]): PlaybookStep[] => steps.map((step) => ({ step, script: '' }))
const emergency = plain('speak', 'family', 'ambulance', 'police', 'fire', 'helper', 'hospital')
const look = plain('speak', 'family', 'in-person')

/** Where no area has a playbook of its own: P6.2 for who calls for help, a look for the rest. */
export function defaultPlaybook(kind: AlarmKind): readonly PlaybookStep[] {
  switch (kind) {
    case 'emergency-press':
    case 'caregiver-distress':
    case 'reading-critical':
      return emergency
    case 'device-silent':
    case 'device-tampered':
    case 'reading-missing':
    case 'care-check-overdue':
      return look
    case 'caregiver-late':
      return plain('caregiver', 'provider')
    case 'caregiver-missing':
      return plain('caregiver', 'provider', 'speak', 'in-person')
    case 'caregiver-inside-too-long':
      return plain('caregiver', 'speak', 'provider', 'in-person')
    case 'battery-low':
    case 'channel-down':
    case 'probe-failed':
    case 'probe':
      return []
  }
}
