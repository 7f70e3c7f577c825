import { covers, type Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import { sexOf } from '../elder/sex.ts'
import { pageOf, type Mark, type Page } from '../page.ts'
import { providersOf } from '../provider/read.ts'
import type { CaregiverRow, TagRow } from './schema.ts'

interface Found {
  id: string
  name: string
  sex: string | null
  bornOn: string | null
  phone: string
  providerId: string
  providerName: string
  areaPath: string
  createdAt: Date
  leftAt: Date | null
  version: number
}

export interface CaregiverQuery {
  /** Part of a name or telephone number. */
  search: string
  providerId: string | undefined
  left: boolean
  mark: Mark | undefined
  limit: number
}

/** Caregivers, newest first. */
export async function readCaregivers(scope: Scope, db: Db, query: CaregiverQuery): Promise<Page<CaregiverRow>> {
  const { search, providerId, left, mark, limit } = query
  const part = `%${search.trim().replace(/[\\%_]/g, '\\$&')}%`
  const wanted = [
    Prisma.sql`(caregiver.name ilike ${part} or caregiver.phone like ${part})`,
    left ? Prisma.sql`caregiver.left_at is not null` : Prisma.sql`caregiver.left_at is null`,
    ...(providerId === undefined ? [] : [Prisma.sql`provider.id = ${providerId}::uuid`]),
    ...(mark === undefined ? [] : [Prisma.sql`(caregiver.created_at, caregiver.id) < (${mark.at}, ${mark.id}::uuid)`]),
  ]
  const rows = await find(scope, db, Prisma.join(wanted, ' and '), limit + 1)
  const badges = await badgesOf(
    db,
    rows.map(({ id }) => id),
  )
  return pageOf(
    rows,
    limit,
    (row) => ({ at: row.createdAt, id: row.id }),
    (row) => toCaregiver(scope, row, badges.get(row.id) ?? []),
  )
}

/** One caregiver. Refuses `not-found` outside the scope. */
export async function readCaregiver(scope: Scope, db: Db, id: string): Promise<CaregiverRow> {
  const [row] = await find(scope, db, Prisma.sql`caregiver.id = ${id}::uuid`, 1)
  if (!row) throw new Refusal('not-found')
  return toCaregiver(scope, row, (await badgesOf(db, [id])).get(id) ?? [])
}

/** The tags at a home's door. Refuses `not-found` outside the scope. */
export async function readDoorTags(scope: Scope, db: Db, homeId: string): Promise<TagRow[]> {
  const home = await db.home.findFirst({ where: { id: homeId, area: { path: { startsWith: scope.areaPath } } } })
  if (!home) throw new Refusal('not-found')
  const tags = await db.tag.findMany({ where: { homeId, revokedAt: null }, orderBy: { createdAt: 'asc' } })
  return tags.map(toTag)
}

async function find(scope: Scope, db: Db, wanted: Prisma.Sql, limit: number): Promise<Found[]> {
  return db.$queryRaw<Found[]>`
    select caregiver.id, caregiver.name, caregiver.sex, caregiver.born_on::text as "bornOn", caregiver.phone,
           provider.id as "providerId", provider.name as "providerName", area.path as "areaPath",
           caregiver.created_at as "createdAt", caregiver.left_at as "leftAt", caregiver.version
    from caregiver join provider on provider.id = caregiver.provider_id join area on area.id = provider.area_id
    where ${providersOf(scope)} and ${wanted}
    order by caregiver.created_at desc, caregiver.id desc limit ${limit}`
}

async function badgesOf(db: Db, caregiverIds: string[]): Promise<Map<string, TagRow[]>> {
  const tags = await db.tag.findMany({
    where: { caregiverId: { in: caregiverIds }, revokedAt: null },
    orderBy: { createdAt: 'asc' },
  })
  const of = new Map<string, TagRow[]>()
  for (const tag of tags) {
    const id = tag.caregiverId ?? ''
    of.set(id, [...(of.get(id) ?? []), toTag(tag)])
  }
  return of
}

function toTag({ id, uid, label, createdAt }: { id: string; uid: string; label: string; createdAt: Date }): TagRow {
  return { id, uid, label, createdAt: createdAt.toISOString() }
}

function toCaregiver(scope: Scope, row: Found, badges: TagRow[]): CaregiverRow {
  const { id, name, bornOn, phone, providerId, providerName, areaPath, leftAt, version } = row
  return {
    id,
    name,
    sex: sexOf(row.sex),
    bornOn,
    phone,
    provider: { id: providerId, name: providerName },
    badges,
    leftAt: leftAt?.toISOString() ?? null,
    version,
    can: covers(scope, areaPath),
  }
}
