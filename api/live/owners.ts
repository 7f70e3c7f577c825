import type pg from 'pg'
import type { Scope } from '@anju/domain/access/scope'
import type { StillStands } from './hub.ts'

type Standing = Pick<Scope, 'role' | 'areaPath' | 'providerId'>

/** Asks the database which sessions and API keys behind streams still stand, with the rights they began with. */
export function ownersIn(pool: pg.Pool, now: () => Date): StillStands {
  return async (listeners) => {
    const idsOf = (kind: string) =>
      listeners.flatMap(({ owner }) => (owner.startsWith(kind) ? [owner.slice(kind.length)] : []))
    const found = await pool.query<Standing & { owner: string }>(
      `select 'session:' || session.id as owner, app_user.role, area.path as "areaPath",
              app_user.provider_id::text as "providerId"
       from session join app_user on app_user.id = session.user_id join area on area.id = app_user.area_id
       where session.id = any($1::uuid[]) and revoked_at is null and expires_at > $3 and disabled_at is null
       union all
       select 'key:' || api_key.id, api_key.role, area.path, null
       from api_key join area on area.id = api_key.area_id
       where api_key.id = any($2::uuid[]) and revoked_at is null`,
      [idsOf('session:'), idsOf('key:'), now()],
    )
    const standing = new Map(found.rows.map((row) => [row.owner, row]))
    return new Set(
      listeners.filter(({ owner, scope }) => {
        const stands = standing.get(owner)
        return (
          stands?.role === scope.role && stands.areaPath === scope.areaPath && stands.providerId === scope.providerId
        )
      }),
    )
  }
}
