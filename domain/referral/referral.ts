import type { RefusalCode } from '../error.ts'

/** What is handed on: what a house and a life need that is no care (P6.3; the elder pays). */
export const REFERRAL_KINDS = [
  'plumbing',
  'electric',
  'house-repair',
  'drains',
  'shopping',
  'transport',
  'other',
] as const
export type ReferralKind = (typeof REFERRAL_KINDS)[number]

export const REFERRAL_STATES = ['open', 'handed-on', 'done', 'dropped'] as const
export type ReferralState = (typeof REFERRAL_STATES)[number]

export const REFERRAL_STEPS = ['hand-on', 'done', 'drop', 'reopen'] as const
export type ReferralStep = (typeof REFERRAL_STEPS)[number]

export type ReferralVerdict = { allowed: true; state: ReferralState } | { allowed: false; reason: RefusalCode }

const to = (state: ReferralState): ReferralVerdict => ({ allowed: true, state })
const closed: ReferralVerdict = { allowed: false, reason: 'referral-closed' }
const open: ReferralVerdict = { allowed: false, reason: 'referral-open' }

/** What may follow what: the one table that the API obeys and the screen shows. Handing on again names another. */
export const afterStep: Record<ReferralState, Record<ReferralStep, ReferralVerdict>> = {
  open: { 'hand-on': to('handed-on'), done: to('done'), drop: to('dropped'), reopen: open },
  'handed-on': { 'hand-on': to('handed-on'), done: to('done'), drop: to('dropped'), reopen: to('open') },
  done: { 'hand-on': closed, done: closed, drop: closed, reopen: to('open') },
  dropped: { 'hand-on': closed, done: closed, drop: closed, reopen: to('open') },
}

export function isClosed(state: ReferralState): boolean {
  return state === 'done' || state === 'dropped'
}

/** Whether it should have been done by now. */
export function isOverdue(referral: { state: ReferralState; dueAt: Date | null }, now: Date): boolean {
  return !isClosed(referral.state) && referral.dueAt !== null && referral.dueAt < now
}
