import { distanceM } from '../../place/position.ts'
import { travelMin } from './caregiver-day.ts'
import { MINUTE_MS, minutesBetween, type PresenceFact } from './facts.ts'
import type { Found } from './finding.ts'
import type { CheckPolicy } from './policy.ts'

/** A tag was read: one of its taps, of a visit or of none. */
export type TagTap = Pick<PresenceFact, 'id' | 'at' | 'receivedAt' | 'phone' | 'position'> & {
  tag: string
  counter: number
  /** The visit it belongs to. */
  visitId: string | null
  /** The same for both of a couple's joint visit, which one tap tells (`occasionOf`). */
  occasion: string | null
  /** Whether that visit is asked about; of others nothing is found. */
  asked: boolean
}

const byArrival = (a: TagTap, b: TagTap): number =>
  a.receivedAt.getTime() - b.receivedAt.getTime() || (a.id < b.id ? -1 : 1)

/** Everything about one tag: what was said twice, what ran backwards, and what nobody reported. */
export function tagHistory(taps: readonly TagTap[], policy: CheckPolicy): Found[] {
  const { first, found } = replays([...taps].sort(byArrival))
  const inOrder = [...first].sort((a, b) => a.counter - b.counter)
  for (let i = 1; i < inOrder.length; i++) {
    const [before, tap] = [inOrder[i - 1], inOrder[i]]
    if (before && tap) found.push(...gap(before, tap, policy))
  }
  return [...found, ...backwards(inOrder, policy), ...apart(first, policy)]
}

/** The same counter again: a reload within its visit on its phone, else a link that was kept. */
function replays(taps: readonly TagTap[]): { first: TagTap[]; found: Found[] } {
  const firsts = new Map<number, TagTap>()
  const found: Found[] = []
  for (const tap of taps) {
    const first = firsts.get(tap.counter)
    if (!first) {
      firsts.set(tap.counter, tap)
      continue
    }
    const same = first.occasion === tap.occasion
    const reload = same && (first.phone?.id ?? null) === (tap.phone?.id ?? null)
    if (reload || !tap.asked || tap.visitId === null) continue
    const inputs = { counter: tap.counter, first: first.id, same }
    found.push({ visitId: tap.visitId, rule: 'replayed-tag', severity: same ? 'warning' : 'grave', inputs })
  }
  return { first: [...firsts.values()], found }
}

/**
 * The counter only rises: a tap that happened after one with a higher number comes from elsewhere, or was kept for
 * later. Where only the clock of a phone says so, sent late, it is told less loudly.
 */
function backwards(inOrder: readonly TagTap[], policy: CheckPolicy): Found[] {
  const found: Found[] = []
  let earliest: TagTap | undefined // of those with higher counters, the one that happened first
  for (const tap of inOrder.toReversed()) {
    const minutes = earliest ? minutesBetween(earliest.at, tap.at) : 0
    if (earliest && minutes >= policy.clockMin && tap.asked && tap.visitId !== null) {
      const severity = isFresh(tap, policy) && isFresh(earliest, policy) ? 'grave' : 'warning'
      const inputs = { how: 'backwards', counter: tap.counter, earlier: earliest.counter, minutes } as const
      found.push({ visitId: tap.visitId, rule: 'cloned-tag', severity, inputs })
    }
    if (!earliest || tap.at < earliest.at) earliest = tap
  }
  return found
}

const isFresh = ({ at, receivedAt }: TagTap, { clockMin }: CheckPolicy): boolean =>
  Math.abs(minutesBetween(at, receivedAt)) < clockMin

/** Read at two places between which nobody could have carried it. */
function apart(taps: readonly TagTap[], policy: CheckPolicy): Found[] {
  const found: Found[] = []
  let before: (TagTap & { position: NonNullable<TagTap['position']> }) | undefined
  for (const tap of [...taps].sort((a, b) => a.at.getTime() - b.at.getTime() || a.counter - b.counter)) {
    const { position, visitId } = tap
    if (position === null || position.accuracyM > policy.coarseM) continue
    if (before && tap.asked && visitId !== null) {
      const metres = distanceM(before.position, position) - before.position.accuracyM - position.accuracyM
      const minutes = (tap.at.getTime() - before.at.getTime()) / MINUTE_MS
      if (minutes < travelMin(metres, policy)) {
        const inputs = {
          how: 'apart',
          counter: tap.counter,
          metres: Math.round(metres),
          minutes: Math.floor(minutes),
        } as const
        found.push({ visitId, rule: 'cloned-tag', severity: 'grave', inputs })
      }
    }
    before = { ...tap, position }
  }
  return found
}

/** Taps that nobody reported. Any visitor's phone makes one: neutral by itself. */
function gap(before: TagTap, tap: TagTap, policy: CheckPolicy): Found[] {
  const missing = tap.counter - before.counter - 1
  if (missing < policy.counterGap || !tap.asked || tap.visitId === null) return []
  const inputs = { gap: missing, counter: tap.counter }
  return [{ visitId: tap.visitId, rule: 'counter-gap', severity: 'notice', inputs }]
}
