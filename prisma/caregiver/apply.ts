import { Refusal } from '@anju/domain/error'
import type { Scope } from '@anju/domain/access/scope'
import { recordChange } from '../history/apply.ts'
import { lastChangeOf } from '../history/changed-by.ts'
import { differ } from '../history/differ.ts'
import { newId } from '../id.ts'
import { endPhoneKeys } from '../phone/revoke.ts'
import { heldProvider } from '../provider/apply.ts'
import { lockSubjects, type Tx } from '../tx.ts'

export interface NewCaregiver {
  providerId: string
  name: string
  sex: 'female' | 'male' | null
  /** 'YYYY-MM-DD' */
  bornOn: string | null
  phone: string
}

/** Takes a caregiver in with a provider of the scope. Refuses `not-found` and `provider-closed`. */
export async function addCaregiver(tx: Tx, caregiver: NewCaregiver, scope: Scope, now: Date): Promise<{ id: string }> {
  const { providerId, name, sex, bornOn, phone } = caregiver
  const provider = await heldProvider(tx, providerId, scope)
  if (provider.closedAt !== null) throw new Refusal('provider-closed')
  const id = newId(now)
  await tx.query(
    `insert into caregiver (id, provider_id, name, sex, born_on, phone, created_at) values ($1, $2, $3, $4, $5, $6, $7)`,
    [id, providerId, name, sex, bornOn, phone, now],
  )
  const after = { name, sex, bornOn, phone, provider: provider.name }
  await note(tx, { id, action: 'registered', after, path: provider.path }, scope, now)
  return { id }
}

export interface CaregiverChange {
  id: string
  version: number
  name?: string | undefined
  sex?: 'female' | 'male' | null | undefined
  bornOn?: string | null | undefined
  phone?: string | undefined
  /** Leaves, or comes back. */
  left?: boolean | undefined
}

/**
 * Changes a caregiver. Whoever leaves gives their badges back and signs in on no phone. Refuses `not-found`
 * outside the scope and `changed-meanwhile`.
 */
export async function changeCaregiver(tx: Tx, change: CaregiverChange, scope: Scope, now: Date): Promise<void> {
  const { id, version } = change
  await lockSubjects(tx, [`caregiver:${id}`])
  const held = await heldCaregiver(tx, id, scope)
  if (held.version !== version) {
    const { name, sex, bornOn, phone, leftAt } = held
    const current = { name, sex, bornOn, phone, left: leftAt !== null, version: held.version }
    throw new Refusal('changed-meanwhile', undefined, { current, ...(await lastChangeOf(tx, `caregiver:${id}`)) })
  }
  const was = { name: held.name, sex: held.sex, bornOn: held.bornOn, phone: held.phone, left: held.leftAt !== null }
  const { before, after, any } = differ(was, change)
  if (!any) return
  const to = { ...was, ...after }
  await tx.query(
    `update caregiver set name = $2, sex = $3, born_on = $4, phone = $5, left_at = $6, version = version + 1
     where id = $1`,
    [id, to.name, to.sex, to.bornOn, to.phone, to.left ? (held.leftAt ?? now) : null],
  )
  if (after.left === true) {
    await tx.query('update tag set revoked_at = $2 where caregiver_id = $1 and revoked_at is null', [id, now])
    await endPhoneKeys(tx, { caregiverId: id, by: scope.userId, now })
  }
  const action = after.left === true ? 'left' : after.left === false ? 'returned' : 'changed'
  await note(tx, { id, action, before, after, path: held.path }, scope, now)
}

interface Held {
  name: string
  sex: 'female' | 'male' | null
  bornOn: string | null
  phone: string
  version: number
  leftAt: Date | null
  providerId: string
  path: string
}

/** A caregiver of the scope. Refuses `not-found`. */
export async function heldCaregiver(tx: Tx, id: string, scope: Scope): Promise<Held> {
  const [held] = await tx.query<Held>(
    `select caregiver.name, caregiver.sex, caregiver.born_on as "bornOn", caregiver.phone, caregiver.version,
            caregiver.left_at as "leftAt", provider.id as "providerId", area.path
     from caregiver join provider on provider.id = caregiver.provider_id join area on area.id = provider.area_id
     where caregiver.id = $1 and starts_with(area.path, $2) and ($3::uuid is null or provider.id = $3)
     for update of caregiver`,
    [id, scope.areaPath, scope.providerId],
  )
  if (!held) throw new Refusal('not-found', 'There is no such caregiver within your area.')
  return held
}

async function note(
  tx: Tx,
  change: { id: string; action: string; before?: object; after: object; path: string },
  { userId }: Scope,
  now: Date,
): Promise<void> {
  const { id, action, before = {}, after, path } = change
  const subject = `caregiver:${id}`
  await recordChange(tx, { subject, action, before: { ...before }, after: { ...after }, reason: '', userId, now })
  tx.events.push({
    at: now,
    topic: 'staff',
    name: `caregiver.${action}`,
    areaPath: path,
    subject,
    body: { caregiverId: id },
  })
}
