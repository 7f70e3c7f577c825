import type pg from 'pg'
import type { StillStands } from './hub.ts'

/** Asks the database which sessions and API keys behind streams still stand. */
export function ownersIn(pool: pg.Pool, now: () => Date): StillStands {
  return async (owners) => {
    const idsOf = (kind: string) =>
      owners.flatMap((owner) => (owner.startsWith(kind) ? [owner.slice(kind.length)] : []))
    const found = await pool.query<{ owner: string }>(
      `select 'session:' || session.id as owner
       from session join app_user on app_user.id = session.user_id
       where session.id = any($1::uuid[]) and revoked_at is null and expires_at > $3 and disabled_at is null
       union all
       select 'key:' || id from api_key where id = any($2::uuid[]) and revoked_at is null`,
      [idsOf('session:'), idsOf('key:'), now()],
    )
    return new Set(found.rows.map(({ owner }) => owner))
  }
}
