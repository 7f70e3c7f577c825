import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { heldCaregiver } from '../caregiver/apply.ts'
import { tellElder } from '../elder/lock.ts'
import { recordChange } from '../history/apply.ts'
import { newId } from '../id.ts'
import { heldElders } from '../provider/served.ts'
import { lockSubjects, type Tx } from '../tx.ts'

export interface NewKinship {
  caregiverId: string
  elderId: string
  /** As people say it: daughter, nephew … */
  relation: string
}

/**
 * Declares that a caregiver is kin to an elder: no ground for refusal, but shown wherever the two meet. Refuses
 * `not-found` outside the scope, `caregiver-left`, `elder-merged`, `kinship-declared`.
 */
export async function declareKinship(tx: Tx, kinship: NewKinship, scope: Scope, now: Date): Promise<{ id: string }> {
  const { caregiverId, elderId, relation } = kinship
  await lockSubjects(tx, [`elder:${elderId}`, `caregiver:${caregiverId}`])
  const caregiver = await heldCaregiver(tx, caregiverId, scope)
  if (caregiver.leftAt !== null) throw new Refusal('caregiver-left')
  const [elder] = await heldElders(tx, { elderIds: [elderId], within: scope.areaPath }, scope)
  if (!elder) throw new Refusal('not-found')
  const id = newId(now)
  const made = await tx.query(
    `insert into kinship (id, caregiver_id, elder_id, relation, declared_by, declared_at)
     values ($1, $2, $3, $4, $5, $6) on conflict (caregiver_id, elder_id) where ended_at is null do nothing
     returning id`,
    [id, caregiverId, elderId, relation, scope.userId, now],
  )
  if (made.length === 0) throw new Refusal('kinship-declared')
  await record(tx, { elder, caregiverId, name: caregiver.name, relation, action: 'kin-declared' }, scope, now)
  return { id }
}

/** Ends a kinship that does not hold, or was declared by mistake. Refuses `not-found` outside the scope, or ended already. */
export async function endKinship(
  tx: Tx,
  { id, reason }: { id: string; reason: string },
  scope: Scope,
  now: Date,
): Promise<void> {
  const [held] = await tx.query<NewKinship & Record<string, unknown>>(
    `select caregiver_id as "caregiverId", elder_id as "elderId", relation from kinship where id = $1 and ended_at is null`,
    [id],
  )
  if (!held) throw new Refusal('not-found')
  const { caregiverId, elderId, relation } = held
  await lockSubjects(tx, [`elder:${elderId}`, `caregiver:${caregiverId}`])
  const { name } = await heldCaregiver(tx, caregiverId, scope)
  const ended = await tx.query('update kinship set ended_at = $2 where id = $1 and ended_at is null returning id', [
    id,
    now,
  ])
  if (ended.length === 0) throw new Refusal('not-found')
  const [elder] = await tx.query<{ id: string; name: string; areaPath: string }>(
    `select elder.id, elder.name, area.path as "areaPath"
     from elder join home on home.id = elder.home_id join area on area.id = home.area_id where elder.id = $1`,
    [elderId],
  )
  if (!elder) throw new Error(`kinship ${id} is of nobody`)
  await record(tx, { elder, caregiverId, name, relation, action: 'kin-ended', reason }, scope, now)
}

/** It stands in both files, each naming the other; the event names nobody. */
async function record(
  tx: Tx,
  kin: {
    elder: { id: string; name: string; areaPath: string }
    caregiverId: string
    name: string
    relation: string
    action: 'kin-declared' | 'kin-ended'
    reason?: string
  },
  { userId }: Scope,
  now: Date,
): Promise<void> {
  const { elder, caregiverId, name, relation, action, reason = '' } = kin
  for (const [subject, kinOf] of [
    [`elder:${elder.id}`, name],
    [`caregiver:${caregiverId}`, elder.name],
  ] as const) {
    const said = { kin: `${kinOf} · ${relation}` }
    const [before, after] = action === 'kin-declared' ? [{}, said] : [said, {}]
    await recordChange(tx, { subject, action, before, after, reason, userId, now })
  }
  tellElder(tx, elder, 'elder.changed', now, { fields: ['kinship'] })
}
