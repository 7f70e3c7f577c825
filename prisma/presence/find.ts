import { AHEAD, type VisitState } from '@anju/domain/visit/kinds'
import { timingOf } from '@anju/domain/proof/moment'
import type { Tx } from '../tx.ts'
import type { Arrived } from './apply.ts'

/** What a tap at the door may still be about: a visit that comes, is under way, or was just left. */
const MEANT: readonly VisitState[] = [...AHEAD, 'in-service', 'left', 'missed']

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
  const named = visitId ?? (await visitOfReload(tx, arrived))
  const [meant] = await tx.query<{ id: string; jointId: string | null }>(
    named === null
      ? `select id, joint_id as "jointId" from visit
         where caregiver_id = $1 and home_id = $2 and state = any($5)
           and planned_from between $3::timestamptz - make_interval(hours => $4)
                                and $3::timestamptz + make_interval(hours => $4)
         order by state = 'in-service' desc, state in ('left', 'missed'),
                  abs(extract(epoch from planned_from - $3::timestamptz)), id limit 1`
      : `select id, joint_id as "jointId" from visit where caregiver_id = $1 and id = $2`,
    named === null ? [caregiverId, homeId, at, WITHIN_H, MEANT] : [caregiverId, named],
  )
  if (!meant) return []
  return tx.query<{ id: string; elderId: string }>(
    `select id, elder_id as "elderId" from visit
     where id = $1 or (joint_id = $2 and caregiver_id = $3 and state not in ('cancelled', 'refused')) order by id`,
    [meant.id, meant.jointId, caregiverId],
  )
}

/** The same address opened again by the same phone is about the visit it was about, whatever comes next at that door. */
async function visitOfReload(tx: Tx, { read, phone }: Arrived): Promise<string | null> {
  if (!read?.tag || phone === null || !read.verdict?.ok) return null
  const [same] = await tx.query<{ visitId: string }>(
    `select visit_id as "visitId" from presence
     where tag_id = $1 and counter = $2 and phone_id = $3 and visit_id is not null order by received_at limit 1`,
    [read.tag.id, read.verdict.counter, phone.id],
  )
  return same?.visitId ?? null
}
