import { ended, minutesBetween, type VisitFacts } from './facts.ts'
import type { Found } from './finding.ts'
import type { CheckPolicy } from './policy.ts'

/** What one caregiver did in one month. A pattern is told once, with the first visit that belongs to it. */
export type MonthOfVisits = readonly VisitFacts[]

const inOrder = (a: VisitFacts, b: VisitFacts): number =>
  a.plannedFrom.getTime() - b.plannedFrom.getTime() || (a.id < b.id ? -1 : 1)
const percent = (part: number, of: number): number => Math.floor((part * 100) / of)

/** Day after day to the same minute. */
export function identicalDurations(visits: MonthOfVisits, policy: CheckPolicy): Found[] {
  const lasted = new Map<number, VisitFacts[]>()
  let of = 0
  for (const visit of [...visits].sort(inOrder)) {
    const times = ended(visit)
    if (!times) continue
    of += 1
    const minutes = minutesBetween(times.beganAt, times.leftAt)
    const same = lasted.get(minutes)
    if (same) same.push(visit)
    else lasted.set(minutes, [visit])
  }
  const [minutes, same] = [...lasted].sort(([a, x], [b, y]) => y.length - x.length || a - b)[0] ?? [0, []]
  const [first] = same
  if (!first || of < policy.patternVisits || same.length < of * policy.identicalShare) return []
  const severity = same.length >= of * policy.veryIdenticalShare ? 'warning' : 'notice'
  const inputs = { visits: same.length, of, minutes, share: percent(same.length, of) }
  return [{ visitId: first.id, rule: 'identical-durations', severity, inputs }]
}

const isRound = (at: Date): boolean => at.getUTCMinutes() % 5 === 0

/** Always at five past and ten past: times that somebody thought of. Zones differ by quarters of an hour, not less. */
export function roundTimes(visits: MonthOfVisits, policy: CheckPolicy): Found[] {
  const given = visits.flatMap((visit) => ended(visit) ?? []).sort((a, b) => inOrder(a.visit, b.visit))
  const round = given.map(({ beganAt, leftAt }) => Number(isRound(beganAt)) + Number(isRound(leftAt)))
  const of = given.length * 2
  const ends = round.reduce((sum, one) => sum + one, 0)
  const first = given[round.findIndex((one) => one > 0)]
  if (!first || of < policy.roundEnds || ends < of * policy.roundShare) return []
  const severity = ends >= of * policy.veryRoundShare ? 'warning' : 'notice'
  return [{ visitId: first.visit.id, rule: 'round-times', severity, inputs: { ends, of, share: percent(ends, of) } }]
}

/** Typed in or corrected rather than tapped, as a habit. */
export function manyManualEntries(visits: MonthOfVisits, policy: CheckPolicy): Found[] {
  let [ends, of] = [0, 0]
  let first: VisitFacts | undefined
  for (const visit of [...visits].sort(inOrder)) {
    for (const part of ['begin', 'end'] as const) {
      const said = visit.presences.filter((presence) => presence.part === part)
      if (said.length === 0 && !visit.corrected[part]) continue
      of += 1
      if (!visit.corrected[part] && said.some(({ way }) => way !== 'typed')) continue
      ends += 1
      first ??= visit
    }
  }
  if (!first || of < policy.typedEnds || ends < of * policy.typedShare) return []
  const severity = ends >= of * policy.veryTypedShare ? 'warning' : 'notice'
  return [{ visitId: first.id, rule: 'many-manual-entries', severity, inputs: { ends, of, share: percent(ends, of) } }]
}
