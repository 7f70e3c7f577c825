import { Refusal } from '@anju/domain/error'
import { countAttempt, openSession, type OpenedSession } from '@anju/prisma/session/apply'
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
  const { username, password, address, userAgent } = request
  const attempt = { username, address, now: deps.now() }
  await transact(deps.pool, (tx) => countAttempt(tx, attempt))
  const found = await deps.pool.query<{ id: string; passwordHash: string }>(
    'select id, password_hash as "passwordHash" from app_user where username = $1 and disabled_at is null',
    [username],
  )
  const user = found.rows[0]
  // No transaction is open meanwhile: this takes long.
  const right = await verifyPassword(password, user?.passwordHash ?? null)
  if (!user || !right) throw new Refusal('sign-in-failed')
  return transact(deps.pool, (tx) => openSession(tx, { ...attempt, now: deps.now(), userId: user.id, userAgent }))
}
