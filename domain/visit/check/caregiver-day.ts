import { distanceM } from '../../place/position.ts'
import { type Ended, ended, MINUTE_MS, minutesBetween, occasionOf, type VisitFacts } from './facts.ts'
import type { Found } from './finding.ts'
import type { CheckPolicy } from './policy.ts'

/** All visits of one caregiver that are known, in any order. */
export type CaregiverVisits = readonly VisitFacts[]

const byBegin = (a: Ended, b: Ended): number =>
  a.beganAt.getTime() - b.beganAt.getTime() || (a.visit.id < b.visit.id ? -1 : 1)

/**
 * One caregiver is in one home at a time, and gets from door to door no faster than a car on village roads. Each visit
 * is held against the one that ended last before or while it began; what is found stands with the later of the two.
 */
export function timesAndWays(visits: CaregiverVisits, policy: CheckPolicy): Found[] {
  const found: Found[] = []
  let before: Ended | null = null
  for (const now of visits.flatMap((visit) => ended(visit) ?? []).sort(byBegin)) {
    if (before !== null && occasionOf(before.visit) !== occasionOf(now.visit)) {
      found.push(...overlap(before, now, policy), ...travel(before, now, policy))
    }
    if (before === null || now.leftAt >= before.leftAt) before = now
  }
  return found
}

function overlap(before: Ended, now: Ended, policy: CheckPolicy): Found[] {
  const until = before.leftAt < now.leftAt ? before.leftAt : now.leftAt
  const minutes = minutesBetween(now.beganAt, until)
  if (minutes < policy.overlapMin) return []
  const severity = minutes >= policy.gravelyOverlapMin ? 'grave' : 'warning'
  return [{ visitId: now.visit.id, rule: 'overlap', severity, inputs: { minutes, other: before.visit.id } }]
}

function travel(before: Ended, now: Ended, policy: CheckPolicy): Found[] {
  const [from, to] = [before.visit.home, now.visit.home]
  if (from === null || to === null || before.visit.homeId === now.visit.homeId) return []
  const gapMin = (now.beganAt.getTime() - before.leftAt.getTime()) / MINUTE_MS
  // Being in both at once is an overlap, which is told already.
  if (gapMin <= -policy.overlapMin || gapMin > policy.travelWithinMin) return []
  const metres = distanceM(from, to)
  const needed = travelMin(metres, policy)
  const had = Math.max(0, gapMin)
  if (needed <= 0 || had >= needed) return []
  const severity = had < needed * policy.travelGraveShare ? 'grave' : 'warning'
  const inputs = {
    minutes: Math.floor(had),
    needed: Math.ceil(needed),
    metres: Math.round(metres),
    other: before.visit.id,
  }
  return [{ visitId: now.visit.id, rule: 'impossible-travel', severity, inputs }]
}

/** The least time from door to door, in minutes. */
export const travelMin = (metres: number, { travelKmh, travelGraceM }: CheckPolicy): number =>
  Math.max(0, metres - travelGraceM) / ((travelKmh * 1000) / 60)

interface Tap {
  at: number
  occasion: string
  visitId: string
}

/**
 * Ends of several visits that happened, by their own times, within minutes. What a phone only *sent* at once, after a
 * valley without signal, is no batch.
 */
export function batchTaps(visits: CaregiverVisits, policy: CheckPolicy): Found[] {
  const taps = visits
    .flatMap((visit): Tap[] =>
      visit.presences
        .filter(({ part }) => part !== null)
        .map(({ at }) => ({ at: at.getTime(), occasion: occasionOf(visit), visitId: visit.id })),
    )
    .sort((a, b) => a.at - b.at || (a.visitId < b.visitId ? -1 : 1))
  const found: Found[] = []
  for (const batch of batches(taps, policy)) {
    const [first, last] = [batch[0], batch.at(-1)]
    if (!first || !last) continue
    const inputs = {
      visits: new Set(batch.map(({ occasion }) => occasion)).size,
      minutes: Math.ceil((last.at - first.at) / MINUTE_MS),
    }
    for (const visitId of new Set(batch.map((tap) => tap.visitId))) {
      found.push({ visitId, rule: 'batch-taps', severity: 'warning', inputs })
    }
  }
  return found
}

/** Runs of taps that belong to windows with too many visits; each tap enters and leaves the window once. */
function batches(taps: readonly Tap[], policy: CheckPolicy): Tap[][] {
  const runs: Tap[][] = []
  const inside = new Map<string, number>()
  let from = 0
  let taken = 0 // taps before it are in a run already
  for (const [i, tap] of taps.entries()) {
    inside.set(tap.occasion, (inside.get(tap.occasion) ?? 0) + 1)
    for (let old = taps[from]; old && tap.at - old.at > policy.batchWithinMin * MINUTE_MS; old = taps[from]) {
      const left = (inside.get(old.occasion) ?? 1) - 1
      if (left === 0) inside.delete(old.occasion)
      else inside.set(old.occasion, left)
      from += 1
    }
    if (inside.size < policy.batchVisits) continue
    const joins = taken > from ? runs.at(-1) : undefined
    const fresh = taps.slice(Math.max(from, taken), i + 1)
    if (joins) joins.push(...fresh)
    else runs.push(fresh)
    taken = i + 1
  }
  return runs
}
