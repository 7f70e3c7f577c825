import { Refusal } from '@anju/domain/error'
import type { VisitAction } from '@anju/domain/visit/can'
import { AHEAD } from '@anju/domain/visit/kinds'
import type { Tx } from '../tx.ts'
import { addVisitEntry } from './entry.ts'
import { type Actor, type HeldVisit, loadVisit, lockVisit, require } from './hold.ts'

/** The others of a joint visit. */
export async function jointOf(
  tx: Tx,
  id: string,
): Promise<{ id: string; elderId: string; caregiverId: string | null }[]> {
  return tx.query<{ id: string; elderId: string; caregiverId: string | null }>(
    `select other.id, other.elder_id as "elderId", other.caregiver_id as "caregiverId"
     from visit join visit other on other.joint_id = visit.joint_id
     where visit.id = $1 and other.id <> visit.id order by other.id`,
    [id],
  )
}

/** One of a joint visit, or several of it at once, as the screen showed them. */
export interface JointAct {
  id: string
  version?: number | undefined
  /** Those of the joint visit that are meant too. */
  also?: readonly { id: string; version: number }[] | undefined
}

export interface HeldJoint {
  held: HeldVisit
  also: HeldVisit[]
  /** Those that were not meant. */
  others: HeldVisit[]
}

/**
 * Takes the locks of all whom a joint visit is for, so that both move or neither. Refuses as `lockVisit` and `require` do
 * for each that is meant, and `changed-meanwhile` for one that is not of this joint visit any more.
 */
export async function lockJoint(tx: Tx, act: JointAct, action: VisitAction, actor: Actor): Promise<HeldJoint> {
  const seen = await jointOf(tx, act.id)
  const locks = seen.flatMap(({ elderId, caregiverId }) => [
    `elder:${elderId}`,
    ...(caregiverId === null ? [] : [`caregiver:${caregiverId}`]),
  ])
  const held = await lockVisit(tx, act.id, actor, locks)
  require(held, action, actor, act.version)
  const group: HeldVisit[] = []
  for (const { id } of seen) {
    const other = await loadVisit(tx, id)
    const together = held.jointId !== null && other?.jointId === held.jointId
    if (other && together && other.providerId === held.providerId) group.push(other)
  }
  const also = (act.also ?? []).map(({ id, version }) => {
    const other = group.find((one) => one.id === id)
    if (!other) throw new Refusal('changed-meanwhile', 'It is no visit of this joint one any more.', { visitId: id })
    require(other, action, actor, version)
    return other
  })
  return { held, also, others: group.filter((one) => !also.includes(one)) }
}

/** Who was to be visited together and is left alone is visited alone; what is over stays as it was. */
export async function partFrom(tx: Tx, others: readonly HeldVisit[], reason: string, actor: Actor): Promise<void> {
  const ahead = others.filter(({ state }) => AHEAD.some((one) => one === state))
  const [last, ...more] = ahead
  if (!last || more.length > 0) return
  await tx.query('update visit set joint_id = null, version = version + 1 where id = $1', [last.id])
  const entry = { kind: 'parted' as const, userId: actor.scope.userId, at: actor.now, body: { reason } }
  await addVisitEntry(tx, last, entry)
}
