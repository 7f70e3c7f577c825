import { PAYABLE_AS_VISIT } from './catalogue.ts'

export const SESSION_STATES = ['planned', 'held', 'cancelled'] as const
export type SessionState = (typeof SESSION_STATES)[number]

/** Never: whoever came to the village hall was not visited at home (P7). */
export const SESSION_PAYABLE = PAYABLE_AS_VISIT['group-session']

/** Whether a session may become so: what was said too early is taken back through `planned`. */
export function afterSessionStep(from: SessionState, to: SessionState): boolean {
  return from !== to && (from === 'planned' || to === 'planned')
}

export const SESSION_FACTS = ['title', 'place', 'plannedFrom', 'plannedTo', 'caregiverId', 'note'] as const
export type SessionFact = (typeof SESSION_FACTS)[number]

/**
 * What of a session may be changed: before it begins all of it; from then on where and when it began are facts, which
 * attendance stands on; once it was held or is cancelled, only its note.
 */
export function sessionMayChange(state: SessionState, begun: boolean): readonly SessionFact[] {
  if (state !== 'planned') return ['note']
  return begun ? ['title', 'plannedTo', 'caregiverId', 'note'] : SESSION_FACTS
}
