import type { Scope } from '@anju/domain/access/scope'
import type { AlarmKind } from '@anju/domain/alarm/kinds'
import type { PlaybookStep } from '@anju/domain/alarm/playbook'
import { Refusal } from '@anju/domain/error'
import { heldArea } from '../area/held.ts'
import { recordChange } from '../history/apply.ts'
import { lastChangeOf } from '../history/changed-by.ts'
import { newId } from '../id.ts'
import { lockSubjects, type Tx } from '../tx.ts'

export interface PlaybookChange {
  areaId: string
  kind: AlarmKind
  /** null: this area has none of its own any more. */
  steps: readonly PlaybookStep[] | null
  /** The one the editor began from; null: there was none. */
  basedOn: string | null
}

/**
 * Puts a playbook in force for an area and a kind of alarm. Nothing is edited: the one before retires, and an alarm
 * that was taken with it keeps it. Refuses `changed-meanwhile` when another came into force since `basedOn`.
 */
export async function changePlaybook(
  tx: Tx,
  { areaId, kind, steps, basedOn }: PlaybookChange,
  scope: Scope,
  now: Date,
): Promise<void> {
  await heldArea(tx, areaId, scope)
  const subject = `playbook:${areaId}`
  await lockSubjects(tx, [subject])
  const [inForce] = await tx.query<{ id: string; steps: unknown }>(
    'select id, steps from playbook where area_id = $1 and kind = $2 and retired_at is null',
    [areaId, kind],
  )
  if ((inForce?.id ?? null) !== basedOn) {
    const current = { id: inForce?.id ?? null, steps: inForce?.steps ?? null }
    throw new Refusal('changed-meanwhile', undefined, { current, ...(await lastChangeOf(tx, subject)) })
  }
  if (inForce) await tx.query('update playbook set retired_at = $2 where id = $1', [inForce.id, now])
  if (steps !== null) {
    await tx.query(
      'insert into playbook (id, area_id, kind, steps, made_by, made_at) values ($1, $2, $3, $4, $5, $6)',
      [newId(now), areaId, kind, JSON.stringify(steps), scope.userId, now],
    )
  }
  await recordChange(tx, {
    subject,
    action: steps === null ? 'retired' : 'changed',
    before: { kind, steps: inForce?.steps ?? null },
    after: { kind, steps },
    reason: '',
    userId: scope.userId,
    now,
  })
}
