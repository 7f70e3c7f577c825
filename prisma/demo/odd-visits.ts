import { minutesOf } from '@anju/domain/visit/minutes'
import type { County } from './plan.ts'
import { gradedEnd, type PlannedEnd, type PlannedVisit, verdictOf } from './visit-course.ts'

const MINUTE_MS = 60_000
type Odd = (visits: readonly PlannedVisit[]) => PlannedVisit[]

/** A few things of three months that are worth a bureau's look, by how many days ago they were. */
const ODD_DAYS: readonly (readonly [daysAgo: number, odd: Odd])[] = [
  ...[2, 16, 40].map((day) => [day, forgottenEnd] as const),
  ...[3, 9, 24].map((day) => [day, typedLater] as const),
  ...[4, 11].map((day) => [day, othersBadge] as const),
  ...[5, 12, 33].map((day) => [day, twoHomesAtOnce] as const),
  ...[6, 20].map((day) => [day, tappedAndLeft] as const),
]

/** A day's visits with what was odd about one or two of them. */
export function withOddities({ base }: Pick<County, 'base'>, visits: readonly PlannedVisit[], daysAgo: number) {
  const odd = ODD_DAYS.find(([day]) => day === daysAgo)?.[1]
  if (!odd) return visits
  const changed = new Map(odd(visits.filter(isOrdinary)).map((visit) => [visit.id, kept(visit)]))
  const past = (visit: PlannedVisit): boolean =>
    visit.ends.every(({ receivedAt }) => receivedAt < base) && visit.entries.every(({ at }) => at < base)
  return visits.map((visit) => {
    const other = changed.get(visit.id)
    return other && past(other) ? other : visit
  })
}

const isOrdinary = ({ ends, jointId, inQuestion }: PlannedVisit): boolean =>
  ends.length === 2 && jointId === null && !inQuestion && ends.every(({ way }) => way !== 'typed')

/** Nobody has decided what was found: it is kept from settlement. */
function kept(visit: PlannedVisit): PlannedVisit {
  const entries = visit.entries.filter(({ kind }) => kind !== 'ready')
  const state = visit.state === 'ready' ? 'called-back' : visit.state
  return { ...visit, state, entries, verdict: verdictOf(...both(visit)) }
}

const both = ({ ends: [begin, end] }: PlannedVisit): [PlannedEnd, PlannedEnd] => {
  if (!begin || !end) throw new Error('an ordinary visit has two ends')
  return [begin, end]
}

const later = (at: Date, minutes: number): Date => new Date(at.getTime() + Math.round(minutes * MINUTE_MS))

/** The end at another time, with what was said after it. */
function endedAt(visit: PlannedVisit, minutes: number): PlannedVisit {
  const [begin, end] = both(visit)
  const shift = minutes - (end.at.getTime() - begin.at.getTime()) / MINUTE_MS
  const ends = [begin, { ...end, at: later(end.at, shift), receivedAt: later(end.receivedAt, shift) }]
  const moved = new Set(['served', 'left', 'evaluated'])
  const entries = visit.entries.map((entry) =>
    moved.has(entry.kind) ? { ...entry, at: later(entry.at, shift) } : entry,
  )
  return { ...visit, ends, entries, minutes: minutesOf(begin.at, later(end.at, shift)) }
}

/** Nobody tapped as they left: it was done from the road, hours later. The caregiver's last visit of that day. */
function forgottenEnd(visits: readonly PlannedVisit[]): PlannedVisit[] {
  const last = visits.find((visit) =>
    visits.every((other) => other.caregiver !== visit.caregiver || other.from <= visit.from),
  )
  return last ? [endedAt(last, 258)] : []
}

/** In and out again. */
function tappedAndLeft([visit]: readonly PlannedVisit[]): PlannedVisit[] {
  return visit ? [endedAt(visit, 6)] : []
}

/** Neither tag nor phone was used: both times were typed in, the next day. */
function typedLater([visit]: readonly PlannedVisit[]): PlannedVisit[] {
  if (!visit) return []
  const ends = both(visit).map(({ part, at }, n) =>
    gradedEnd({ part, way: 'typed', at, receivedAt: later(visit.from, 27 * 60 + 2 * n), counter: null, begin: null }),
  )
  return [{ ...visit, ends }]
}

/** A colleague's badge at the reader, lent or worse. */
function othersBadge(visits: readonly PlannedVisit[]): PlannedVisit[] {
  const visit = visits.find(({ ends, caregiver, round }) => ends[0]?.way === 'reader' && caregiver !== round.standIn)
  if (!visit) return []
  const [begin, end] = both(visit)
  const other = gradedEnd({ ...begin, begin: null, badgeOf: visit.round.standIn })
  return [{ ...visit, ends: [other, end], inQuestion: true }]
}

/** Two homes of one hour by one caregiver: a pair that was staged. */
function twoHomesAtOnce(visits: readonly PlannedVisit[]): PlannedVisit[] {
  for (const first of visits) {
    const second = visits.find(
      (other) =>
        other.from.getTime() === first.from.getTime() &&
        other.caregiver !== first.caregiver &&
        other.round.home.community !== first.round.home.community,
    )
    if (second) return [{ ...second, caregiver: first.caregiver }]
  }
  return []
}
