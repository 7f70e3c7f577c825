import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { LEADS_TO } from '@anju/domain/visit/flow'
import { AHEAD, UNDER_WAY } from '@anju/domain/visit/kinds'
import type { Tx } from '../tx.ts'
import { addVisitEntry } from './entry.ts'
import { actorOf, type HeldVisit, lockVisit, require } from './hold.ts'

/**
 * Gives a visit to a caregiver of its provider; given again it is somebody else's. Refuses what `require` refuses,
 * `not-found` for a caregiver of another provider, `not-fit-to-send` with what is missing (P1.1), and `caregiver-busy`
 * with the visit that clashes.
 */
export async function assignVisit(
  tx: Tx,
  { id, version, caregiverId }: { id: string; version: number; caregiverId: string },
  scope: Scope,
  now: Date,
): Promise<void> {
  const actor = await actorOf(tx, scope, now)
  const held = await lockVisit(tx, id, actor, [`caregiver:${caregiverId}`])
  require(held, 'assign', actor, version)
  if (held.caregiverId === caregiverId && held.state !== 'planned') return
  const [caregiver] = await tx.query(
    'select id from caregiver where id = $1 and provider_id = $2 and left_at is null',
    [caregiverId, held.providerId],
  )
  if (!caregiver) throw new Refusal('not-found', 'There is no such caregiver of this provider.')
  await requireFree(tx, held, caregiverId)
  await tx.query('update visit set caregiver_id = $2, state = $3, version = version + 1 where id = $1', [
    id,
    caregiverId,
    LEADS_TO.assign,
  ])
  const assigned = { ...held, caregiverId, state: LEADS_TO.assign }
  const body = { caregiverId, ...(held.caregiverId !== null && { before: held.caregiverId }) }
  addVisitEntry(tx, assigned, { kind: 'assigned', userId: scope.userId, at: now, body })
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
