import type { Scope } from '@anju/domain/access/scope'
import { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import { pageOf, type Mark, type Page } from '../page.ts'
import type { AccessFilter, AccessRow } from './schema.ts'

interface Found {
  id: string
  at: Date
  userId: string | null
  userName: string | null
  action: string
  subject: string
  elderId: string | null
  elderName: string | null
  area: string
  reason: string
}

/** Who looked at what within the scope, newest first: the area that counts is that of whom was looked at. */
export async function readAccessLog(
  scope: Scope,
  db: Db,
  { filter, mark, limit }: { filter: AccessFilter; mark: Mark | undefined; limit: number },
): Promise<Page<AccessRow>> {
  const wanted = [
    Prisma.sql`starts_with(area.path, ${scope.areaPath})`,
    ...(filter.userId === undefined ? [] : [Prisma.sql`log.user_id = ${filter.userId}::uuid`]),
    ...(filter.elderId === undefined ? [] : [Prisma.sql`log.subject = ${`elder:${filter.elderId}`}`]),
    ...(filter.from === undefined ? [] : [Prisma.sql`log.at >= ${new Date(filter.from)}`]),
    ...(filter.to === undefined ? [] : [Prisma.sql`log.at < ${new Date(filter.to)}`]),
    ...(blank(filter.who) ? [] : [Prisma.sql`u.name ilike ${part(filter.who)}`]),
    ...(blank(filter.whom) ? [] : [Prisma.sql`elder.name ilike ${part(filter.whom)}`]),
    ...(mark === undefined ? [] : [Prisma.sql`(log.at, log.id) < (${mark.at}, ${mark.id}::uuid)`]),
  ]
  const rows = await db.$queryRaw<Found[]>`
    select log.id, log.at, u.id as "userId", u.name as "userName", log.action, log.subject, log.reason,
           elder.id as "elderId", elder.name as "elderName", area.name as area
    from access_log log left join app_user u on u.id = log.user_id
      left join elder on elder.id = case when log.subject like 'elder:%' then substr(log.subject, 7)::uuid end
      join home on home.id = case when log.subject like 'home:%' then substr(log.subject, 6)::uuid else elder.home_id end
      join area on area.id = home.area_id
    where ${Prisma.join(wanted, ' and ')}
    order by log.at desc, log.id desc limit ${limit + 1}`
  return pageOf(rows, limit, (row) => row, toAccess)
}

const blank = (text: string | undefined): boolean => text === undefined || text.trim() === ''
const part = (text = ''): string => `%${text.trim().replace(/[\\%_]/g, '\\$&')}%`

function toAccess(row: Found): AccessRow {
  const { id, at, userId, userName, action, subject, elderId, elderName, area, reason } = row
  return {
    id,
    at: at.toISOString(),
    user: userId === null ? null : { id: userId, name: userName ?? '' },
    action,
    subject,
    elder: elderId === null ? null : { id: elderId, name: elderName ?? '' },
    area,
    reason,
  }
}
