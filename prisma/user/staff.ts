import { mayGive, type Standing } from '@anju/domain/access/grant'
import { isProvidersOwn, type Role } from '@anju/domain/access/role'
import { Refusal } from '@anju/domain/error'
import { recordChange } from '../history/apply.ts'
import { differ } from '../history/differ.ts'
import { lastChangeOf } from '../history/changed-by.ts'
import { newId } from '../id.ts'
import { endSessions, renewSessions } from '../session/apply.ts'
import type { Tx } from '../tx.ts'
import { makeLink, withdrawLinks, type Link } from './invitation.ts'
import { lockUser, requireAnotherAdministrator, standingNow, type Manager } from './standing.ts'

interface Place {
  role: Role
  /** Ignored for a provider's own, who stand where their provider stands. */
  areaId: string
  providerId?: string | undefined
}

interface Placed extends Standing {
  areaId: string
  areaName: string
  providerName: string | null
}

/**
 * Takes a person in and makes the link with which they choose name and password. Refuses `not-found` for an area or
 * provider beyond the manager's sight, `invalid-request` without the provider a role needs, `beyond-your-rights`.
 */
export async function inviteUser(
  tx: Tx,
  user: Place & { name: string; phone: string },
  manager: Manager,
  now: Date,
): Promise<Link & { id: string }> {
  const by = await standingNow(tx, manager)
  const to = await placeOf(tx, user, by)
  if (!mayGive(by, to)) throw new Refusal('beyond-your-rights')
  const id = newId(now)
  await tx.query(
    `insert into app_user (id, name, phone, role, area_id, provider_id, created_at) values ($1, $2, $3, $4, $5, $6, $7)`,
    [id, user.name, user.phone, to.role, to.areaId, to.providerId, now],
  )
  const after = { name: user.name, phone: user.phone, ...said(to) }
  const { userId } = manager
  await recordChange(tx, { subject: `user:${id}`, action: 'registered', before: {}, after, reason: '', userId, now })
  tell(tx, 'user.invited', { id, areaPath: to.areaPath, now })
  return { id, ...(await makeLink(tx, { userId: id, kind: 'invite', createdBy: userId, now })) }
}

export interface UserChange {
  id: string
  version: number
  name?: string | undefined
  phone?: string | undefined
  role?: Role | undefined
  areaId?: string | undefined
  providerId?: string | undefined
}

/**
 * Changes a user; with another role or area their streams and sessions follow at once. Refuses as `lockUser` does,
 * `changed-meanwhile`, `beyond-your-rights` for what is given, `not-yourself` for one's own role or area, and
 * `last-administrator`.
 */
export async function changeUser(tx: Tx, change: UserChange, manager: Manager, now: Date): Promise<void> {
  const { held, by } = await lockUser(tx, change.id, manager)
  if (held.version !== change.version) {
    const { name, phone, role, areaId, areaName, providerId, version } = held
    const current = { name, phone, role, areaId, areaName, providerId, version }
    throw new Refusal('changed-meanwhile', undefined, { current, ...(await lastChangeOf(tx, `user:${held.id}`)) })
  }
  const moved = change.role !== undefined || change.areaId !== undefined || change.providerId !== undefined
  const to = moved
    ? await placeOf(
        tx,
        {
          role: change.role ?? held.role,
          areaId: change.areaId ?? held.areaId,
          providerId: change.providerId ?? held.providerId ?? undefined,
        },
        by,
      )
    : held
  if (!mayGive(by, to)) throw new Refusal('beyond-your-rights')
  const { before, after, any } = differ(
    { name: held.name, phone: held.phone, ...said(held) },
    { name: change.name, phone: change.phone, ...said(to) },
  )
  if (!any) return
  const stands = 'role' in after || 'area' in after || 'provider' in after
  if (stands && held.id === manager.userId) throw new Refusal('not-yourself')
  if (stands) await requireAnotherAdministrator(tx, held.id)
  await tx.query(
    `update app_user set name = $2, phone = $3, role = $4, area_id = $5, provider_id = $6, version = version + 1
     where id = $1`,
    [held.id, change.name ?? held.name, change.phone ?? held.phone, to.role, to.areaId, to.providerId],
  )
  const { userId } = manager
  await recordChange(tx, { subject: `user:${held.id}`, action: 'changed', before, after, reason: '', userId, now })
  if (stands) await renewSessions(tx, { userId: held.id, now })
  tell(tx, 'user.changed', { id: held.id, areaPath: to.areaPath, now })
}

/**
 * Lets somebody in no more, at once: sessions end, open links are withdrawn. Twice is once. Refuses as `lockUser`
 * does, `not-yourself`, and `last-administrator`.
 */
