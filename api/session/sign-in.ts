import { normalUsername } from '@anju/domain/access/password'
import { Refusal } from '@anju/domain/error'
import { countAttempt, forgiveAttempt, openSession, type OpenedSession } from '@anju/prisma/session/apply'
import { transact } from '@anju/prisma/tx'
import { verifyPassword } from '@anju/prisma/user/password'
import type { Deps } from '../deps.ts'

export interface SignInRequest {
  username: string
  password: string
  address: string
  userAgent: string
}

/**
 * Opens a session for the right password. Refuses `sign-in-failed`, the same for a wrong password, an unknown and a
 * disabled user and at the same cost, and `sign-in-throttled`.
 */
export async function signIn(deps: Deps, request: SignInRequest): Promise<OpenedSession> {
  const { password, address, userAgent } = request
  const username = normalUsername(request.username)
  const attempt = { username, address, now: deps.now() }
  await transact(deps.pool, (tx) => countAttempt(tx, attempt))
  const found = await deps.pool.query<{ id: string; passwordHash: string | null }>(
    'select id, password_hash as "passwordHash" from app_user where username = $1 and disabled_at is null',
    [username],
  )
  const user = found.rows[0]
  // No transaction is open meanwhile: this takes long.
  const passwordHash = user?.passwordHash ?? null
  const right = await verifyPassword(password, passwordHash)
  if (!user || passwordHash === null || !right) throw new Refusal('sign-in-failed')
  const opening = { ...attempt, userId: user.id, passwordHash, userAgent }
  return transact(deps.pool, (tx) => openSession(tx, { ...opening, now: deps.now() }))
}

/**
 * The password of somebody who is signed in already, asked again. Counted as a sign-in is, so that a desk left open is
 * no place to guess. Refuses `password-wrong` and `sign-in-throttled`.
 */
export async function requirePassword(
  deps: Deps,
  { userId, username, password, address }: { userId: string; username: string; password: string; address: string },
): Promise<void> {
  const attempt = { username, address, now: deps.now() }
  await transact(deps.pool, (tx) => countAttempt(tx, attempt))
  const found = await deps.pool.query<{ passwordHash: string | null }>(
    'select password_hash as "passwordHash" from app_user where id = $1',
    [userId],
  )
  const right = await verifyPassword(password, found.rows[0]?.passwordHash ?? null)
  if (!right) throw new Refusal('password-wrong')
  await transact(deps.pool, (tx) => forgiveAttempt(tx, attempt))
}
