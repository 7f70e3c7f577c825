import { randomBytes } from 'node:crypto'
import { Refusal } from '@anju/domain/error'
import { addressPolicy, remembered, userPolicy, waitMs, type Failures } from '@anju/domain/access/throttle'
import { countOwned } from '../alarm/own.ts'
import { newId } from '../id.ts'
import type { Tx } from '../tx.ts'
import { tokenHash } from '../user/apply.ts'

/** A session ends this long after its last request. */
export const SESSION_MS = 12 * 3_600_000

export interface Attempt {
  username: string
  address: string
  now: Date
}

/**
 * Counts an attempt to sign in as failed before the password is looked at, so that attempts side by side cannot
 * all slip through; `openSession` takes it back. Refuses `sign-in-throttled` with `retryAfterS`.
 */
export async function countAttempt(tx: Tx, { username, address, now }: Attempt): Promise<void> {
  const keys = [
    { key: `address:${address}`, policy: addressPolicy },
    { key: `user:${username}`, policy: userPolicy },
  ]
  for (const { key, policy } of keys) {
    // Made first and then locked, so that two first attempts meet on one row.
    await tx.query(
      'insert into sign_in_throttle (key, failures, last_failure_at) values ($1, 0, $2) on conflict (key) do nothing',
      [key, now],
    )
    const [past] = await tx.query<{ failures: number; lastFailureAt: Date }>(
      'select failures, last_failure_at as "lastFailureAt" from sign_in_throttle where key = $1 for update',
      [key],
    )
    const failures: Failures = past ?? { failures: 0, lastFailureAt: now }
    const wait = waitMs(policy, failures, now)
    if (wait > 0) {
      const retryAfterS = Math.ceil(wait / 1000)
      throw new Refusal('sign-in-throttled', `Wait ${retryAfterS} s and try again.`, { retryAfterS })
    }
    await tx.query('update sign_in_throttle set failures = $2, last_failure_at = $3 where key = $1', [
      key,
      remembered(policy, failures, now) + 1,
      now,
    ])
  }
}

/** Forgets attempts that no longer count. */
export async function forgetAttempts(tx: Tx, now: Date): Promise<void> {
  await tx.query('delete from sign_in_throttle where last_failure_at < $1', [
    new Date(now.getTime() - Math.max(userPolicy.forgetMs, addressPolicy.forgetMs)),
  ])
}

export interface OpenedSession {
  id: string
  /** Goes into the cookie; only its hash is kept. */
  token: string
  expiresAt: Date
}

/** The password was right: takes the attempt back. */
export async function forgiveAttempt(tx: Tx, { username, address }: Attempt): Promise<void> {
  await tx.query('update sign_in_throttle set failures = greatest(0, failures - 1) where key = $1', [
    `address:${address}`,
  ])
  await tx.query('delete from sign_in_throttle where key = $1', [`user:${username}`])
}

/**
 * The password was right: takes the attempt back and opens a session. `passwordHash` is the one it was held against:
 * a user who was given another password or disabled meanwhile is refused with `sign-in-failed`.
 */
export async function openSession(
  tx: Tx,
  {
    userId,
    passwordHash,
    userAgent,
    ...attempt
  }: Attempt & { userId: string; passwordHash: string; userAgent: string },
): Promise<OpenedSession> {
  const { now } = attempt
  // Locked, so that whoever changes the password or disables the user next finds this session, and ends it.
  const stands = await tx.query(
    'select from app_user where id = $1 and password_hash = $2 and disabled_at is null for share',
    [userId, passwordHash],
  )
  if (stands.length === 0) throw new Refusal('sign-in-failed')
  await forgiveAttempt(tx, attempt)
  const id = newId(now)
  const token = randomBytes(32).toString('base64url')
  const expiresAt = new Date(now.getTime() + SESSION_MS)
  await tx.query(
    `insert into session (id, token_hash, user_id, created_at, expires_at, last_seen_at, user_agent)
     values ($1, $2, $3, $4, $5, $4, $6)`,
    [id, tokenHash(token), userId, now, expiresAt, userAgent.slice(0, 300)],
  )
  return { id, token, expiresAt }
}

/** Slides the session's end to 12 h from `now`, which it answers. Not an event: nothing on any screen changes. */
export async function touchSession(tx: Tx, { id, now }: { id: string; now: Date }): Promise<Date> {
  const expiresAt = new Date(now.getTime() + SESSION_MS)
  await tx.query(
    'update session set last_seen_at = $2, expires_at = $3 where id = $1 and revoked_at is null and expires_at > $2',
    [id, now, expiresAt],
  )
  return expiresAt
}

/** Ends one of the user's own sessions; its streams close when the event arrives. Refuses `not-found`. */
export async function revokeSession(
  tx: Tx,
  { id, userId, now }: { id: string; userId: string; now: Date },
): Promise<void> {
  const [found] = await tx.query<{ revokedAt: Date | null }>(
    'select revoked_at as "revokedAt" from session where id = $1 and user_id = $2 for update',
    [id, userId],
  )
  if (!found) throw new Refusal('not-found')
  // Of somebody who is still signed in elsewhere one session may end: the alarms keep their owner.
  const others = await tx.query(
    'select from session where user_id = $1 and id <> $2 and revoked_at is null and expires_at > $3 limit 1',
    [userId, id, now],
  )
  const owned = others.length === 0 ? await countOwned(tx, userId) : 0
  if (owned > 0) throw new Refusal('alarms-owned', undefined, { alarms: owned })
  if (found.revokedAt === null) await endSessions(tx, { userId, only: id, now })
}

/** Ends a user's living sessions, or `only` one of them, or all but `except`; their streams close when the event arrives. */
export async function endSessions(
  tx: Tx,
  { userId, only, except, now }: { userId: string; only?: string; except?: string; now: Date },
): Promise<void> {
  const ended = await tx.query<{ id: string }>(
    `update session set revoked_at = $2
      where user_id = $1 and revoked_at is null and ($3::uuid is null or id = $3) and ($4::uuid is null or id <> $4)
      returning id`,
    [userId, now, only ?? null, except ?? null],
  )
  await forgetSeats(
    tx,
    ended.map(({ id }) => id),
  )
  for (const { id } of ended) tellOf(tx, 'session.revoked', id, now)
}

/** A user's role or area is another now: their streams end, and come back with what they may see from here on. */
export async function renewSessions(tx: Tx, { userId, now }: { userId: string; now: Date }): Promise<void> {
  const living = await tx.query<{ id: string }>(
    'select id from session where user_id = $1 and revoked_at is null and expires_at > $2',
    [userId, now],
  )
  // Each seat says anew for which area it listens.
  await forgetSeats(
    tx,
    living.map(({ id }) => id),
  )
  for (const { id } of living) tellOf(tx, 'session.changed', id, now)
}

async function forgetSeats(tx: Tx, sessions: string[]): Promise<void> {
  if (sessions.length === 0) return
  await tx.query('update seat set armed = false, streaming = false where session_id = any ($1)', [sessions])
}

function tellOf(tx: Tx, name: string, id: string, now: Date): void {
  tx.events.push({ at: now, topic: 'session', name, areaPath: null, subject: `session:${id}`, body: { sessionId: id } })
}
