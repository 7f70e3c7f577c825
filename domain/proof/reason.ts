import type { Grade as KnownGrade } from '../visit/kinds.ts'
import type { MissingReason, PositionReason } from './position.ts'
import type { SunRefusal } from './sun.ts'

/** From nothing to what is on screen as “tag read confirmed”. */
export const grades = ['none', 'claimed', 'supported', 'proved'] as const satisfies readonly (KnownGrade | 'none')[]
export type Grade = (typeof grades)[number]

/** `notes`: a fact that is told and neither raises nor lowers. */
export type Effect = 'supports' | 'notes' | 'limits' | 'contradicts'

interface Weight {
  effect: Effect
  /** The best grade an end can have with this reason. */
  atMost: Grade
  /** The same after a person looked at the contradiction and acknowledged it with a reason. */
  acknowledged?: Grade
}

const supports = (atMost: Grade): Weight => ({ effect: 'supports', atMost })
const notes: Weight = { effect: 'notes', atMost: 'proved' }
const limits = (atMost: Grade): Weight => ({ effect: 'limits', atMost })
/** What is contradicted counts for nothing until a person has looked. */
const contradicts = (acknowledged: Grade): Weight => ({ effect: 'contradicts', atMost: 'none', acknowledged })

/** Everything that may be said about one end of a visit, and its weight. Screens have words for each. */
export const reasons = {
  // what was read
  'tag-read': supports('proved'),
  'badge-read': supports('proved'),
  'badge-seen': supports('supported'), // a number that a copied badge sends too
  'position-alongside': supports('supported'), // near, with something else that speaks for it
  'position-alone': limits('none'), // never alone; whoever has nothing else types in and says why
  'typed-in': limits('claimed'),
  'typed-without-reason': limits('none'),
  'approval-given': supports('claimed'),
  'approval-missing': limits('claimed'),
  'approval-own': limits('claimed'), // by whoever typed it in: as good as missing
  'approval-refused': limits('none'), // a second person knows better, and said so
  'sun-unreadable': limits('none'),
  'sun-forged': contradicts('none'), // whole, and not by this tag's key
  // whose
  'home-unknown': limits('none'),
  'home-differs': contradicts('none'), // where the tag hangs is mended at the tag, then graded anew
  'caregiver-unknown': limits('none'),
  'caregiver-differs': contradicts('supported'),
  'tag-unconfirmed': limits('supported'), // it replaces one torn off, and one person alone says so
  'badge-lent': limits('supported'), // declared: a fact, not a fraud
  'phone-shared': notes, // declared
  'phone-shared-undeclared': limits('supported'),
  // the counter
  'counter-gap': notes,
  'tap-repeated': notes, // the same address again: a reload
  'tap-of-other-end': limits('none'), // the same address again, for the other end: nobody tapped anew
  'counter-replayed': contradicts('none'),
  'counter-overtaken': contradicts('supported'), // a later tap of this tag came first
  // the tamper wire
  'wire-not-enabled': notes,
  'wire-broken': contradicts('supported'),
  // when
  'sent-later': limits('supported'),
  'clock-off': notes, // the delay is known all the same, by the phone's own clock
  'clock-unknown': limits('supported'), // nobody can say whether it was sent at once
  'taps-in-one-sending': contradicts('supported'), // more of one tag than one visit has: links kept for later
  'ends-out-of-order': contradicts('none'),
  'ends-too-close': contradicts('supported'),
  'ends-counters-disagree': contradicts('none'), // the end's counter is not above the begin's
  // the phone's position
  'position-near': supports('proved'),
  'position-within-accuracy': notes,
  'position-too-coarse': notes,
  'position-missing': notes, // never a pass; a policy may ask for it
  'position-far': contradicts('supported'),
} as const satisfies Record<string, Weight>

export type ReasonCode = keyof typeof reasons
export const reasonCodes = Object.keys(reasons).filter((code): code is ReasonCode => Object.hasOwn(reasons, code))

/** What the words of a reason need to say. */
export interface ReasonValues {
  minutes?: number
  taps?: number
  /** Of the tap that is replayed or overtook this one. */
  tapId?: string
  metres?: number
  accuracyM?: number
  sun?: SunRefusal
  typed?: TypedReason
  position?: MissingReason | PositionReason
}

export interface Reason extends ReasonValues {
  code: ReasonCode
  effect: Effect
  /** A contradiction that a person looked at. */
  acknowledged?: true
}

/** Why an end had to be typed in. */
export const typedReasons = [
  'tag-silent', // it is there and does not answer
  'tag-gone', // torn off or lost
  'phone-dead',
  'phone-without-nfc',
  'no-signal',
  'entry-refused', // the door, not the care: what was agreed at the door is in the outcome
  'forgotten',
  'corrected', // another time was said before, and was wrong
] as const
export type TypedReason = (typeof typedReasons)[number]

export function lower(a: Grade, b: Grade): Grade {
  return grades.indexOf(a) < grades.indexOf(b) ? a : b
}

export function atLeast(grade: Grade, least: Grade): boolean {
  return grades.indexOf(grade) >= grades.indexOf(least)
}
