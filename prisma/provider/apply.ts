import { Refusal } from '@anju/domain/error'
import type { Scope } from '@anju/domain/access/scope'
import { recordChange } from '../history/apply.ts'
import { lastChangeOf } from '../history/changed-by.ts'
import { differ } from '../history/differ.ts'
import { newId } from '../id.ts'
import { lockSubjects, type Tx } from '../tx.ts'

export interface NewProvider {
  areaId: string
  name: string
  phone: string
  address: string
}

/** Takes a provider in for an area of the scope and all below it. Refuses `not-found` for an area outside. */
export async function addProvider(tx: Tx, provider: NewProvider, scope: Scope, now: Date): Promise<{ id: string }> {
  const { areaId, name, phone, address } = provider
  const [area] = await tx.query<{ name: string; path: string }>(
    'select name, path from area where id = $1 and starts_with(path, $2)',
    [areaId, scope.areaPath],
  )
  if (!area) throw new Refusal('not-found', 'There is no such area within yours.')
  const id = newId(now)
  await tx.query(
    'insert into provider (id, area_id, name, phone, address, created_at) values ($1, $2, $3, $4, $5, $6)',
    [id, areaId, name, phone, address, now],
  )
  const after = { name, phone, address, area: area.name }
  await note(tx, { id, action: 'registered', after, path: area.path }, scope, now)
  return { id }
}

export interface ProviderChange {
  id: string
  version: number
  name?: string | undefined
  phone?: string | undefined
  address?: string | undefined
  /** Closes it, or opens it again. */
  closed?: boolean | undefined
}

/** Changes, closes or reopens a provider. Refuses `not-found` outside the scope and `changed-meanwhile`. */
export async function changeProvider(tx: Tx, change: ProviderChange, scope: Scope, now: Date): Promise<void> {
  const { id, version } = change
  await lockSubjects(tx, [`provider:${id}`])
  const held = await heldProvider(tx, id, scope)
  if (held.version !== version) {
    const { name, phone, address, closedAt } = held
    const current = { name, phone, address, closed: closedAt !== null, version: held.version }
    throw new Refusal('changed-meanwhile', undefined, { current, ...(await lastChangeOf(tx, `provider:${id}`)) })
  }
  const was = { name: held.name, phone: held.phone, address: held.address, closed: held.closedAt !== null }
  const { before, after, any } = differ(was, change)
  if (!any) return
  const to = { ...was, ...after }
  await tx.query(
    `update provider set name = $2, phone = $3, address = $4, closed_at = $5, version = version + 1 where id = $1`,
    [id, to.name, to.phone, to.address, to.closed ? (held.closedAt ?? now) : null],
  )
  const action = after.closed === true ? 'closed' : after.closed === false ? 'reopened' : 'changed'
  await note(tx, { id, action, before, after, path: held.path }, scope, now)
}

interface Held {
  name: string
  phone: string
  address: string
  version: number
  closedAt: Date | null
  path: string
}

/** A provider of the scope, locked against closing. Refuses `not-found`. */
export async function heldProvider(tx: Tx, id: string, scope: Scope): Promise<Held> {
  const [held] = await tx.query<Held>(
    `select provider.name, provider.phone, provider.address, provider.version, provider.closed_at as "closedAt", area.path
     from provider join area on area.id = provider.area_id
     where provider.id = $1 and starts_with(area.path, $2) and ($3::uuid is null or provider.id = $3)
     for share of provider`,
    [id, scope.areaPath, scope.providerId],
  )
  if (!held) throw new Refusal('not-found', 'There is no such provider within your area.')
  return held
}

async function note(
  tx: Tx,
  change: { id: string; action: string; before?: object; after: object; path: string },
  { userId }: Scope,
  now: Date,
): Promise<void> {
  const { id, action, before = {}, after, path } = change
  const subject = `provider:${id}`
  await recordChange(tx, { subject, action, before: { ...before }, after: { ...after }, reason: '', userId, now })
  tx.events.push({
    at: now,
    topic: 'staff',
    name: `provider.${action}`,
    areaPath: path,
    subject,
    body: { providerId: id },
  })
}
