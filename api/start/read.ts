import { firstRunOf, progressOf } from '@anju/domain/access/first-run'
import { may, roles } from '@anju/domain/access/role'
import type { Scope } from '@anju/domain/access/scope'
import type { Db } from '@anju/prisma/reads'
import { FIRST_RUN } from '@anju/prisma/start/apply'
import type { FirstRun } from './schema.ts'

/** The first administrator may sit down too, but somebody else is to come. */
const seated: string[] = roles.filter((role) => may(role, 'hold-seat') && role !== 'administrator')

/** How far an installation is set up, as far as the scope reaches; derived from what there is. */
export async function readFirstRun(scope: Scope, db: Db): Promise<FirstRun> {
  const within = { path: { startsWith: scope.areaPath } }
  const [setting, top, towns, communities, providers, elder, device, seats] = await Promise.all([
    db.$queryRaw<{ value: unknown }[]>`select value from setting where key = ${FIRST_RUN}`,
    db.area.findFirst({ where: { path: scope.areaPath } }),
    db.area.count({ where: { ...within, kind: 'town' } }),
    db.area.count({ where: { ...within, kind: 'community' } }),
    db.provider.count({ where: { area: within } }),
    db.elder.findFirst({ where: { home: { area: within } }, orderBy: { createdAt: 'asc' } }),
    db.device.findFirst({ where: { area: within, purpose: 'care' }, select: { id: true } }),
    // Whoever was one once counts: a seat that moves on does not undo what was set up.
    db.$queryRaw<{ id: string }[]>`
      select u.id from app_user u join area on area.id = u.area_id
      where starts_with(area.path, ${scope.areaPath})
        and (u.role = any (${seated}) or exists (
          select from record_change c
          where c.subject = 'user:' || u.id and (c.after ->> 'role' = any (${seated}) or c.before ->> 'role' = any (${seated}))))
      limit 1`,
  ])
  const kept = keptOf(setting[0]?.value)
  const steps = firstRunOf(
    {
      // A name was given, or somebody built below it without waiting for one.
      countyNamed: (top?.version ?? 1) > 1 || towns + communities > 0,
      towns,
      communities,
      providers,
      elders: elder ? 1 : 0,
      devices: device ? 1 : 0,
      seats: seats.length,
    },
    kept.skipped,
  )
  return {
    progress: progressOf(steps),
    dismissed: kept.dismissed,
    steps,
    elder: elder && { id: elder.id, name: elder.name },
  }
}

function keptOf(value: unknown): { skipped: string[]; dismissed: boolean } {
  if (typeof value !== 'object' || value === null) return { skipped: [], dismissed: false }
  const skipped: unknown = 'skipped' in value ? value.skipped : []
  return {
    skipped: Array.isArray(skipped) ? skipped.map(String) : [],
    dismissed: 'dismissedAt' in value && typeof value.dismissedAt === 'string',
  }
}
