import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { can } from '@anju/domain/visit/can'
import { LEADS_TO } from '@anju/domain/visit/flow'
import { AHEAD, UNDER_WAY } from '@anju/domain/visit/kinds'
import { requireFit } from '../credential/fitness.ts'
import { todayIn } from '@anju/domain/elder/day'
import type { Tx } from '../tx.ts'
import { addVisitEntry } from './entry.ts'
import { jointOf } from './joint.ts'
import { actorOf, type HeldVisit, loadVisit, lockVisit, require } from './hold.ts'

/**
 * Gives a visit to a caregiver of its provider; given again it is somebody else's. Whoever visits one of a couple visits
 * both: the others of a joint visit go with it. Refuses what `require` refuses, `not-found` for a caregiver of another
 * provider, `not-fit-to-send` with what is missing (P1.1), and `caregiver-busy` with the visit that clashes.
 */
export async function assignVisit(
  tx: Tx,
  { id, version, caregiverId }: { id: string; version: number; caregiverId: string },
  scope: Scope,
  now: Date,
): Promise<void> {
  const actor = await actorOf(tx, scope, now)
  const joint = await jointOf(tx, id)
  const elders = joint.map(({ elderId }) => `elder:${elderId}`)
  const held = await lockVisit(tx, id, actor, [`caregiver:${caregiverId}`, ...elders])
  require(held, 'assign', actor, version)
  await giveVisit(tx, held, caregiverId, scope.userId, now)
  for (const { id: otherId } of joint) {
    const other = await loadVisit(tx, otherId)
    if (other?.jointId === held.jointId && can(other, actor).assign.allowed) {
      await giveVisit(tx, other, caregiverId, scope.userId, now)
    }
  }
}

/** The caller holds the locks of the elder and of both caregivers. Refuses as `assignVisit` does, before it writes. */
export async function giveVisit(
  tx: Tx,
  held: HeldVisit,
  caregiverId: string,
  userId: string | null,
  now: Date,
): Promise<void> {
  if (held.caregiverId === caregiverId && held.state !== 'planned') return
  const [caregiver] = await tx.query(
    'select id from caregiver where id = $1 and provider_id = $2 and left_at is null',
    [caregiverId, held.providerId],
  )
  if (!caregiver) throw new Refusal('not-found', 'There is no such caregiver of this provider.')
  await requireFitFor(tx, held, caregiverId)
  await requireFree(tx, held, caregiverId)
  await tx.query('update visit set caregiver_id = $2, state = $3, version = version + 1 where id = $1', [
    held.id,
    caregiverId,
    LEADS_TO.assign,
  ])
  const assigned = { ...held, caregiverId, state: LEADS_TO.assign }
  const body = { caregiverId, ...(held.caregiverId !== null && { before: held.caregiverId }) }
  await addVisitEntry(tx, assigned, { kind: 'assigned', userId, at: now, body })
}

/** “三不” (P1.1), on the visit's own day, and what its services ask beside. */
async function requireFitFor(tx: Tx, held: HeldVisit, caregiverId: string): Promise<void> {
  const services = await tx.query<{ id: string }>(
    'select service_id as id from visit_service where visit_id = $1 and planned',
    [held.id],
  )
  const serviceIds = services.map(({ id }) => id)
  await requireFit(tx, { caregiverId, serviceIds, day: todayIn(held.timeZone, held.plannedFrom) })
}

/** Nobody is in two homes at once; a couple's joint visit is one home. */
async function requireFree(tx: Tx, held: HeldVisit, caregiverId: string): Promise<void> {
  const [clash] = await tx.query<{ id: string; plannedFrom: Date; plannedTo: Date }>(
    `select id, planned_from as "plannedFrom", planned_to as "plannedTo" from visit
     where caregiver_id = $1 and id <> $2 and planned_from < $4 and planned_to > $3 and state = any($5)
       and (joint_id is null or joint_id is distinct from $6) order by planned_from limit 1`,
    [caregiverId, held.id, held.plannedFrom, held.plannedTo, [...AHEAD, ...UNDER_WAY], held.jointId],
  )
  if (clash) throw new Refusal('caregiver-busy', undefined, { visit: clash })
}
