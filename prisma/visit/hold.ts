import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { can, type VisitAction, type VisitUser } from '@anju/domain/visit/can'
import type { Grade, VisitOutcome, VisitState } from '@anju/domain/visit/kinds'
import { requireVersion } from '../elder/lock.ts'
import { lockSubjects, type Tx } from '../tx.ts'

/** A visit's row as it stands under its elder's lock. */
export interface HeldVisit {
  id: string
  areaId: string
  areaPath: string
  timeZone: string
  elderId: string
  homeId: string
  providerId: string
  caregiverId: string | null
  planId: string | null
  jointId: string | null
  plannedFrom: Date
  plannedTo: Date
  state: VisitState
  outcome: VisitOutcome | null
  inQuestion: boolean
  confirmedAt: Date | null
  beganAt: Date | null
  leftAt: Date | null
  minutes: number | null
  beginGrade: Grade | null
  endGrade: Grade | null
  verified: boolean | null
  drill: boolean
  version: number
}

/** Of a `HeldVisit`, as a query over visit and its area names them. */
export const columns = `visit.id, visit.area_id as "areaId", visit.area_path as "areaPath", area.time_zone as "timeZone",
  visit.elder_id as "elderId", visit.home_id as "homeId", visit.provider_id as "providerId",
  visit.caregiver_id as "caregiverId", visit.plan_id as "planId", visit.joint_id as "jointId",
  visit.planned_from as "plannedFrom", visit.planned_to as "plannedTo", visit.state, visit.outcome,
  visit.in_question as "inQuestion", visit.confirmed_at as "confirmedAt", visit.began_at as "beganAt",
  visit.left_at as "leftAt", visit.minutes, visit.begin_grade as "beginGrade", visit.end_grade as "endGrade",
  visit.verified, visit.drill, visit.version`

/** Who does something to a visit. */
export interface Actor extends VisitUser {
  scope: Scope
  now: Date
}

/** Who asks, with whose visits are their own. */
export async function actorOf(tx: Tx, scope: Scope, now: Date): Promise<Actor> {
  const [user] = await tx.query<{ caregiverId: string | null }>(
    'select caregiver_id as "caregiverId" from app_user where id = $1',
    [scope.userId],
  )
  return { role: scope.role, caregiverId: user?.caregiverId ?? null, scope, now }
}

/**
 * Takes the locks of a visit's elder, its caregiver and `others`, and answers the row. Refuses `not-found` outside the
 * scope: another area's, another provider's, or, for a caregiver, another's.
 */
export async function lockVisit(tx: Tx, id: string, actor: Actor, others: readonly string[] = []): Promise<HeldVisit> {
  const [seen] = await tx.query<{ elderId: string; caregiverId: string | null }>(
    'select elder_id as "elderId", caregiver_id as "caregiverId" from visit where id = $1',
    [id],
  )
  if (!seen) throw new Refusal('not-found')
  const caregiver = seen.caregiverId === null ? [] : [`caregiver:${seen.caregiverId}`]
  await lockSubjects(tx, [`elder:${seen.elderId}`, ...caregiver, ...others])
  const held = await loadVisit(tx, id)
  const { scope } = actor
  const inScope = held?.areaPath.startsWith(scope.areaPath) && (scope.providerId ?? held.providerId) === held.providerId
  if (!held || !inScope || (actor.role === 'caregiver' && held.caregiverId !== actor.caregiverId)) {
    throw new Refusal('not-found')
  }
  return held
}

/** The row alone: only under its elder's lock does the answer stay true. */
export async function loadVisit(tx: Tx, id: string): Promise<HeldVisit | undefined> {
  const [row] = await tx.query<HeldVisit & Record<string, unknown>>(
    `select ${columns} from visit join area on area.id = visit.area_id where visit.id = $1`,
    [id],
  )
  return row
}

/** Refuses with the table's reason what this person may not do with the visit now, and `changed-meanwhile`. */
export function require(held: HeldVisit, action: VisitAction, actor: Actor, version?: number): void {
  const answer = can(held, actor)[action]
  if (!answer.allowed) throw new Refusal(answer.reason, undefined, { state: held.state })
  if (version !== undefined) requireVersion(held, version)
}
