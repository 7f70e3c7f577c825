import { randomBytes } from 'node:crypto'
import { PIN_FAILURES_AT_MOST, pinPolicy } from '@anju/domain/access/pin'
import { waitMs } from '@anju/domain/access/throttle'
import { Refusal } from '@anju/domain/error'
import { newId } from '../id.ts'
import { type OpenedSession, SESSION_MS } from '../session/apply.ts'
import type { Tx } from '../tx.ts'
import { tokenHash } from '../user/apply.ts'

export interface PhonePerson {
  id: string
  name: string
  /** Too many wrong PINs: it opens no more. */
  locked: boolean
}

/** Who may sign in on the phone of this cookie; null: it is nobody's. */
export async function findPhone(
  db: Pick<Tx, 'query'>,
  phoneToken: string,
): Promise<{ phoneId: string; people: PhonePerson[] } | null> {
  const rows = await db.query<PhonePerson & { phoneId: string }>(
    `select phone.id as "phoneId", app_user.id, caregiver.name, phone_key.failures >= $2 as locked
     from phone join phone_key on phone_key.phone_id = phone.id and phone_key.revoked_at is null
       join app_user on app_user.id = phone_key.user_id and app_user.disabled_at is null
       join caregiver on caregiver.id = app_user.caregiver_id and caregiver.left_at is null
     where phone.token_hash = $1 order by phone_key.last_used_at desc nulls last, phone_key.made_at desc`,
    [tokenHash(phoneToken), PIN_FAILURES_AT_MOST],
  )
  const [first] = rows
  if (!first) return null
  return { phoneId: first.phoneId, people: rows.map(({ id, name, locked }) => ({ id, name, locked })) }
}

interface PinAttempt {
  phoneToken: string
  userId: string
  now: Date
}

/**
 * Counts an attempt as failed before the PIN is looked at, so that attempts side by side cannot slip through, and
 * answers what it is held against. Refuses `sign-in-throttled`, `phone-locked`, and `phone-unknown`.
 */
export async function countPin(
  tx: Tx,
  { phoneToken, userId, now }: PinAttempt,
): Promise<{ keyId: string; pinHash: string }> {
  const [key] = await tx.query<{ keyId: string; pinHash: string; failures: number; lastFailureAt: Date | null }>(
    `select phone_key.id as "keyId", pin_hash as "pinHash", failures, last_failure_at as "lastFailureAt"
     from phone_key join phone on phone.id = phone_key.phone_id
       join app_user on app_user.id = phone_key.user_id and app_user.disabled_at is null
       join caregiver on caregiver.id = app_user.caregiver_id and caregiver.left_at is null
     where phone.token_hash = $1 and phone_key.user_id = $2 and phone_key.revoked_at is null
     for update of phone_key`,
    [tokenHash(phoneToken), userId],
  )
  if (!key) throw new Refusal('phone-unknown')
  const { keyId, pinHash, failures, lastFailureAt } = key
  if (failures >= PIN_FAILURES_AT_MOST) throw new Refusal('phone-locked')
  const wait = lastFailureAt === null ? 0 : waitMs(pinPolicy, { failures, lastFailureAt }, now)
  if (wait > 0) {
    const retryAfterS = Math.ceil(wait / 1000)
    throw new Refusal('sign-in-throttled', `Wait ${retryAfterS} s and try again.`, { retryAfterS })
  }
  await tx.query('update phone_key set failures = failures + 1, last_failure_at = $2 where id = $1', [keyId, now])
  return { keyId, pinHash }
}

/**
 * The PIN was right: forgets the failures and opens a session that ends with the phone's right. A key that was revoked
 * meanwhile is refused with `phone-unknown`.
 */
export async function openPhoneSession(
  tx: Tx,
  { keyId, userId, userAgent, now }: { keyId: string; userId: string; userAgent: string; now: Date },
): Promise<OpenedSession> {
  // Locked, so that whoever revokes the key or disables the user next finds this session, and ends it.
  const stands = await tx.query(
    `select from phone_key join app_user on app_user.id = phone_key.user_id
     where phone_key.id = $1 and phone_key.revoked_at is null and app_user.disabled_at is null
     for update of phone_key for share of app_user`,
    [keyId],
  )
  if (stands.length === 0) throw new Refusal('phone-unknown')
  await tx.query('update phone_key set failures = 0, last_failure_at = null, last_used_at = $2 where id = $1', [
    keyId,
    now,
  ])
  await tx.query(
    'update phone set last_seen_at = $2, user_agent = $3 from phone_key where phone_key.phone_id = phone.id and phone_key.id = $1',
    [keyId, now, userAgent.slice(0, 300)],
  )
  const id = newId(now)
  const token = randomBytes(32).toString('base64url')
  const expiresAt = new Date(now.getTime() + SESSION_MS)
  await tx.query(
    `insert into session (id, token_hash, user_id, created_at, expires_at, last_seen_at, user_agent, phone_key_id)
     values ($1, $2, $3, $4, $5, $4, $6, $7)`,
    [id, tokenHash(token), userId, now, expiresAt, userAgent.slice(0, 300), keyId],
  )
  return { id, token, expiresAt }
}
