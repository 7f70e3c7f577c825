import type { VisitAction } from './can.ts'
import type { VisitState } from './kinds.ts'

/** Where an act leads; what is not named here leaves the state as it is. */
export const LEADS_TO = {
  assign: 'assigned',
  accept: 'accepted',
  decline: 'planned',
  'set-out': 'on-the-way',
  begin: 'in-service',
  leave: 'left',
  'turn-away': 'refused',
  evaluate: 'evaluated',
  'call-back': 'called-back',
  cancel: 'cancelled',
} as const satisfies Partial<Record<VisitAction, VisitState>>

/** A visit moved to another time is planned anew; whoever was to go is asked again. */
export function afterReschedule(caregiverId: string | null): VisitState {
  return caregiverId === null ? 'planned' : 'assigned'
}

export const NOT_READY = [
  'not-called-back',
  'in-question',
  'open-exception',
  'not-approved', // an end was typed in, and no second person has approved it
  'not-verified',
] as const
export type NotReady = (typeof NOT_READY)[number]

export interface Readiness {
  state: VisitState
  inQuestion: boolean
  /** Exceptions nobody has decided on. */
  openExceptions: number
  /** Ends that were typed in and wait for a second person. */
  unapproved: number
  verified: boolean | null
}

/** Whether a visit may go into a settlement, and every reason why not (P9.2: only verified visits are payable). */
export function keptFromSettlement(visit: Readiness): NotReady[] {
  return [
    ...(visit.state === 'called-back' || visit.state === 'ready' ? [] : (['not-called-back'] as const)),
    ...(visit.inQuestion ? (['in-question'] as const) : []),
    ...(visit.openExceptions > 0 ? (['open-exception'] as const) : []),
    ...(visit.unapproved > 0 ? (['not-approved'] as const) : []),
    ...(visit.verified === true ? [] : (['not-verified'] as const)),
  ]
}
