import { isAhead, isGiven, type VisitPart } from '../kinds.ts'
import { ended, minutesBetween, type VisitFacts } from './facts.ts'
import type { Found } from './finding.ts'
import type { CheckPolicy } from './policy.ts'

const hasEnd = (visit: VisitFacts, part: VisitPart): boolean =>
  visit.corrected[part] || visit.presences.some((presence) => presence.part === part)

/** Somebody was inside, and nothing says when they came. */
export function noBegin(visit: VisitFacts): Found[] {
  if (!isGiven(visit.state) || hasEnd(visit, 'begin')) return []
  return [{ visitId: visit.id, rule: 'no-begin', severity: 'warning', inputs: {} }]
}

/** It was closed, or should long have ended, and nothing says when they left. */
export function noEnd(visit: VisitFacts, asOf: Date, policy: CheckPolicy): Found[] {
  if (!isGiven(visit.state) || hasEnd(visit, 'end')) return []
  const open = visit.state === 'in-service'
  if (open && minutesBetween(visit.plannedTo, asOf) < policy.insideTooLongMin) return []
  return [{ visitId: visit.id, rule: 'no-end', severity: 'warning', inputs: { open } }]
}

export function late(visit: VisitFacts, policy: CheckPolicy): Found[] {
  if (visit.beganAt === null) return []
  const minutes = minutesBetween(visit.plannedFrom, visit.beganAt)
  if (minutes < policy.lateMin) return []
  const severity = minutes < policy.veryLateMin ? 'notice' : 'warning'
  return [{ visitId: visit.id, rule: 'late', severity, inputs: { minutes, limit: policy.lateMin } }]
}

/** Nobody came; or nobody has begun an hour after it was due. */
export function missed(visit: VisitFacts, asOf: Date, policy: CheckPolicy): Found[] {
  const minutes = Math.max(0, minutesBetween(visit.plannedFrom, asOf))
  const due = isAhead(visit.state) && minutes >= policy.missedMin
  if (visit.state !== 'missed' && !due) return []
  // How long ago it was is not said: a visit missed yesterday would be news every minute.
  const inputs = { minutes: policy.missedMin, limit: policy.missedMin }
  return [{ visitId: visit.id, rule: 'missed', severity: 'warning', inputs }]
}

export function tooShort(visit: VisitFacts, policy: CheckPolicy): Found[] {
  const times = ended(visit)
  if (!times) return []
  const minutes = minutesBetween(times.beganAt, times.leftAt)
  const planned = minutesBetween(visit.plannedFrom, visit.plannedTo)
  const needed = visit.done.reduce((sum, { minMinutes }) => sum + (minMinutes ?? 0), 0)
  const warned = minutes < planned * policy.veryShortShare || minutes < needed * policy.neededShare
  if (!warned && minutes >= planned * policy.shortShare) return []
  const severity = warned ? 'warning' : 'notice'
  return [{ visitId: visit.id, rule: 'too-short', severity, inputs: { minutes, planned, needed } }]
}

export function tooLong(visit: VisitFacts, policy: CheckPolicy): Found[] {
  const times = ended(visit)
  if (!times) return []
  const minutes = minutesBetween(times.beganAt, times.leftAt)
  const planned = minutesBetween(visit.plannedFrom, visit.plannedTo)
  const over = minutes - planned
  if (over <= policy.insideTooLongMin) return []
  const severity = over > policy.muchTooLongMin ? 'warning' : 'notice'
  const inputs = { minutes, planned, limit: policy.insideTooLongMin }
  return [{ visitId: visit.id, rule: 'too-long', severity, inputs }]
}
