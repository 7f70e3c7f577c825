import type { LonLat } from '../../place/position.ts'
import type { ConditionKind, Required, Said } from '../condition.ts'
import type { PresenceWay, VisitOutcome, VisitPart, VisitState } from '../kinds.ts'

/** A plain day, 'YYYY-MM-DD', in the zone of the visit's area. */
export type Day = string

/** From a day through another; null: until told otherwise. */
export interface DaySpan {
  from: Day
  to: Day | null
}

export interface PhoneFact {
  id: string
  /** Since when it is declared as a shared one: a fact, not a fraud. */
  sharedSince: Date | null
}

/** One end of a visit, as somebody or something said it. */
export interface PresenceFact {
  id: string
  part: VisitPart | null
  way: PresenceWay
  /** When it happened, as far as is known. */
  at: Date
  /** By the clock of the phone or reader, where it said so. */
  deviceAt: Date | null
  receivedAt: Date
  /** Whose sign-in or badge it was. */
  caregiverId: string | null
  /** Where the tag or reader stands that was touched. */
  homeId: string | null
  tagId: string | null
  counter: number | null
  phone: PhoneFact | null
  /** WGS-84, with the accuracy the phone claimed; null: it said nothing. */
  position: (LonLat & { accuracyM: number }) | null
  /** It was declared that a colleague lent the badge. */
  lent: boolean
}

export interface PhotoFact {
  id: string
  /** SHA-256, hex. */
  digest: string
  /** What it looks like (`domain/visit/look`): 8 bytes; null where it could not be said. */
  look: Uint8Array | null
  takenAt: Date | null
  receivedAt: Date
}

/** A service that was done. */
export interface DoneFact {
  code: string
  minMinutes: number | null
  /** Kinds of credentials it asks for. */
  credentials: readonly string[]
  /** What was required when it was given, and what was said of it. */
  required: readonly Required[]
  said: Readonly<Partial<Record<ConditionKind, Said>>>
}

export interface CredentialFact extends DaySpan {
  kind: string
}

export interface CaregiverFact {
  id: string
  credentials: readonly CredentialFact[]
}

export interface ElderFact {
  id: string
  /** The hour is not known, so the day itself is not judged. */
  diedOn: Day | null
  absences: readonly { kind: string; from: Date; to: Date | null }[]
}

/** Whose service was stopped, and when: the elder's, the provider's, or the caregiver's. */
export interface Suspension extends DaySpan {
  whose: 'elder' | 'provider' | 'caregiver'
}

/** `unknown`: nobody has said who is entitled, so nothing is judged. */
export type RosterState = 'on' | 'off' | 'unknown'

/** All that the rules know of a visit. What several share (elder, caregiver) may be one object. */
export interface VisitFacts {
  id: string
  homeId: string
  providerId: string
  /** Of a couple's joint visit: it is one visit of its caregiver. */
  jointId: string | null
  state: VisitState
  outcome: VisitOutcome | null
  plannedFrom: Date
  plannedTo: Date
  beganAt: Date | null
  leftAt: Date | null
  /** Of its begin, else of its planned begin. */
  day: Day
  /** An end that a correction gave, with its reason: nothing is missing. */
  corrected: Readonly<Record<VisitPart, boolean>>
  /** Where the home stands; null: not known, so nothing about distance is judged. */
  home: LonLat | null
  caregiver: CaregiverFact | null
  elder: ElderFact
  suspensions: readonly Suspension[]
  roster: RosterState
  done: readonly DoneFact[]
  presences: readonly PresenceFact[]
  photos: readonly PhotoFact[]
}

/**
 * What stands around the visits that are asked about: uses of the same phones, taps of the same tags, photos. They are
 * compared with, and nothing is found about them.
 */
export interface Around {
  presences: readonly (PresenceFact & { visitId: string | null; home: LonLat | null })[]
  photos: readonly (PhotoFact & { visitId: string; homeId: string; providerId: string; jointId: string | null })[]
}

export const NOTHING_AROUND: Around = { presences: [], photos: [] }

/** The times of a visit that has both its ends in order. */
export interface Ended {
  visit: VisitFacts
  beganAt: Date
  leftAt: Date
}

export function ended(visit: VisitFacts): Ended | null {
  const { beganAt, leftAt } = visit
  return beganAt !== null && leftAt !== null && leftAt >= beganAt ? { visit, beganAt, leftAt } : null
}

export const MINUTE_MS = 60_000
/** Minutes from one instant to another, whole, what is begun is not counted. */
export const minutesBetween = (from: Date, to: Date): number => Math.floor((to.getTime() - from.getTime()) / MINUTE_MS)

/** A joint visit counts as one. */
export const occasionOf = ({ id, jointId }: { id: string; jointId: string | null }): string => jointId ?? id
