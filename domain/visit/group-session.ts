import { PAYABLE_AS_VISIT } from './catalogue.ts'

export const SESSION_STATES = ['planned', 'held', 'cancelled'] as const
export type SessionState = (typeof SESSION_STATES)[number]

/** Never: whoever came to the village hall was not visited at home (P7). */
export const SESSION_PAYABLE = PAYABLE_AS_VISIT['group-session']

/** Whether a session may become so: what was said too early is taken back through `planned`. */
export function afterSessionStep(from: SessionState, to: SessionState): boolean {
  return from !== to && (from === 'planned' || to === 'planned')
}