export async function disableUser(
  tx: Tx,
  { id, reason }: { id: string; reason: string },
  manager: Manager,
  now: Date,
): Promise<void> {
  const { held } = await lockUser(tx, id, manager)
  if (held.id === manager.userId) throw new Refusal('not-yourself')
  if (held.disabledAt !== null) return
  await requireAnotherAdministrator(tx, id)
  await tx.query('update app_user set disabled_at = $2, version = version + 1 where id = $1', [id, now])
  await endSessions(tx, { userId: id, now })
  await withdrawLinks(tx, id, now)
  const { userId } = manager
  await recordChange(tx, { subject: `user:${id}`, action: 'disabled', before: {}, after: {}, reason, userId, now })
  tell(tx, 'user.disabled', { id, areaPath: held.areaPath, now })
}

/** Lets somebody in again. Refuses as `lockUser` does. */
export async function enableUser(tx: Tx, { id }: { id: string }, manager: Manager, now: Date): Promise<void> {
  const { held } = await lockUser(tx, id, manager)
  if (held.disabledAt === null) return
  await tx.query('update app_user set disabled_at = null, version = version + 1 where id = $1', [id])
  const { userId } = manager
  await recordChange(tx, { subject: `user:${id}`, action: 'enabled', before: {}, after: {}, reason: '', userId, now })
  tell(tx, 'user.enabled', { id, areaPath: held.areaPath, now })
}

/** Ends others' sessions: all of the user's, or one. Refuses as `lockUser` does. */
export async function endUserSessions(
  tx: Tx,
  { id, sessionId }: { id: string; sessionId?: string },
  manager: Manager,
  now: Date,
): Promise<void> {
  await lockUser(tx, id, manager)
  await endSessions(tx, { userId: id, ...(sessionId === undefined ? {} : { only: sessionId }), now })
}

/**
 * A new link in place of any open one: an invitation for whoever has not come yet, else one to choose a new password.
 * Refuses as `lockUser` does, and `user-disabled`.
 */
export async function renewLink(tx: Tx, { id }: { id: string }, manager: Manager, now: Date): Promise<Link> {
  const { held } = await lockUser(tx, id, manager)
  if (held.disabledAt !== null) throw new Refusal('user-disabled')
  await withdrawLinks(tx, id, now)
  const { userId } = manager
  const action = held.joined ? 'reset-offered' : 'invited-again'
  await recordChange(tx, { subject: `user:${id}`, action, before: {}, after: {}, reason: '', userId, now })
  return makeLink(tx, { userId: id, kind: held.joined ? 'reset' : 'invite', createdBy: userId, now })
}

/** Takes back whatever link is open. Refuses as `lockUser` does. */
export async function withdrawLink(tx: Tx, { id }: { id: string }, manager: Manager, now: Date): Promise<void> {
  await lockUser(tx, id, manager)
  if (!(await withdrawLinks(tx, id, now))) return
  const { userId } = manager
  await recordChange(tx, {
    subject: `user:${id}`,
    action: 'link-withdrawn',
    before: {},
    after: {},
    reason: '',
    userId,
    now,
  })
}

/** Where a role stands. A provider's own stand where their provider does. */
async function placeOf(tx: Tx, { role, areaId, providerId }: Place, by: Standing): Promise<Placed> {
  if (!isProvidersOwn(role)) {
    const [area] = await tx.query<{ areaName: string; areaPath: string }>(
      'select name as "areaName", path as "areaPath" from area where id = $1 and starts_with(path, $2)',
      [areaId, by.areaPath],
    )
    if (!area) throw new Refusal('not-found', 'There is no such area within yours.')
    return { role, areaId, ...area, providerId: null, providerName: null }
  }
  if (providerId === undefined) throw new Refusal('invalid-request', 'Name the provider.')
  const [provider] = await tx.query<{ areaId: string; areaName: string; areaPath: string; providerName: string }>(
    `select area.id as "areaId", area.name as "areaName", area.path as "areaPath", provider.name as "providerName"
     from provider join area on area.id = provider.area_id
     where provider.id = $1 and starts_with(area.path, $2) for share of provider`,
    [providerId, by.areaPath],
  )
  if (!provider) throw new Refusal('not-found', 'There is no such provider within your area.')
  return { role, providerId, ...provider }
}

/** A standing in the words history keeps. */
function said({ role, areaName, providerName }: { role: Role; areaName: string; providerName: string | null }) {
  return { role, area: areaName, provider: providerName }
}

function tell(tx: Tx, name: string, { id, areaPath, now }: { id: string; areaPath: string; now: Date }): void {
  tx.events.push({ at: now, topic: 'staff', name, areaPath, subject: `user:${id}`, body: { userId: id } })
}
