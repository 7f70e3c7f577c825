import type { VisitPart } from '../visit/kinds.ts'
import type { GradedEnd } from './grade.ts'
import { atLeast, type Grade, type TypedReason } from './reason.ts'

/** What an area accepts as a visit that took place; data that a bureau edits. */
export interface PresencePolicy {
  /** The least grade of each end. */
  least: Record<VisitPart, Exclude<Grade, 'none'>>
  /** Reasons for typing in that are accepted where `claimed` is. */
  typedReasons: readonly TypedReason[]
  /** Whether an end by phone needs a position; near it need not be. */
  needsPosition: boolean
}

/** Both ends proved, and nothing else. */
export const strictPolicy: PresencePolicy = {
  least: { begin: 'proved', end: 'proved' },
  typedReasons: [],
  needsPosition: false,
}

export const verifiedReasons = [
  'both-proved',
  'accepted-less', // the policy takes this grade for this end
  'end-missing',
  'end-in-question',
  'grade-too-low',
  'approval-missing', // typed in, and no second person has approved
  'typed-reason-not-accepted',
  'position-missing', // and the policy asks for one
] as const
export type VerifiedReason = (typeof verifiedReasons)[number]

export interface Why {
  code: VerifiedReason
  end?: VisitPart
  grade?: Grade
  least?: Grade
  typed?: TypedReason
}

export interface Verified {
  verified: boolean
  why: Why[]
}

/** Whether a visit is verified: both ends proved, or as much less as the policy accepts, said for each end. */
export function verified(begin: GradedEnd | null, end: GradedEnd | null, policy: PresencePolicy): Verified {
  const ends = { begin, end }
  const against = (['begin', 'end'] as const).flatMap((which) => objections(which, ends[which], policy))
  if (against.length > 0) return { verified: false, why: against }
  const less = (['begin', 'end'] as const).flatMap((which): Why[] => {
    const grade = ends[which]?.grade
    return grade === undefined || grade === 'proved' ? [] : [{ code: 'accepted-less', end: which, grade }]
  })
  return { verified: true, why: less.length > 0 ? less : [{ code: 'both-proved' }] }
}

function objections(end: VisitPart, graded: GradedEnd | null, policy: PresencePolicy): Why[] {
  if (graded === null) return [{ code: 'end-missing', end }]
  const { grade, inQuestion, reasons } = graded
  const least = policy.least[end]
  const has = (code: string): boolean => reasons.some((reason) => reason.code === code)
  const why: Why[] = []
  if (inQuestion) why.push({ code: 'end-in-question', end })
  if (!atLeast(grade, least)) why.push({ code: 'grade-too-low', end, grade, least })
  if (has('approval-missing') || has('approval-own')) why.push({ code: 'approval-missing', end })
  const typed = reasons.find(({ code }) => code === 'typed-in')?.typed
  if (typed !== undefined && !policy.typedReasons.includes(typed))
    why.push({ code: 'typed-reason-not-accepted', end, typed })
  if (policy.needsPosition && has('position-missing')) why.push({ code: 'position-missing', end })
  return why
}
