import type { Scope } from '@anju/domain/access/scope'
import type { Db } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import type { Outside } from '../session/schema.ts'

/**
 * Whether an alarm of this scope can leave the house: by the environment's webhook, or by channels in use that are told
 * of alarms. One may be set for the scope's area or above it, or for each part of it in which anybody lives.
 */
export async function readWayOut(scope: Scope, db: Db, { webhook }: Pick<Deps['config'], 'webhook'>): Promise<Outside> {
  if (webhook !== null) return 'configured'
  const [row] = await db.$queryRaw<{ any: boolean }[]>`
    with way as (select area.path from channel join area on area.id = channel.area_id
                 where channel.enabled and channel.removed_at is null and cardinality(channel.reasons) > 0),
    lived_in as (select path from area where starts_with(path, ${scope.areaPath})
                 and exists (select from home where home.area_id = area.id and not home.drill))
    select exists (select from way where starts_with(${scope.areaPath}, path))
        or (exists (select from lived_in) and not exists (
              select from lived_in where not exists (select from way where starts_with(lived_in.path, way.path)))) as any`
  return row?.any === true ? 'configured' : 'none'
}
