import { distanceM } from '../../place/position.ts'
import type { VisitFacts } from './facts.ts'
import type { Found } from './finding.ts'
import type { CheckPolicy } from './policy.ts'

/** A tag or reader of another home, or somebody else's badge. A badge declared as lent is a fact. */
export function badgeAtWrongDoor(visit: VisitFacts): Found[] {
  return visit.presences.flatMap(({ part, homeId, caregiverId, lent }): Found[] => {
    if (part === null) return []
    const found: Found[] = []
    const told = (what: 'door' | 'caregiver', where: string): Found => ({
      visitId: visit.id,
      rule: 'badge-at-wrong-door',
      severity: what === 'caregiver' && lent ? 'notice' : 'warning',
      inputs: { what, found: where, lent, part },
    })
    if (homeId !== null && homeId !== visit.homeId) found.push(told('door', homeId))
    if (caregiverId !== null && visit.caregiver !== null && caregiverId !== visit.caregiver.id) {
      found.push(told('caregiver', caregiverId))
    }
    return found
  })
}

/** Further from the home than the phone's own accuracy explains. What it cannot tell a village by says nothing. */
export function farFromHome(visit: VisitFacts, policy: CheckPolicy): Found[] {
  const { home } = visit
  if (home === null) return []
  return visit.presences.flatMap(({ part, position }): Found[] => {
    if (part === null || position === null || position.accuracyM > policy.coarseM) return []
    const metres = distanceM(home, position)
    const beyond = metres - position.accuracyM
    if (beyond <= policy.farM) return []
    const severity = beyond > policy.veryFarM ? 'grave' : 'warning'
    const inputs = { metres: Math.round(metres), accuracy: Math.round(position.accuracyM), part }
    return [{ visitId: visit.id, rule: 'far-from-home', severity, inputs }]
  })
}
