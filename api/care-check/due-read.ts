import type { Scope } from '@anju/domain/access/scope'
import { CARE_CHANNELS, CARE_RESULTS, keyReasons, OVERDUE_AFTER_DAYS } from '@anju/domain/care-check/due'
import { dueAfter, dueBefore, dueOf } from '@anju/prisma/care-check/due'
import { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import { ageOf } from '../day.ts'
import { sexOf } from '../elder/sex.ts'
import { type Mark, type Page, pageOf } from '../page.ts'
import type { CareCommunity, CareDue, careShows } from './schema.ts'

const DAY_MS = 86_400_000
const WEEK_MS = 7 * DAY_MS
const later = (now: Date, ms: number) => new Date(now.getTime() + ms)

/** The communities of the scope, or the one asked for if it lies within. */
async function areaIdsOf(scope: Scope, db: Db, areaId?: string): Promise<string[]> {
  const rows = await db.area.findMany({
    where: { path: { startsWith: scope.areaPath } },
    select: { id: true, path: true },
  })
  const wanted = areaId === undefined ? undefined : rows.find(({ id }) => id === areaId)
  if (areaId !== undefined && !wanted) return []
  return rows.filter(({ path }) => !wanted || path.startsWith(wanted.path)).map(({ id }) => id)
}

function duesOf(areaIds: readonly string[], now: Date): Prisma.Sql {
  return Prisma.sql`with asked as (select ${now}::timestamptz as now),
    ${Prisma.raw(dueBefore)} home.area_id = any(${[...areaIds]}::uuid[]) ${Prisma.raw(dueAfter)}`
}

/** After how many days an overdue check raises. */
export async function readOverdueAfter(scope: Scope, db: Db): Promise<number> {
  const [row] = await db.$queryRaw<{ days: number | null }[]>`
    select (value ->> 'overdueAfterDays')::integer as days from setting
    where key = 'care-check' and ${scope.areaPath} <> ''`
  return row?.days ?? OVERDUE_AFTER_DAYS
}

/** How many checks are due where: one pass over whoever lives in the scope. */
export async function readCareCommunities(scope: Scope, db: Db, now: Date): Promise<CareCommunity[]> {
  const areaIds = await areaIdsOf(scope, db)
  const overdueBy = later(now, -(await readOverdueAfter(scope, db)) * DAY_MS)
  type Row = Omit<CareCommunity, 'area' | 'oldest'> & { id: string; name: string; oldest: Date | null }
  const rows = await db.$queryRaw<Row[]>`
    ${duesOf(areaIds, now)},
    counted as (
      select area_id, count(*)::integer as planned,
             (count(*) filter (where due_at <= ${now}::timestamptz))::integer as due,
             (count(*) filter (where due_at <= ${overdueBy}::timestamptz))::integer as overdue,
             (count(*) filter (where due_at <= ${later(now, WEEK_MS)}::timestamptz))::integer as week,
             min(due_at) filter (where due_at <= ${now}::timestamptz) as oldest
      from due group by area_id)
    select area.id::text, area.name, town.name as town, counted.planned, counted.due, counted.overdue, counted.week,
           counted.oldest
    from counted join area on area.id = counted.area_id
    left join area town on town.id = area.parent_id and town.kind = 'town'
    order by counted.overdue desc, counted.due desc, area.name, area.id`
  return rows.map(({ id, name, oldest, ...row }) => ({
    area: { id, name },
    ...row,
    oldest: oldest?.toISOString() ?? null,
  }))
}

export interface DueAsked {
  areaId: string | undefined
  show: (typeof careShows)[number]
  mark: Mark | undefined
  limit: number
  now: Date
}

interface Row {
  id: string
  name: string
  bornOn: Date | null
  sex: string | null
  phone: string
  dialect: string
  hearing: string
  conditions: string
  address: string
  landmark: string
  alone: boolean
  areaId: string
  areaName: string
  timeZone: string
  since: Date
  days: number
  awayMs: number
  dueAt: Date
}

/** Whom to look after, the longest overdue first; within a community they are neighbours by their due day. */
export async function readDue(scope: Scope, db: Db, asked: DueAsked): Promise<Page<CareDue>> {
  const { areaId, show, mark, limit, now } = asked
  const until =
    show === 'week'
      ? later(now, WEEK_MS)
      : show === 'overdue'
        ? later(now, -(await readOverdueAfter(scope, db)) * DAY_MS)
        : now
  const onward = mark
    ? Prisma.sql`and (due.due_at, due.id) > (${mark.at}::timestamptz, ${mark.id}::uuid)`
    : Prisma.empty
  const rows = await db.$queryRaw<Row[]>`
    ${duesOf(await areaIdsOf(scope, db, areaId), now)},
    page as (
      select due.* from due where due.due_at <= ${until}::timestamptz ${onward}
      order by due.due_at, due.id limit ${limit + 1})
    select elder.id::text, elder.name, elder.born_on as "bornOn", elder.sex, elder.phone, elder.dialect, elder.hearing,
           elder.conditions, home.address, home.landmark, area.id::text as "areaId", area.name as "areaName",
           area.time_zone as "timeZone", page.since, page.days, page.away_ms as "awayMs",
           page.due_at as "dueAt",
           (select count(*) from elder mate where mate.home_id = home.id and mate.died_on is null
              and mate.merged_into is null) = 1 as alone
    from page join elder on elder.id = page.id join home on home.id = page.home_id join area on area.id = home.area_id
    order by page.due_at, page.id`
  const looks = await readLooks(
    db,
    rows.map(({ id }) => id),
  )
  return pageOf(
    rows,
    limit,
    ({ dueAt, id }) => ({ at: dueAt, id }),
    (row) => toDue(row, looks.get(row.id), now),
  )
}

interface Looks {
  last: CareDue['last']
  tries: { at: Date }[]
}

const LOOKS_READ = 20

/** The last look at each of these, whatever came of it, and those in vain. */
async function readLooks(db: Db, elderIds: string[]): Promise<Map<string, Looks>> {
  type Look = {
    elderId: string
    id: string
    at: Date
    channel: string
    result: string
    userId: string | null
    userName: string | null
  }
  const rows = await db.$queryRaw<Look[]>`
    select wanted.id::text as "elderId", look.id::text, look.at, look.channel, look.result,
           app_user.id::text as "userId", app_user.name as "userName"
    from unnest(${elderIds}::uuid[]) as wanted (id) cross join lateral (
      select * from care_check one where one.elder_id = wanted.id
        and not exists (select from care_check newer where newer.corrects = one.id)
      order by one.at desc, one.id desc limit ${LOOKS_READ}) as look
    left join app_user on app_user.id = look.user_id`
  return new Map(
    [...Map.groupBy(rows, ({ elderId }) => elderId)].map(([elderId, looks]) => {
      const [newest] = looks
      const last = newest && {
        id: newest.id,
        at: newest.at.toISOString(),
        channel: CARE_CHANNELS.find((one) => one === newest.channel) ?? 'phone',
        result: CARE_RESULTS.find((one) => one === newest.result) ?? 'not-reached',
        user: newest.userId === null ? null : { id: newest.userId, name: newest.userName ?? '' },
      }
      return [elderId, { last: last ?? null, tries: looks.filter(({ result }) => result === 'not-reached') }]
    }),
  )
}

function toDue(row: Row, looks: Looks | undefined, now: Date): CareDue {
  const { dueAt, overdueDays } = dueOf(row, now)
  const age = ageOf(row.bornOn, row.timeZone, now)
  return {
    elder: {
      id: row.id,
      name: row.name,
      age,
      sex: sexOf(row.sex),
      phone: row.phone,
      dialect: row.dialect,
      hearing: row.hearing,
    },
    address: row.address,
    landmark: row.landmark,
    area: { id: row.areaId, name: row.areaName },
    everyDays: row.days,
    since: row.since.toISOString(),
    dueAt: dueAt.toISOString(),
    overdueDays,
    key: keyReasons({ livesAlone: row.alone, age, conditions: row.conditions }),
    last: looks?.last ?? null,
    tries: looks?.tries.filter(({ at }) => at > row.since).length ?? 0,
  }
}
