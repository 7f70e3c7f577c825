import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { recordChange } from '../history/apply.ts'
import { lastChangeOf } from '../history/changed-by.ts'
import { newId } from '../id.ts'
import { lockSubjects, type Tx } from '../tx.ts'

export interface OnCallList {
  areaId: string
  /** The ids of the rows that the change was made from, in order: another list meanwhile is refused. */
  base: readonly string[]
  /** In order; minutes after the escalation, if nobody has taken the alarm by then. */
  people: readonly { userId: string; afterMin: number }[]
}

/**
 * Says anew who is on call for an area and all below it that has no list of its own. An empty list: the area above
 * decides. Refuses `not-found` for an area or a person outside the scope, `user-disabled`, `on-call-order` when a later
 * one would be told earlier, and `changed-meanwhile`.
 */
export async function setOnCall(tx: Tx, { areaId, base, people }: OnCallList, scope: Scope, now: Date): Promise<void> {
  const subject = `on-call:${areaId}`
  await lockSubjects(tx, [subject])
  const [area] = await tx.query<{ path: string }>('select path from area where id = $1 and starts_with(path, $2)', [
    areaId,
    scope.areaPath,
  ])
  if (!area) throw new Refusal('not-found', 'There is no such area within yours.')
  const held = await tx.query<{ id: string; userId: string; name: string; afterMin: number }>(
    `select on_call.id, on_call.user_id as "userId", app_user.name, on_call.after_min as "afterMin"
     from on_call join app_user on app_user.id = on_call.user_id
     where on_call.area_id = $1 and on_call.removed_at is null order by on_call.rank`,
    [areaId],
  )
  if (held.map(({ id }) => id).join() !== base.join()) {
    throw new Refusal('changed-meanwhile', undefined, { current: held, ...(await lastChangeOf(tx, subject)) })
  }
  const same = (one: { userId: string; afterMin: number }, i: number) =>
    held[i]?.userId === one.userId && held[i].afterMin === one.afterMin
  if (held.length === people.length && people.every(same)) return
  if (people.some(({ afterMin }, i) => afterMin < (people[i - 1]?.afterMin ?? 0))) throw new Refusal('on-call-order')
  const names = await namesOf(tx, people, scope)
  await tx.query('update on_call set removed_at = $2 where area_id = $1 and removed_at is null', [areaId, now])
  for (const [i, { userId, afterMin }] of people.entries()) {
    await tx.query(
      'insert into on_call (id, area_id, user_id, rank, after_min, created_at) values ($1, $2, $3, $4, $5, $6)',
      [newId(now), areaId, userId, i + 1, afterMin, now],
    )
  }
  const said = (list: readonly { name: string; afterMin: number }[]) =>
    list.map(({ name, afterMin }) => `${name} ${afterMin}`).join(', ')
  const before = { people: said(held) }
  const after = { people: said(people.map((one) => ({ ...one, name: names.get(one.userId) ?? '' }))) }
  await recordChange(tx, { subject, action: 'changed', before, after, reason: '', userId: scope.userId, now })
  tx.events.push({ at: now, topic: 'staff', name: 'on-call.changed', areaPath: area.path, subject, body: { areaId } })
}

async function namesOf(tx: Tx, people: OnCallList['people'], scope: Scope): Promise<ReadonlyMap<string, string>> {
  const found = await tx.query<{ id: string; name: string; disabledAt: Date | null }>(
    `select app_user.id, app_user.name, app_user.disabled_at as "disabledAt"
     from app_user join area on area.id = app_user.area_id
     where app_user.id = any($1) and starts_with(area.path, $2) for share of app_user`,
    [people.map(({ userId }) => userId), scope.areaPath],
  )
  const ids = new Set(people.map(({ userId }) => userId))
  if (ids.size !== people.length) throw new Refusal('invalid-request', 'A person stands in the list twice.')
  if (found.length !== ids.size) throw new Refusal('not-found', 'There is no such user within your area.')
  if (found.some(({ disabledAt }) => disabledAt !== null)) throw new Refusal('user-disabled')
  return new Map(found.map(({ id, name }) => [id, name]))
}
