import { covers, type Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { inForce, SERVICE_CATEGORIES } from '@anju/domain/visit/catalogue'
import { isConditionKind, SUBSTITUTES } from '@anju/domain/visit/condition'
import { isCredentialKind } from '@anju/domain/visit/credential'
import type { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import type { ServiceRow } from './schema.ts'

const include = { area: { select: { id: true, name: true, path: true } } } satisfies Prisma.ServiceInclude
type Row = Prisma.ServiceGetPayload<{ include: typeof include }>

/** Areas whose catalogue a path hears: its own and those above it. */
const heard = (path: string): string[] => path.split('/').filter((id) => id !== '')

/**
 * The catalogue that holds in an area, by number: of each the nearest. `retired`: what the area itself took out of it.
 * Refuses `not-found` outside the scope.
 */
export async function readServices(
  scope: Scope,
  db: Db,
  { areaId, retired }: { areaId: string | undefined; retired: boolean },
): Promise<ServiceRow[]> {
  const area = await db.area.findFirst({
    where: areaId === undefined ? { path: scope.areaPath } : { id: areaId, path: { startsWith: scope.areaPath } },
  })
  if (!area) throw new Refusal('not-found')
  const rows = await db.service.findMany({
    where: retired
      ? { areaId: area.id, retiredAt: { not: null } }
      : { areaId: { in: heard(area.path) }, retiredAt: null },
    include,
    orderBy: [{ retiredAt: 'desc' }, { id: 'asc' }],
  })
  if (retired) return rows.map((row) => toService(scope, row))
  return inForce(rows.map((row) => ({ ...row, areaPath: row.area.path }))).map((row) => toService(scope, row))
}

/** One service of the scope, or of an area above it. Refuses `not-found`. */
export async function readService(scope: Scope, db: Db, id: string): Promise<ServiceRow> {
  const row = await db.service.findFirst({
    where: { id, OR: [{ area: { path: { startsWith: scope.areaPath } } }, { areaId: { in: heard(scope.areaPath) } }] },
    include,
  })
  if (!row) throw new Refusal('not-found')
  return toService(scope, row)
}

function toService(scope: Scope, row: Row): ServiceRow {
  const { id, area, code, name, note, unit, priceFen, minMinutes, photos, source, retiredAt, version } = row
  return {
    id,
    area: { id: area.id, name: area.name },
    code,
    category: SERVICE_CATEGORIES.find((category) => category === row.category) ?? 'custom',
    name,
    note,
    unit,
    priceFen,
    minMinutes,
    conditions: row.conditions.filter(isConditionKind),
    familySubstitute: SUBSTITUTES.find((one) => one === row.familySubstitute) ?? null,
    credentials: row.credentials.filter(isCredentialKind),
    photos,
    source,
    retiredAt: retiredAt?.toISOString() ?? null,
    version,
    can: covers(scope, area.path),
  }
}
