import type { PhotoFact, PresenceFact, VisitFacts } from './facts.ts'
import type { Finding, Found, RuleId, Severity } from './finding.ts'
import { CHECK_POLICY } from './policy.ts'

const NINE = Date.UTC(2026, 2, 4, 9)

/** Minutes after nine on 4 March 2026; the visits of these tests are planned from nine to ten. */
export const at = (minutes: number): Date => new Date(NINE + Math.round(minutes * 60_000))
const ENDED = at(60)

let made = 0
const next = (what: string): string => `${what}-${String((made += 1)).padStart(6, '0')}`

/** A tap on the home's own tag, sent at once. */
export function presence(minutes: number, given: Partial<PresenceFact> = {}): PresenceFact {
  return {
    id: next('presence'),
    part: 'begin',
    way: 'tag',
    at: at(minutes),
    deviceAt: at(minutes),
    receivedAt: at(minutes),
    caregiverId: 'own',
    homeId: 'home',
    tagId: null,
    counter: null,
    phone: { id: 'phone', sharedSince: null },
    position: null,
    lent: false,
    ...given,
  }
}

export function photo(given: Partial<PhotoFact> = {}): PhotoFact {
  const id = next('photo')
  return { id, digest: id, look: null, takenAt: at(10), receivedAt: at(10), ...given }
}

/** An hour as it should be: nobody has anything to say about it. */
export function visit(given: Partial<VisitFacts> = {}): VisitFacts {
  const { beganAt = at(0), leftAt = ENDED } = given
  return {
    id: next('visit'),
    homeId: 'home',
    providerId: 'provider',
    jointId: null,
    state: 'evaluated',
    outcome: null,
    plannedFrom: beganAt ?? at(0),
    plannedTo: leftAt ?? ENDED,
    beganAt,
    leftAt,
    day: '2026-03-04',
    corrected: { begin: false, end: false },
    home: { lon: 104, lat: 30 },
    caregiver: {
      id: 'own',
      credentials: CHECK_POLICY.everybody.map((kind) => ({ kind, from: '2025-01-01', to: null })),
    },
    elder: { id: 'elder', diedOn: null, absences: [] },
    suspensions: [],
    roster: 'unknown',
    done: [],
    presences: [
      presence(0, { at: beganAt ?? at(0), receivedAt: beganAt ?? at(0), deviceAt: beganAt }),
      presence(60, { at: leftAt ?? ENDED, receivedAt: leftAt ?? ENDED, deviceAt: leftAt, part: 'end' }),
    ],
    photos: [],
    ...given,
  }
}

/** How loudly a rule spoke; null: not at all. */
export function loudness(found: readonly (Found | Finding)[], rule: RuleId): Severity | null {
  const order: Severity[] = ['grave', 'warning', 'notice']
  return order.find((severity) => found.some((one) => one.rule === rule && one.severity === severity)) ?? null
}

/** So many metres to the north, where a degree is 111.2 km. */
export const north = (metres: number): { lon: number; lat: number } => ({ lon: 104, lat: 30 + metres / 111_195 })
