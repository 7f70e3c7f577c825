import { recordChange } from '../history/apply.ts'
import { endSessions } from '../session/apply.ts'
import { lockSubjects, type Tx } from '../tx.ts'
import { withdrawLinks } from './invitation.ts'

/**
 * Gives a user the password they chose themselves, and ends every session of theirs but the one that asks. A reset
 * link that lies open somewhere opens nothing any more.
 */
export async function changeOwnPassword(
  tx: Tx,
  { userId, sessionId, passwordHash, now }: { userId: string; sessionId: string; passwordHash: string; now: Date },
): Promise<void> {
  await lockSubjects(tx, [`user:${userId}`])
  await tx.query('update app_user set password_hash = $2 where id = $1', [userId, passwordHash])
  await withdrawLinks(tx, userId, now)
  await endSessions(tx, { userId, except: sessionId, now })
  const subject = `user:${userId}`
  await recordChange(tx, { subject, action: 'password-changed', before: {}, after: {}, reason: '', userId, now })
}
