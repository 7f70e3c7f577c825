import { distanceM, type LonLat } from '../place/position.ts'

/**
 * What the way from home to home is taken to be: the straight line, longer by what roads wind, at the pace of an electric
 * bicycle on village roads with its stops. An estimate, and said so wherever it is shown.
 */
export const TRAVEL = { windingFactor: 1.4, kmPerHour: 18 } as const
/** Parking, finding the door, three knocks. */
const ARRIVAL_MIN = 3

/** Estimated minutes from place to place; null where one of the two is not on the map. */
export function travelMin(from: LonLat | null, to: LonLat | null): number | null {
  if (from === null || to === null) return null
  const km = (distanceM(from, to) / 1000) * TRAVEL.windingFactor
  return km === 0 ? 0 : Math.ceil((km / TRAVEL.kmPerHour) * 60) + ARRIVAL_MIN
}

/** A visit of a caregiver in the same week. */
export interface OtherVisit {
  id: string
  homeId: string
  plannedFrom: Date
  plannedTo: Date
  at: LonLat | null
}

export interface Candidate {
  id: string
  /** What is missing to be sent there (P1.1), by kind of credential; empty: fit. */
  missing: readonly string[]
  /** Kin of the elder's, as declared. */
  kinship: string | null
  /** Visits given to this elder before. */
  visitedBefore: number
  lastVisitedAt: Date | null
  /** Of the same week, this visit not among them. */
  visits: readonly OtherVisit[]
}

export interface Asked {
  homeId: string
  plannedFrom: Date
  plannedTo: Date
  at: LonLat | null
  /** Where its caregivers set out from before the first visit of a day. */
  provider: LonLat | null
}

/** Why somebody fits or does not, each in its own measure: never a score. */
export type Reason =
  | { code: 'missing-credential'; kinds: readonly string[] }
  | { code: 'clash'; visitId: string; from: Date; to: Date }
  /** Not enough time to come from the visit before, or to go to the one after. */
  | { code: 'too-far-between'; visitId: string; needMin: number; haveMin: number }
  | { code: 'knows-elder'; visits: number; lastAt: Date | null }
  | { code: 'new-to-elder' }
  | { code: 'travel'; minutes: number; from: 'visit' | 'provider' }
  | { code: 'travel-unknown' }
  | { code: 'load'; visits: number; minutes: number }
  /** Declared, and neither for nor against: who decides should know. */
  | { code: 'kin'; relation: string }

export interface Suggestion {
  caregiverId: string
  /** `no`: would be refused; `tight`: possible, and hardly reached in time. */
  fits: 'yes' | 'tight' | 'no'
  reasons: Reason[]
}

/**
 * Who could give this visit, those first who fit best: whoever may not be sent or is elsewhere comes last; before them
 * whoever would hardly get there; then whom the elder knows, then the shorter way, then fewer minutes that week. The
 * order is that and nothing else; a person decides.
 */
export function suggest(asked: Asked, candidates: readonly Candidate[]): Suggestion[] {
  return candidates
    .map((candidate) => judge(asked, candidate))
    .toSorted(
      (a, b) =>
        FITS.indexOf(a.suggestion.fits) - FITS.indexOf(b.suggestion.fits) ||
        Number(b.known) - Number(a.known) ||
        a.travel - b.travel ||
        a.load - b.load ||
        (a.suggestion.caregiverId < b.suggestion.caregiverId ? -1 : 1),
    )
    .map(({ suggestion }) => suggestion)
}

const FITS = ['yes', 'tight', 'no'] as const

function judge(asked: Asked, { id, missing, kinship, visitedBefore, lastVisitedAt, visits }: Candidate) {
  const clash = visits.find(
    ({ plannedFrom, plannedTo }) => plannedFrom < asked.plannedTo && plannedTo > asked.plannedFrom,
  )
  const between = clash ? [] : tooFarBetween(asked, visits)
  const way = wayTo(asked, visits)
  const minutes = Math.round(visits.reduce((sum, visit) => sum + lengthMin(visit.plannedFrom, visit.plannedTo), 0))
  const known = visitedBefore > 0
  const reasons: Reason[] = [
    ...(missing.length > 0 ? [{ code: 'missing-credential', kinds: missing } as const] : []),
    ...(clash ? [{ code: 'clash', visitId: clash.id, from: clash.plannedFrom, to: clash.plannedTo } as const] : []),
    ...between,
    ...(kinship === null ? [] : [{ code: 'kin', relation: kinship } as const]),
    known ? { code: 'knows-elder', visits: visitedBefore, lastAt: lastVisitedAt } : { code: 'new-to-elder' },
    way === null ? { code: 'travel-unknown' } : { code: 'travel', ...way },
    { code: 'load', visits: visits.length, minutes },
  ]
  const fits = missing.length > 0 || clash ? 'no' : between.length > 0 ? 'tight' : 'yes'
  const suggestion: Suggestion = { caregiverId: id, fits, reasons }
  return { suggestion, known, travel: way?.minutes ?? Infinity, load: minutes }
}

/** Visits of the same day are not followed over a night. */
const SAME_DAY_MS = 12 * 3_600_000

function before(asked: Asked, visits: readonly OtherVisit[]): OtherVisit | undefined {
  return visits
    .filter(({ plannedTo }) => plannedTo <= asked.plannedFrom && +asked.plannedFrom - +plannedTo < SAME_DAY_MS)
    .toSorted((a, b) => +b.plannedTo - +a.plannedTo)[0]
}

/** From the visit before on that day, else from the provider. */
function wayTo(asked: Asked, visits: readonly OtherVisit[]): { minutes: number; from: 'visit' | 'provider' } | null {
  const last = before(asked, visits)
  const minutes = last === undefined ? travelMin(asked.provider, asked.at) : travelMin(last.at, asked.at)
  return minutes === null ? null : { minutes, from: last === undefined ? 'provider' : 'visit' }
}

function tooFarBetween(asked: Asked, visits: readonly OtherVisit[]): Reason[] {
  const next = visits
    .filter(({ plannedFrom }) => plannedFrom >= asked.plannedTo && +plannedFrom - +asked.plannedTo < SAME_DAY_MS)
    .toSorted((a, b) => +a.plannedFrom - +b.plannedFrom)[0]
  const last = before(asked, visits)
  return [
    ...(last ? [[last, lengthMin(last.plannedTo, asked.plannedFrom)] as const] : []),
    ...(next ? [[next, lengthMin(asked.plannedTo, next.plannedFrom)] as const] : []),
  ].flatMap(([visit, haveMin]): Reason[] => {
    const needMin = travelMin(visit.at, asked.at)
    if (needMin === null || needMin <= haveMin) return []
    return [{ code: 'too-far-between', visitId: visit.id, needMin, haveMin: Math.floor(haveMin) }]
  })
}

const lengthMin = (from: Date, to: Date): number => (+to - +from) / 60_000
