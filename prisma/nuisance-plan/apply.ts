import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { recordChange } from '../history/apply.ts'
import { newId } from '../id.ts'
import { lockSubjects, type Tx } from '../tx.ts'

/** A plan ends by itself: longer than a quarter nobody would look at it again. */
export const PLAN_AT_MOST_MS = 92 * 86_400_000

export interface NewPlan {
  elderId: string
  /** What to say to her, and to mind. */
  script: string
  until: Date
}

/**
 * A plan for somebody who presses often without need, in place of the one before: it changes the script, never the
 * sound or the priority. `scope` must cover her home.
 */
export async function makePlan(
  tx: Tx,
  { elderId, script, until }: NewPlan,
  scope: Scope & { userId: string },
  now: Date,
): Promise<{ id: string }> {
  if (until <= now || until.getTime() > now.getTime() + PLAN_AT_MOST_MS) throw new Refusal('date-impossible')
  await hold(tx, elderId, scope)
  await tx.query('update nuisance_plan set ended_at = $2, ended_by = $3 where elder_id = $1 and ended_at is null', [
    elderId,
    now,
    scope.userId,
  ])
  const id = newId(now)
  await tx.query(
    'insert into nuisance_plan (id, elder_id, script, until, made_by, made_at) values ($1, $2, $3, $4, $5, $6)',
    [id, elderId, script, until, scope.userId, now],
  )
  await note(tx, elderId, 'plan-made', { script, until: until.toISOString() }, scope.userId, now)
  return { id }
}

/** Ends the plan in force; none in force is no error. */
export async function endPlan(tx: Tx, elderId: string, scope: Scope & { userId: string }, now: Date): Promise<void> {
  await hold(tx, elderId, scope)
  const ended = await tx.query(
    'update nuisance_plan set ended_at = $2, ended_by = $3 where elder_id = $1 and ended_at is null returning id',
    [elderId, now, scope.userId],
  )
  if (ended.length > 0) await note(tx, elderId, 'plan-ended', {}, scope.userId, now)
}

async function hold(tx: Tx, elderId: string, scope: Scope): Promise<void> {
  await lockSubjects(tx, [`elder:${elderId}`])
  const [elder] = await tx.query<{ dead: boolean; merged: boolean }>(
    `select elder.died_on is not null as dead, elder.merged_into is not null as merged
     from elder join home on home.id = elder.home_id join area on area.id = home.area_id
     where elder.id = $1 and starts_with(area.path, $2)`,
    [elderId, scope.areaPath],
  )
  if (!elder) throw new Refusal('not-found')
  if (elder.merged) throw new Refusal('elder-merged')
  if (elder.dead) throw new Refusal('elder-dead')
}

async function note(
  tx: Tx,
  elderId: string,
  action: string,
  after: Record<string, unknown>,
  userId: string,
  now: Date,
): Promise<void> {
  await recordChange(tx, { subject: `elder:${elderId}`, action, before: {}, after, reason: '', userId, now })
}
