import type { Scope } from '@anju/domain/access/scope'
import type { Db } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import type { Outside } from '../session/schema.ts'

/**
 * Whether an alarm of this scope can leave the house: by the environment's webhook, or by a channel in use that hears
 * of the scope's area.
 */
export async function readWayOut(scope: Scope, db: Db, { webhook }: Pick<Deps['config'], 'webhook'>): Promise<Outside> {
  if (webhook !== null) return 'configured'
  const [row] = await db.$queryRaw<{ any: boolean }[]>`
    select exists (select from channel join area on area.id = channel.area_id
                   where channel.enabled and channel.removed_at is null
                     and starts_with(${scope.areaPath}, area.path)) as any`
  return row?.any === true ? 'configured' : 'none'
}
