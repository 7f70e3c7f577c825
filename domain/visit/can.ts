import { isRole, may } from '../access/role.ts'
import type { RefusalCode } from '../error.ts'
import { type VisitState } from './kinds.ts'

export type Can = { allowed: true } | { allowed: false; reason: RefusalCode }

export const VISIT_ACTIONS = [
  'assign', // to a caregiver who may be sent (P1.1)
  'accept',
  'decline',
  'confirm', // by telephone, before (P5.1)
  'reschedule',
  'cancel',
  'set-out',
  'begin',
  'serve', // services, readings, photos
  'leave',
  'turn-away', // refused, not home, in hospital, sent away
  'evaluate', // the elder's own word, signed
  'call-back', // the provider's call, and the next visit agreed (P5.3)
  'question', // something contradicts it: a person is to look
  'settle', // the question is answered
  'note',
] as const
export type VisitAction = (typeof VISIT_ACTIONS)[number]

export interface VisitAsked {
  state: VisitState
  caregiverId: string | null
  inQuestion: boolean
}
export interface VisitUser {
  role: string
  /** Of a caregiver's own sign-in. */
  caregiverId: string | null
}

const yes: Can = { allowed: true }
const no = (reason: RefusalCode): Can => ({ allowed: false, reason })

/**
 * What this user may do with this visit, and why not: the one table that the API obeys and every screen shows. A tap is
 * stored whatever stands here: facts are not refused, only what follows from them.
 */
export function can(visit: VisitAsked, user: VisitUser): Record<VisitAction, Can> {
  const role = isRole(user.role) ? user.role : null
  const plans = role !== null && may(role, 'plan-visits')
  const checks = role !== null && may(role, 'check-visits')
  const does = role !== null && may(role, 'do-visits')
  const own = does && user.caregiverId !== null && visit.caregiverId === user.caregiverId
  const by = (allowed: boolean, states: readonly VisitState[], why: RefusalCode = 'visit-state'): Can =>
    !allowed ? no(does && !own ? 'visit-not-yours' : 'not-allowed') : states.includes(visit.state) ? yes : no(why)
  const ahead: readonly VisitState[] = ['planned', 'assigned', 'accepted']
  return {
    assign: by(plans, ahead),
    accept: by(own, ['assigned']),
    decline: by(own, ['assigned', 'accepted']),
    confirm: by(plans || own, ahead),
    reschedule: by(plans, [...ahead, 'missed', 'refused']),
    cancel: by(plans, [...ahead, 'on-the-way', 'missed']),
    'set-out': by(own, ['assigned', 'accepted']),
    begin: by(own, ['assigned', 'accepted', 'on-the-way', 'missed']),
    serve: by(own, ['in-service', 'left']),
    leave: by(own, ['in-service']),
    'turn-away': by(own, ['assigned', 'accepted', 'on-the-way', 'in-service']),
    evaluate: by(own, ['left']),
    'call-back': by(plans, ['evaluated']),
    question: by(checks, ['in-service', 'left', 'evaluated', 'called-back', 'ready']),
    settle: checks && visit.inQuestion ? yes : no(checks ? 'visit-not-in-question' : 'not-allowed'),
    note: plans || checks || own ? yes : no(does ? 'visit-not-yours' : 'not-allowed'),
  }
}
