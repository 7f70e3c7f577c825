import { covers, type Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import { pageOf, type Mark, type Page } from '../page.ts'
import type { ProviderRow } from './schema.ts'

interface Found {
  id: string
  name: string
  phone: string
  address: string
  areaId: string
  areaName: string
  areaPath: string
  caregivers: number
  createdAt: Date
  closedAt: Date | null
  version: number
}

/**
 * Which providers a scope sees: those of its area, those of the areas above it, which serve it too, and of a
 * provider's own user that one alone. For a query that names `provider` and its `area`.
 */
export function providersOf(scope: Scope): Prisma.Sql {
  return Prisma.sql`(starts_with(area.path, ${scope.areaPath}) or starts_with(${scope.areaPath}, area.path))
    and (${scope.providerId}::uuid is null or provider.id = ${scope.providerId}::uuid)`
}

/** Providers, newest first. */
export async function readProviders(
  scope: Scope,
  db: Db,
  { search, mark, limit }: { search: string; mark: Mark | undefined; limit: number },
): Promise<Page<ProviderRow>> {
  const part = `%${search.trim().replace(/[\\%_]/g, '\\$&')}%`
  const next =
    mark === undefined
      ? Prisma.empty
      : Prisma.sql`and (provider.created_at, provider.id) < (${mark.at}, ${mark.id}::uuid)`
  const rows = await find(scope, db, Prisma.sql`provider.name ilike ${part} ${next}`, limit + 1)
  return pageOf(
    rows,
    limit,
    (row) => ({ at: row.createdAt, id: row.id }),
    (row) => toProvider(scope, row),
  )
}

/** One provider. Refuses `not-found` outside the scope. */
export async function readProvider(scope: Scope, db: Db, id: string): Promise<ProviderRow> {
  const [row] = await find(scope, db, Prisma.sql`provider.id = ${id}::uuid`, 1)
  if (!row) throw new Refusal('not-found')
  return toProvider(scope, row)
}

async function find(scope: Scope, db: Db, wanted: Prisma.Sql, limit: number): Promise<Found[]> {
  return db.$queryRaw<Found[]>`
    select provider.id, provider.name, provider.phone, provider.address, area.id as "areaId", area.name as "areaName",
           area.path as "areaPath", provider.created_at as "createdAt", provider.closed_at as "closedAt",
           provider.version,
           (select count(*)::int from caregiver where provider_id = provider.id and left_at is null) as caregivers
    from provider join area on area.id = provider.area_id
    where ${providersOf(scope)} and ${wanted}
    order by provider.created_at desc, provider.id desc limit ${limit}`
}

function toProvider(scope: Scope, row: Found): ProviderRow {
  const { id, name, phone, address, areaId, areaName, areaPath, caregivers, closedAt, version } = row
  return {
    id,
    name,
    area: { id: areaId, name: areaName },
    phone,
    address,
    caregivers,
    closedAt: closedAt?.toISOString() ?? null,
    version,
    can: covers(scope, areaPath),
  }
}
