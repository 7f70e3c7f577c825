import type { VisitPart } from '../visit/kinds.ts'
import { atLeast, type Grade } from './reason.ts'

/** One end of a visit as it was said and graded. */
export interface SaidEnd {
  /** Ids rise with time. */
  id: string
  part: VisitPart
  at: Date
  grade: Exclude<Grade, 'none'> | null
  /** It corrects what was said before, and a second person approves it. */
  correction: boolean
  approved: boolean
}

/**
 * Which of several that say one end counts: a correction that a second person approved, the last of them; else the best
 * grade of what was tapped or typed at the door, and of equals the first; a correction that waits only where nothing
 * else is worth anything. What was said before stays as it came.
 */
export function countedOf<End extends SaidEnd>(said: readonly End[], part: VisitPart): End | null {
  const own = said.filter((end) => end.part === part)
  const corrections = own.filter(({ correction, grade }) => correction && grade !== null).toSorted(byId)
  const approved = corrections.findLast((end) => end.approved)
  if (approved !== undefined) return approved
  const raw = bestOf(own.filter(({ correction }) => !correction))
  return raw?.grade == null ? (corrections.at(-1) ?? raw) : raw
}

const byId = (one: SaidEnd, other: SaidEnd): number => (one.id < other.id ? -1 : one.id > other.id ? 1 : 0)

function bestOf<End extends SaidEnd>(ends: readonly End[]): End | null {
  const better = (one: End, other: End): End =>
    (one.grade ?? 'none') !== (other.grade ?? 'none') && atLeast(other.grade ?? 'none', one.grade ?? 'none')
      ? other
      : one
  const [first, ...others] = ends.toSorted((a, b) => a.at.getTime() - b.at.getTime())
  return first === undefined ? null : others.reduce(better, first)
}
