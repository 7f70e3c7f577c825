import { isRole, may } from '../access/role.ts'
import type { RefusalCode } from '../error.ts'

/** `cleared`: the rule finds it no more, or a newer finding took its place; what was decided about it stays. */
export const EXCEPTION_STATES = ['open', 'investigating', 'fixed', 'acknowledged', 'cleared'] as const
export type ExceptionState = (typeof EXCEPTION_STATES)[number]

export const EXCEPTION_ACTIONS = [
  'fix', // the provider says what was wrong, and corrects it
  'acknowledge', // it is as found, and there is a reason
  'investigate', // somebody is to look into it
  'dispute', // its caregiver says otherwise
  'undo',
] as const
export type ExceptionAction = (typeof EXCEPTION_ACTIONS)[number]

export type Can = { allowed: true } | { allowed: false; reason: RefusalCode }
const yes: Can = { allowed: true }
const no = (reason: RefusalCode): Can => ({ allowed: false, reason })

export interface ExceptionAsked {
  state: ExceptionState
  decidedBy: string | null
  disputed: boolean
  /** Of its visit. */
  caregiverId: string | null
}
export interface ExceptionUser {
  id: string | null
  role: string
  caregiverId: string | null
}

/** Where an act leads; a dispute leaves the state as it is. */
export const EXCEPTION_LEADS_TO = {
  fix: 'fixed',
  acknowledge: 'acknowledged',
  investigate: 'investigating',
  undo: 'open',
} as const satisfies Partial<Record<ExceptionAction, ExceptionState>>

/** Each state × act: null where it may be, else why not. */
const WHY_NOT: Record<ExceptionState, Record<ExceptionAction, RefusalCode | null>> = {
  open: { fix: null, acknowledge: null, investigate: null, dispute: null, undo: 'exception-open' },
  investigating: {
    fix: 'exception-investigated',
    acknowledge: null,
    investigate: 'exception-investigated',
    dispute: null,
    undo: null,
  },
  fixed: { fix: 'exception-decided', acknowledge: null, investigate: null, dispute: 'exception-decided', undo: null },
  acknowledged: {
    fix: 'exception-decided',
    acknowledge: 'exception-decided',
    investigate: null,
    dispute: 'exception-decided',
    undo: null,
  },
  cleared: {
    fix: 'exception-cleared',
    acknowledge: 'exception-cleared',
    investigate: 'exception-cleared',
    dispute: 'exception-cleared',
    undo: 'exception-cleared',
  },
}

/**
 * What this user may do about a finding, and why not: the provider fixes, the bureau acknowledges and looks into it,
 * its caregiver disputes it; whoever decided takes it back, and so may the bureau.
 */
export function canDecide(asked: ExceptionAsked, user: ExceptionUser): Record<ExceptionAction, Can> {
  const role = isRole(user.role) ? user.role : null
  const plans = role !== null && may(role, 'plan-visits')
  const checks = role !== null && may(role, 'check-visits')
  const own =
    role !== null && may(role, 'do-visits') && user.caregiverId !== null && user.caregiverId === asked.caregiverId
  const decided = user.id !== null && user.id === asked.decidedBy
  const by = (allowed: boolean, action: ExceptionAction): Can => {
    const reason = WHY_NOT[asked.state][action]
    return !allowed ? no('not-allowed') : reason === null ? yes : no(reason)
  }
  const dispute = by(own, 'dispute')
  return {
    fix: by(plans, 'fix'),
    acknowledge: by(checks, 'acknowledge'),
    investigate: by(checks, 'investigate'),
    dispute: dispute.allowed && asked.disputed ? no('exception-disputed') : dispute,
    undo: by(checks || (plans && decided), 'undo'),
  }
}

/** Why somebody acknowledges: an honest way through (issue, 4), or a reason of their own with words. */
export const ACKNOWLEDGE_REASONS = [
  'no-signal',
  'tag-torn',
  'phone-failed',
  'pin-wrong',
  'emergency',
  'elder-wished',
  'asked-and-plausible',
  'other',
] as const
/** What a provider corrects. */
export const FIX_REASONS = [
  'forgot-to-tap',
  'phone-failed',
  'tag-failed',
  'typed-wrong',
  'wrong-file',
  'other',
] as const

export type AcknowledgeReason = (typeof ACKNOWLEDGE_REASONS)[number]
export type FixReason = (typeof FIX_REASONS)[number]

/** What becomes of a finding that is looked for again. */
export type Rechecked = 'raise' | 'keep' | 'update' | 'clear' | 'reopen'

/**
 * @param held the state it has; null: there is none that stands.
 * @param found `same` or `changed` beside what was found before; null: no more.
 */
export function recheck(held: ExceptionState | null, found: 'same' | 'changed' | null): Rechecked {
  if (held === null || held === 'cleared') return found === null ? 'keep' : 'raise'
  const decided = held === 'fixed' || held === 'acknowledged'
  // Whoever looks into something goes on, even where the rule sees it no more.
  if (found === null) return held === 'open' ? 'clear' : 'keep'
  if (found === 'same') return 'keep'
  // A decision was about other facts: it is kept, and asked again.
  return decided ? 'reopen' : 'update'
}
