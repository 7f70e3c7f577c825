import { randomBytes } from 'node:crypto'
import { Refusal } from '@anju/domain/error'
import type { Scope } from '@anju/domain/access/scope'
import { heldCaregiver } from '../caregiver/apply.ts'
import { recordChange } from '../history/apply.ts'
import { newId } from '../id.ts'
import { lockSubjects, type Tx } from '../tx.ts'
import { tokenHash } from '../user/apply.ts'
import { endPhoneKeys } from './revoke.ts'

/** The caregiver stands beside, or finds the link on the same day. */
const LINK_MS = 86_400_000

export interface PhoneLink {
  /** Shown this once, as a QR code; only its hash is kept. */
  token: string
  expiresAt: Date
}

/** Makes the link by which a caregiver takes a phone into use; an open one is withdrawn. Refuses `not-found`. */
export async function makePhoneLink(tx: Tx, caregiverId: string, scope: Scope, now: Date): Promise<PhoneLink> {
  await lockSubjects(tx, [`caregiver:${caregiverId}`])
  const { leftAt } = await heldCaregiver(tx, caregiverId, scope)
  if (leftAt !== null) throw new Refusal('caregiver-left')
  await tx.query(
    'update phone_link set withdrawn_at = $2 where caregiver_id = $1 and used_at is null and withdrawn_at is null',
    [caregiverId, now],
  )
  const token = randomBytes(32).toString('base64url')
  const expiresAt = new Date(now.getTime() + LINK_MS)
  await tx.query(
    `insert into phone_link (id, caregiver_id, token_hash, made_by, made_at, expires_at)
     values ($1, $2, $3, $4, $5, $6)`,
    [newId(now), caregiverId, tokenHash(token), scope.userId, now, expiresAt],
  )
  const subject = `caregiver:${caregiverId}`
  const change = { subject, action: 'phone-linked', before: {}, after: {}, reason: '', userId: scope.userId, now }
  await recordChange(tx, change)
  return { token, expiresAt }
}

/** Whom a phone's link is for. */
export interface PhoneInvited {
  caregiverId: string
  name: string
  provider: string
  expiresAt: Date
}

/** Refuses `invitation-gone` with `state`: unknown, used, withdrawn or expired. */
export async function findPhoneInvited(db: Pick<Tx, 'query'>, token: string, now: Date): Promise<PhoneInvited> {
  const [row] = await db.query<PhoneInvited & { usedAt: Date | null; withdrawnAt: Date | null; leftAt: Date | null }>(
    `select caregiver.id as "caregiverId", caregiver.name, provider.name as provider,
            phone_link.expires_at as "expiresAt", phone_link.used_at as "usedAt",
            phone_link.withdrawn_at as "withdrawnAt", caregiver.left_at as "leftAt"
     from phone_link join caregiver on caregiver.id = phone_link.caregiver_id
       join provider on provider.id = caregiver.provider_id
     where phone_link.token_hash = $1`,
    [tokenHash(token)],
  )
  if (!row) throw gone('unknown')
  const { usedAt, withdrawnAt, leftAt, ...invited } = row
  if (usedAt !== null) throw gone('used')
  if (withdrawnAt !== null || leftAt !== null) throw gone('withdrawn')
  if (invited.expiresAt <= now) throw gone('expired')
  return invited
}

const gone = (state: 'unknown' | 'used' | 'withdrawn' | 'expired') =>
  new Refusal('invitation-gone', undefined, { state })

export interface Joining {
  /** Of the link. */
  token: string
  /** From `hashPassword`, made before. */
  pinHash: string
  /** By which the browser numbers what it sends. */
  phoneId: string
  /** The phone's cookie, where it has one. */
  phoneToken: string | null
  userAgent: string
  now: Date
}

export interface Joined {
  /** The browser's number from now on: its own, unless somebody else's phone has it. */
  phoneId: string
  /** For the cookie. */
  phoneToken: string
  keyId: string
  userId: string
}

/**
 * Uses the link, once: the caregiver signs in on this phone with that PIN from now on. A caregiver without a user gets
 * one. Refuses as `findPhoneInvited` does, and `user-disabled`.
 */
export async function joinPhone(tx: Tx, joining: Joining): Promise<Joined> {
  const { token, pinHash, userAgent, now } = joining
  const { caregiverId } = await findPhoneInvited(tx, token, now)
  await lockSubjects(tx, [`caregiver:${caregiverId}`])
  // Again under the lock: of two who open one link, one uses it.
  await findPhoneInvited(tx, token, now)
  await tx.query('update phone_link set used_at = $2 where token_hash = $1', [tokenHash(token), now])
  const userId = await userOf(tx, caregiverId, now)
  const { phoneId, phoneToken } = await phoneOf(tx, joining)
  await endPhoneKeys(tx, { phoneId, userId, by: userId, now })
  const keyId = newId(now)
  await tx.query('insert into phone_key (id, phone_id, user_id, pin_hash, made_at) values ($1, $2, $3, $4, $5)', [
    keyId,
    phoneId,
    userId,
    pinHash,
    now,
  ])
  const after = { phone: phoneId, browser: userAgent.slice(0, 100) }
  const subject = `caregiver:${caregiverId}`
  await recordChange(tx, { subject, action: 'phone-joined', before: {}, after, reason: '', userId, now })
  return { phoneId, phoneToken, keyId, userId }
}

async function userOf(tx: Tx, caregiverId: string, now: Date): Promise<string> {
  const [user] = await tx.query<{ id: string; disabledAt: Date | null }>(
    `select id, disabled_at as "disabledAt" from app_user where caregiver_id = $1 and role = 'caregiver'
     order by disabled_at nulls first, created_at limit 1`,
    [caregiverId],
  )
  if (user) {
    if (user.disabledAt !== null) throw new Refusal('user-disabled')
    return user.id
  }
  const id = newId(now)
  await tx.query(
    `insert into app_user (id, name, phone, role, area_id, provider_id, caregiver_id, created_at)
     select $1, caregiver.name, caregiver.phone, 'caregiver', provider.area_id, provider.id, caregiver.id, $3
     from caregiver join provider on provider.id = caregiver.provider_id where caregiver.id = $2`,
    [id, caregiverId, now],
  )
  return id
}

/** A number that another phone's cookie stands behind is not given to this one. */
async function phoneOf(tx: Tx, { phoneId, phoneToken, userAgent, now }: Joining) {
  const hash = phoneToken === null ? null : tokenHash(phoneToken)
  const [own] = await tx.query<{ id: string }>('select id from phone where token_hash = $1 for update', [hash])
  if (own && phoneToken !== null) return { phoneId: own.id, phoneToken }
  const token = randomBytes(32).toString('base64url')
  const [taken] = await tx.query(
    `insert into phone (id, first_seen_at, last_seen_at, user_agent, token_hash) values ($1, $2, $2, $3, $4)
     on conflict (id) do update set token_hash = excluded.token_hash, last_seen_at = excluded.last_seen_at
       where phone.token_hash is null
     returning id`,
    [phoneId, now, userAgent.slice(0, 300), tokenHash(token)],
  )
  if (taken) return { phoneId, phoneToken: token }
  const id = newId(now)
  await tx.query(
    'insert into phone (id, first_seen_at, last_seen_at, user_agent, token_hash) values ($1, $2, $2, $3, $4)',
    [id, now, userAgent.slice(0, 300), tokenHash(token)],
  )
  return { phoneId: id, phoneToken: token }
}
