import { randomBytes } from 'node:crypto'
import { isRole, type Role } from '@anju/domain/access/role'
import { Refusal } from '@anju/domain/error'
import { recordChange } from '../history/apply.ts'
import { newId } from '../id.ts'
import { endSessions } from '../session/apply.ts'
import { sqlState } from '../sqlstate.ts'
import { lockSubjects, type Tx } from '../tx.ts'
import { tokenHash } from './apply.ts'

export type LinkKind = 'invite' | 'reset'

/** A person who is on leave for a week still finds the invitation; a reset is asked for by somebody who waits. */
const LINK_MS: Record<LinkKind, number> = { invite: 7 * 86_400_000, reset: 86_400_000 }

export interface Link {
  /** Shown this once; only its hash is kept. */
  token: string
  kind: LinkKind
  expiresAt: Date
}

/** Makes a link. Under the user's lock, with the open ones withdrawn before. */
export async function makeLink(
  tx: Tx,
  { userId, kind, createdBy, now }: { userId: string; kind: LinkKind; createdBy: string | null; now: Date },
): Promise<Link> {
  const token = randomBytes(32).toString('base64url')
  const expiresAt = new Date(now.getTime() + LINK_MS[kind])
  await tx.query(
    `insert into invitation (id, user_id, token_hash, kind, created_by, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [newId(now), userId, tokenHash(token), kind, createdBy, now, expiresAt],
  )
  return { token, kind, expiresAt }
}

/** Withdraws whatever links of the user are open; answers whether there were any. */
export async function withdrawLinks(tx: Tx, userId: string, now: Date): Promise<boolean> {
  const withdrawn = await tx.query(
    `update invitation set withdrawn_at = $2
      where user_id = $1 and used_at is null and withdrawn_at is null and expires_at > $2 returning id`,
    [userId, now],
  )
  return withdrawn.length > 0
}

/** Whom a link is for. */
export interface Invited {
  userId: string
  kind: LinkKind
  name: string
  /** null: the invited chooses it. */
  username: string | null
  role: Role
  area: string
  provider: string | null
  expiresAt: Date
}

/** Whom the token is for. Refuses `invitation-gone` with `state`: unknown, used, withdrawn or expired. */
export async function findInvited(db: Pick<Tx, 'query'>, token: string, now: Date): Promise<Invited> {
  const [row] = await db.query<
    Omit<Invited, 'role'> & { role: string; usedAt: Date | null; withdrawnAt: Date | null; disabledAt: Date | null }
  >(
    `select invitation.user_id as "userId", invitation.kind, app_user.name, app_user.username, app_user.role,
            area.name as area, provider.name as provider, invitation.expires_at as "expiresAt",
            invitation.used_at as "usedAt", invitation.withdrawn_at as "withdrawnAt",
            app_user.disabled_at as "disabledAt"
     from invitation join app_user on app_user.id = invitation.user_id join area on area.id = app_user.area_id
       left join provider on provider.id = app_user.provider_id
     where token_hash = $1`,
    [tokenHash(token)],
  )
  if (!row || !isRole(row.role)) throw gone('unknown')
  const { usedAt, withdrawnAt, disabledAt, role, ...invited } = row
  if (usedAt !== null) throw gone('used')
  if (withdrawnAt !== null || disabledAt !== null) throw gone('withdrawn')
  if (invited.expiresAt <= now) throw gone('expired')
  return { ...invited, role }
}

function gone(state: 'unknown' | 'used' | 'withdrawn' | 'expired'): Refusal {
  return new Refusal('invitation-gone', undefined, { state })
}

/**
 * Uses the link, once: gives the user the password, and the invited their name. A reset ends all their sessions.
 * `username` is a normal one and `passwordHash` from `hashPassword`, made before. Refuses as `findInvited` does, and
 * `username-taken`.
 */
export async function acceptLink(
  tx: Tx,
  { token, username, passwordHash, now }: { token: string; username: string; passwordHash: string; now: Date },
): Promise<{ username: string }> {
  const { userId } = await findInvited(tx, token, now)
  await lockSubjects(tx, [`user:${userId}`])
  // Again under the lock: of two who open one link, one uses it.
  const invited = await findInvited(tx, token, now)
  const name = invited.username ?? username
  try {
    await tx.query('update app_user set username = $2, password_hash = $3, version = version + 1 where id = $1', [
      userId,
      name,
      passwordHash,
    ])
  } catch (error) {
    if (sqlState(error) === '23505') throw new Refusal('username-taken')
    throw error
  }
  await tx.query('update invitation set used_at = $2 where token_hash = $1', [tokenHash(token), now])
  await tx.query('delete from sign_in_throttle where key = $1', [`user:${name}`])
  await endSessions(tx, { userId, now })
  const action = invited.kind === 'invite' ? 'joined' : 'password-reset'
  const after = invited.kind === 'invite' ? { username: name } : {}
  await recordChange(tx, { subject: `user:${userId}`, action, before: {}, after, reason: '', userId, now })
  return { username: name }
}
