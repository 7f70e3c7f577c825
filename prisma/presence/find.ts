import { timingOf } from '@anju/domain/proof/moment'
import type { Tx } from '../tx.ts'
import type { Arrived } from './apply.ts'

/** How far from its planned time a visit is still meant by a tap. */
const WITHIN_H = 12

/**
 * The visit that is meant: the one the phone names, if it is this caregiver's, else that of the tag's home and the
 * caregiver which is under way or whose time is nearest; with a couple's joint visit both. None: nobody knows yet.
 */
export async function findVisits(tx: Tx, arrived: Arrived): Promise<{ id: string; elderId: string }[]> {
  const { visitId, caregiverId, homeId, receivedAt } = arrived
  if (caregiverId === null) return []
  // by our clock: a phone's may be a year off
  const at = timingOf(arrived).at ?? receivedAt
  const [meant] = await tx.query<{ id: string; jointId: string | null }>(
    visitId === null
      ? `select id, joint_id as "jointId" from visit
         where caregiver_id = $1 and home_id = $2 and state not in ('cancelled', 'refused', 'ready', 'called-back')
           and planned_from between $3::timestamptz - make_interval(hours => $4)
                                and $3::timestamptz + make_interval(hours => $4)
         order by state = 'in-service' desc, abs(extract(epoch from planned_from - $3::timestamptz)), id limit 1`
      : `select id, joint_id as "jointId" from visit where caregiver_id = $1 and id = $2`,
    visitId === null ? [caregiverId, homeId, at, WITHIN_H] : [caregiverId, visitId],
  )
  if (!meant) return []
  return tx.query<{ id: string; elderId: string }>(
    `select id, elder_id as "elderId" from visit
     where id = $1 or (joint_id = $2 and caregiver_id = $3 and state not in ('cancelled', 'refused')) order by id`,
    [meant.id, meant.jointId, caregiverId],
  )
}
