import { mayGive } from '@anju/domain/access/grant'
import { isRole, type Role } from '@anju/domain/access/role'
import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import { pageOf, type Mark, type Page } from '../page.ts'
import type { StaffChange, UserDetail, UserRow, userStates } from './schema.ts'

interface Found {
  id: string
  username: string | null
  name: string
  phone: string
  role: string
  areaId: string
  areaName: string
  areaPath: string
  providerId: string | null
  providerName: string | null
  joined: boolean
  createdAt: Date
  disabledAt: Date | null
  lastSeenAt: Date | null
  version: number
}

export interface UserQuery {
  /** Part of a name, user name or telephone number. */
  search: string
  role: Role | undefined
  areaId: string | undefined
  state: (typeof userStates)[number] | undefined
  /** Only those who may hold a seat. */
  roles: readonly Role[] | undefined
  mark: Mark | undefined
  limit: number
}

/** Users of the scope, newest first. */
export async function readUsers(scope: Scope, db: Db, query: UserQuery): Promise<Page<UserRow>> {
  const { search, role, areaId, state, mark, limit } = query
  const part = `%${search.trim().replace(/[\\%_]/g, '\\$&')}%`
  const wanted = [
    ...(search.trim() === ''
      ? []
      : [Prisma.sql`(u.name ilike ${part} or u.username ilike ${part} or u.phone like ${part})`]),
    ...(role === undefined ? [] : [Prisma.sql`u.role = ${role}`]),
    ...(query.roles === undefined ? [] : [Prisma.sql`u.role = any (${[...query.roles]})`]),
    ...(areaId === undefined
      ? []
      : [Prisma.sql`starts_with(area.path, (select path from area where id = ${areaId}::uuid))`]),
    ...(state === undefined ? [] : [stateIs[state]]),
    ...(mark === undefined ? [] : [Prisma.sql`(u.created_at, u.id) < (${mark.at}, ${mark.id}::uuid)`]),
  ]
  const rows = await find(scope, db, wanted, limit + 1)
  return pageOf(
    rows,
    limit,
    (row) => ({ at: row.createdAt, id: row.id }),
    (row) => toUser(scope, row),
  )
}

/** By a password, or on a phone by a PIN. */
const joined = Prisma.sql`(u.password_hash is not null
  or exists (select from phone_key where user_id = u.id and revoked_at is null))`

const stateIs = {
  disabled: Prisma.sql`u.disabled_at is not null`,
  invited: Prisma.sql`u.disabled_at is null and not ${joined}`,
  active: Prisma.sql`u.disabled_at is null and ${joined}`,
}

async function find(scope: Scope, db: Db, wanted: Prisma.Sql[], limit: number): Promise<Found[]> {
  const own = Prisma.sql`starts_with(area.path, ${scope.areaPath})
    and (${scope.providerId}::uuid is null or u.provider_id = ${scope.providerId}::uuid)`
  return db.$queryRaw<Found[]>`
    select u.id, u.username, u.name, u.phone, u.role, area.id as "areaId", area.name as "areaName",
           area.path as "areaPath", provider.id as "providerId", provider.name as "providerName",
           ${joined} as joined, u.created_at as "createdAt", u.disabled_at as "disabledAt",
           (select max(last_seen_at) from session where user_id = u.id) as "lastSeenAt", u.version
    from app_user u join area on area.id = u.area_id left join provider on provider.id = u.provider_id
    where ${Prisma.join([own, ...wanted], ' and ')}
    order by u.created_at desc, u.id desc limit ${limit}`
}

/** One user with the open link and what was changed. Refuses `not-found` outside the scope. */
export async function readUser(scope: Scope, db: Db, { id, now }: { id: string; now: Date }): Promise<UserDetail> {
  const [row] = await find(scope, db, [Prisma.sql`u.id = ${id}::uuid`], 1)
  if (!row) throw new Refusal('not-found')
  const link = await db.invitation.findFirst({
    where: { userId: id, usedAt: null, withdrawnAt: null, expiresAt: { gt: now } },
    orderBy: { createdAt: 'desc' },
  })
  return {
    ...toUser(scope, row),
    link: link && {
      kind: link.kind === 'reset' ? 'reset' : 'invite',
      createdAt: link.createdAt.toISOString(),
      expiresAt: link.expiresAt.toISOString(),
    },
    history: await historyOf(db, `user:${id}`),
  }
}

/** The newest changes of a record; whoever asks has just read the record itself. */
async function historyOf(db: Db, subject: string): Promise<StaffChange[]> {
  const rows = await db.recordChange.findMany({
    where: { subject },
    include: { user: { select: { name: true } } },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: 50,
  })
  return rows.map(({ at, user, action, before, after, reason }) => ({
    at: at.toISOString(),
    by: user?.name ?? null,
    action,
    before: fields(before),
    after: fields(after),
    reason,
  }))
}

function fields(json: Prisma.JsonValue): Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json } : {}
}

function toUser(scope: Scope, row: Found): UserRow {
  if (!isRole(row.role)) throw new Error(`a user with the role ${row.role}`)
  const { id, username, name, phone, role, areaId, areaName, areaPath, providerId, providerName, version } = row
  return {
    id,
    username,
    name,
    phone,
    role,
    area: { id: areaId, name: areaName },
    provider: providerId === null ? null : { id: providerId, name: providerName ?? '' },
    state: row.disabledAt !== null ? 'disabled' : row.joined ? 'active' : 'invited',
    lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    version,
    can: mayGive(scope, { role, areaPath, providerId }),
  }
}
