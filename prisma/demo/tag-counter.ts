import { localDay, type County } from './plan.ts'
import type { PlannedRound } from './visit-plan.ts'

const WEEK_MS = 7 * 86_400_000
/** Read so often while it was hung and tried. */
const BEFORE = 20

/**
 * What the tag at a door counts as its round's caregiver comes (1) and leaves (2): it only rises, by two each time, so
 * that the past holds no tap that looks like a copied tag's.
 */
export function counterAt({ home, everyWeeks }: PlannedRound, at: Date, tap: 1 | 2): number {
  const weeks = Math.floor((weekOf(at) + home.address.length) / everyWeeks)
  const first = Math.floor((weekOf(home.since) + home.address.length) / everyWeeks)
  return BEFORE + 2 * Math.max(0, weeks - first) + tap
}

/** What it has counted when the county is begun: what was asked for today comes on top. */
export function countedBy(round: PlannedRound, { base }: Pick<County, 'base'>): number {
  return counterAt(round, base, 2) + 2
}

/** Of the local day, so that a tap in the small hours counts with its own day. */
const weekOf = (at: Date): number => Math.floor((Date.parse(`${localDay(at)}T00:00:00Z`) + 3 * 86_400_000) / WEEK_MS)
