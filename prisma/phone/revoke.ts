import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { recordChange } from '../history/apply.ts'
import { endSessions } from '../session/apply.ts'
import type { Tx } from '../tx.ts'

interface Ending {
  phoneId?: string
  userId?: string
  caregiverId?: string
  keyId?: string
  by: string | null
  now: Date
}

/** Ends the right to sign in on a phone, with what is open by it. */
export async function endPhoneKeys(tx: Tx, ending: Ending): Promise<void> {
  const { phoneId = null, userId = null, caregiverId = null, keyId = null, by, now } = ending
  const ended = await tx.query<{ id: string }>(
    `update phone_key set revoked_at = $6, revoked_by = $5
      where revoked_at is null and ($1::uuid is null or phone_id = $1) and ($2::uuid is null or user_id = $2)
        and ($3::uuid is null or user_id in (select id from app_user where caregiver_id = $3))
        and ($4::uuid is null or id = $4)
      returning id`,
    [phoneId, userId, caregiverId, keyId, by, now],
  )
  const open = await tx.query<{ id: string; userId: string }>(
    'select id, user_id as "userId" from session where phone_key_id = any ($1) and revoked_at is null',
    [ended.map(({ id }) => id)],
  )
  for (const session of open) await endSessions(tx, { userId: session.userId, only: session.id, now })
}

/** A phone is lost or given back: the caregiver signs in on it no more. Refuses `not-found` outside the scope. */
export async function revokePhoneKey(tx: Tx, id: string, scope: Scope, now: Date): Promise<void> {
  const [key] = await tx.query<{ phoneId: string; caregiverId: string }>(
    `select phone_key.phone_id as "phoneId", app_user.caregiver_id as "caregiverId" from phone_key
       join app_user on app_user.id = phone_key.user_id join caregiver on caregiver.id = app_user.caregiver_id
       join provider on provider.id = caregiver.provider_id join area on area.id = provider.area_id
     where phone_key.id = $1 and phone_key.revoked_at is null and starts_with(area.path, $2)
       and ($3::uuid is null or provider.id = $3)
     for update of phone_key`,
    [id, scope.areaPath, scope.providerId],
  )
  if (!key) throw new Refusal('not-found')
  await endPhoneKeys(tx, { keyId: id, by: scope.userId, now })
  const before = { phone: key.phoneId }
  const subject = `caregiver:${key.caregiverId}`
  await recordChange(tx, { subject, action: 'phone-ended', before, after: {}, reason: '', userId: scope.userId, now })
}

/**
 * Declares a phone one that several caregivers use, or takes that back. A fact about the phone and no fraud: the checks
 * of visits ask for it. Refuses `not-found` for a phone on which nobody of the scope has joined.
 */
export async function declareShared(
  tx: Tx,
  { id, shared, note }: { id: string; shared: boolean; note: string },
  scope: Scope,
  now: Date,
): Promise<void> {
  const [phone] = await tx.query<{ sharedSince: Date | null; sharedNote: string }>(
    `select phone.shared_since as "sharedSince", phone.shared_note as "sharedNote" from phone
     where phone.id = $1 and exists (
       select from phone_key join app_user on app_user.id = phone_key.user_id
         join provider on provider.id = app_user.provider_id join area on area.id = provider.area_id
       where phone_key.phone_id = phone.id and starts_with(area.path, $2) and ($3::uuid is null or provider.id = $3))
     for update of phone`,
    [id, scope.areaPath, scope.providerId],
  )
  if (!phone) throw new Refusal('not-found')
  const since = shared ? (phone.sharedSince ?? now) : null
  await tx.query('update phone set shared_since = $2, shared_note = $3, shared_by = $4 where id = $1', [
    id,
    since,
    shared ? note : '',
    shared ? scope.userId : null,
  ])
  const before = { shared: phone.sharedSince !== null, note: phone.sharedNote }
  const after = { shared, note: shared ? note : '' }
  const change = { subject: `phone:${id}`, action: 'shared', before, after, reason: '', userId: scope.userId, now }
  await recordChange(tx, change)
}
