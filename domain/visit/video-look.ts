import type { RefusalCode } from '../error.ts'
import type { Can } from './can.ts'
import type { VisitState } from './kinds.ts'

/**
 * A live look at the scene of a visit (P5.4): supervision asks, the caregiver asks the elder, and nothing is recorded.
 * Asked → agreed to at the door → connected, once pictures arrive → ended.
 */
export const LOOK_STATES = ['asked', 'agreed', 'connected', 'ended'] as const
export type LookState = (typeof LOOK_STATES)[number]

export const LOOK_ACTIONS = ['agree', 'refuse', 'answer', 'connect', 'end', 'find'] as const
export type LookAction = (typeof LOOK_ACTIONS)[number]

/** Who said yes to being seen. */
export const LOOK_CONSENTS = ['elder', 'guardian', 'family'] as const
export type LookConsent = (typeof LOOK_CONSENTS)[number]

export const LOOK_REFUSALS = [
  'elder-declines',
  'not-decent', // somebody is washed or dressed
  'left-already',
  'no-camera',
] as const
export type LookRefusal = (typeof LOOK_REFUSALS)[number]

export const LOOK_ENDINGS = ['looked', 'refused', 'unanswered', 'withdrawn', 'broken'] as const
export type LookEnding = (typeof LOOK_ENDINGS)[number]

/** What the one who looked says of it. */
export const LOOK_FINDINGS = ['as-ordered', 'not-as-ordered', 'not-clear'] as const
export type LookFinding = (typeof LOOK_FINDINGS)[number]

const MINUTE_MS = 60_000
/** So long it stays in each state; who was asked for longer than that is not there. */
export const LOOK_STAYS_MS = {
  asked: 3 * MINUTE_MS,
  agreed: MINUTE_MS,
  connected: 15 * MINUTE_MS,
} as const satisfies Record<Exclude<LookState, 'ended'>, number>

/** After the caregiver left, there is still something to see and somebody to ask for so long. */
export const LOOK_AFTER_MS = 120 * MINUTE_MS

export interface LookVisit {
  state: VisitState
  caregiverId: string | null
  leftAt: Date | null
}

/** Whether a look may be asked for now: somebody is inside, or has just left. */
export function mayAskForLook({ state, caregiverId, leftAt }: LookVisit, now: Date): Can {
  if (caregiverId === null) return no('visit-state')
  if (state === 'in-service') return yes
  const lately = leftAt !== null && now.getTime() - leftAt.getTime() <= LOOK_AFTER_MS
  return lately && (state === 'left' || state === 'evaluated') ? yes : no('visit-state')
}

export interface AskedLook {
  state: LookState
  ending: LookEnding | null
  finding: LookFinding | null
  askedBy: string
  caregiverId: string | null
}
export interface LookUser {
  id: string
  /** Of a caregiver's own sign-in. */
  caregiverId: string | null
}

const yes: Can = { allowed: true }
const no = (reason: RefusalCode): Can => ({ allowed: false, reason })

/** What this person may do with a look now: the one table that the API obeys and both screens show. */
export function canLook(look: AskedLook, user: LookUser): Record<LookAction, Can> {
  const asks = look.askedBy === user.id
  const shows = user.caregiverId !== null && user.caregiverId === look.caregiverId
  const by = (whose: boolean, ...states: readonly LookState[]): Can =>
    !whose ? no('not-allowed') : states.includes(look.state) ? yes : no('look-state')
  return {
    agree: by(shows, 'asked'),
    refuse: by(shows, 'asked', 'agreed'),
    answer: by(asks, 'agreed'),
    connect: by(asks, 'agreed'), // its browser says that pictures arrive
    end: by(asks || shows, ...(asks ? (['asked'] as const) : []), 'agreed', 'connected'),
    find: !asks ? no('not-allowed') : look.ending === 'looked' && look.finding === null ? yes : no('look-state'),
  }
}

/** What a look comes to when somebody ends it, or nobody answers. */
export function endingOf(state: Exclude<LookState, 'ended'>, by: 'asker' | 'caregiver' | 'time'): LookEnding {
  if (state === 'connected') return 'looked'
  if (state === 'agreed') return 'broken'
  return by === 'time' ? 'unanswered' : 'withdrawn'
}
