import { unmet, type UnmetWhy } from '../condition.ts'
import { isGiven } from '../kinds.ts'
import { type Day, ended, MINUTE_MS, type DaySpan, type VisitFacts } from './facts.ts'
import type { Found } from './finding.ts'
import type { CheckPolicy } from './policy.ts'

const holds = ({ from, to }: DaySpan, day: Day): boolean => from <= day && (to === null || to >= day)

/** Somebody was there; of visits that nobody made nothing of this is asked. */
const wasGiven = (visit: VisitFacts): boolean => isGiven(visit.state) && visit.beganAt !== null

/** Who came was not trained, checked and under contract (P1.1), or not certified for what was done. */
export function withoutCredential(visit: VisitFacts, policy: CheckPolicy): Found[] {
  const { caregiver } = visit
  if (caregiver === null || !wasGiven(visit)) return []
  const asked = [
    ...policy.everybody.map((credential) => ({ credential, code: '' })),
    ...visit.done.flatMap(({ code, credentials }) => credentials.map((credential) => ({ credential, code }))),
  ]
  return asked.flatMap(({ credential, code }): Found[] => {
    const own = caregiver.credentials.filter(({ kind }) => kind === credential)
    if (own.some((one) => holds(one, visit.day))) return []
    const inputs = { credential, code, expired: own.some(({ to }) => to !== null && to < visit.day) }
    return [{ visitId: visit.id, rule: 'service-without-credential', severity: 'grave', inputs }]
  })
}

/** Something is only missing in what was said; otherwise it was said that a condition was not kept. */
const LEFT_UNSAID: readonly UnmetWhy[] = ['not-said', 'nobody-named', 'no-paper']

/** A condition of a service (P4) that was not met, or of which nothing, or too little, was said. */
export function withoutCondition(visit: VisitFacts): Found[] {
  return visit.done.flatMap(({ code, required, said }) =>
    unmet(required, said).map(({ condition, why }): Found => {
      const severity = LEFT_UNSAID.includes(why) ? 'warning' : 'grave'
      return { visitId: visit.id, rule: 'service-without-condition', severity, inputs: { condition, code, why } }
    }),
  )
}

/** The day after somebody's death and later; the day itself is not judged, its hour is not known. */
export function afterDeath(visit: VisitFacts): Found[] {
  const { diedOn } = visit.elder
  if (diedOn === null || !wasGiven(visit) || visit.day <= diedOn) return []
  return [{ visitId: visit.id, rule: 'after-death', severity: 'grave', inputs: { diedOn } }]
}

export function afterSuspension(visit: VisitFacts): Found[] {
  if (!wasGiven(visit)) return []
  return visit.suspensions
    .filter((span) => holds(span, visit.day))
    .map(({ whose, from }) => ({
      visitId: visit.id,
      rule: 'after-suspension',
      severity: 'grave',
      inputs: { whose, from },
    }))
}

/** Not on the month's roster (P3.3). Where there is no roster nothing is judged. */
export function outsideRoster(visit: VisitFacts): Found[] {
  if (visit.roster !== 'off' || !wasGiven(visit)) return []
  return [{ visitId: visit.id, rule: 'outside-roster', severity: 'warning', inputs: {} }]
}

/** Most of the visit lies within a time the elder was away; in hospital nobody is cared for at home. */
export function elderAway(visit: VisitFacts, policy: CheckPolicy): Found[] {
  const times = ended(visit)
  if (!times) return []
  const [began, left] = [times.beganAt.getTime(), times.leftAt.getTime()]
  return visit.elder.absences.flatMap(({ kind, from, to }): Found[] => {
    const within = Math.min(left, to?.getTime() ?? Infinity) - Math.max(began, from.getTime())
    if (within <= 0 || within < (left - began) * policy.awayShare) return []
    const severity = kind === 'hospital' ? 'grave' : 'warning'
    const inputs = { kind, from: from.toISOString(), minutes: Math.floor(within / MINUTE_MS) }
    return [{ visitId: visit.id, rule: 'elder-away', severity, inputs }]
  })
}
