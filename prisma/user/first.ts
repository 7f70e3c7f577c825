import { randomInt } from 'node:crypto'
import type pg from 'pg'
import { createArea } from '../area/apply.ts'
import { lockSubjects, transact, type Tx } from '../tx.ts'
import { createUser } from './apply.ts'
import { hashPassword } from './password.ts'

/** Who begins an installation locks this, so that of several starters one does. */
export const INSTALLATION = 'installation'

/**
 * Makes the first administrator, `admin`, over the top area, when there is no administrator. Answers the password
 * when it was made up here, the only time it can be shown.
 */
export async function ensureAdministrator(pool: pg.Pool, password: string | null, now: Date): Promise<string | null> {
  const query = `select from app_user where role = 'administrator' limit 1`
  if ((await pool.query(query)).rowCount !== 0) return null
  const chosen = password ?? makePassword()
  const passwordHash = await hashPassword(chosen)
  return transact(pool, async (tx) => {
    await lockSubjects(tx, [INSTALLATION])
    if ((await tx.query(query)).length !== 0) return null
    const areaId = (await ensureTopArea(tx, now)).id
    await createUser(tx, { username: 'admin', name: '管理员', role: 'administrator', areaId, passwordHash, now })
    return password === null ? chosen : null
  })
}

/** The one area that has all others below it. Call under the lock of INSTALLATION. */
export async function ensureTopArea(tx: Tx, now: Date): Promise<{ id: string; path: string }> {
  const [top] = await tx.query<{ id: string; path: string }>(
    'select id, path from area where parent_id is null order by created_at limit 1',
  )
  return top ?? createArea(tx, { parentId: null, name: '本县', kind: 'county', now })
}

/** Sixteen letters a person can copy from a screen by hand: 31^16, some 79 bits. */
function makePassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
  return Array.from({ length: 16 }, () => letters[randomInt(letters.length)]).join('')
}
