import type { Scope } from '@anju/domain/access/scope'
import { deviceKinds } from '@anju/domain/device/kinds'
import { lateAfterS, LOW_BATTERY_PERCENT } from '@anju/domain/device/liveness'
import { Refusal } from '@anju/domain/error'
import { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import type { Page } from '../page.ts'
import { isFound } from './fleet-search.ts'
import { deviceInclude, toDevice } from './row.ts'
import type { FleetCounts, FleetFacets, FleetQuery, FleetRow, FleetSort } from './schema.ts'

const { sql, join, empty } = Prisma

/** The rule of `livenessOf` for many rows at once; a test holds the two together. */
const stateSql = (now: Date): Prisma.Sql => {
  const cases = join(
    deviceKinds.map((kind) => sql`when ${kind} then ${lateAfterS[kind]}::integer`),
    ' ',
  )
  return sql`case
    when d.revoked_at is not null then 'revoked'
    when s.silent_since is not null then 'silent'
    when s.last_message_at is null then 'never'
    when s.last_message_at < ${now}::timestamptz - make_interval(secs => least(d.silent_after_s, case d.kind ${cases} end))
      then 'late'
    else 'alive' end`
}

/** The areas a query may see, by id: few, and every device names one. */
async function areasOf(scope: Scope, db: Db, areaId: string | undefined): Promise<string[]> {
  const within = { path: { startsWith: scope.areaPath } }
  if (areaId === undefined) return (await db.area.findMany({ where: within, select: { id: true } })).map(({ id }) => id)
  const top = await db.area.findFirst({ where: { id: areaId, ...within }, select: { path: true } })
  if (!top) throw new Refusal('not-found')
  const found = await db.area.findMany({ where: { path: { startsWith: top.path } }, select: { id: true } })
  return found.map(({ id }) => id)
}

async function conditions(db: Db, query: FleetQuery, areaIds: readonly string[], now: Date): Promise<Prisma.Sql> {
  const { state, kind, lowBattery, firmware, hubId } = query
  const parts = [
    sql`d.area_id = any(${[...areaIds]}::uuid[]) and d.purpose = 'care'`,
    kind === undefined ? empty : sql`and d.kind = ${kind}`,
    hubId === undefined ? empty : sql`and d.hub_id = ${hubId}`,
    firmware === undefined ? empty : sql`and s.firmware = ${firmware}`,
    lowBattery ? sql`and d.revoked_at is null and s.battery <= ${LOW_BATTERY_PERCENT}` : empty,
    // The partial index of silent devices knows these few at once.
    state === 'silent' ? sql`and s.silent_since is not null` : empty,
    state === undefined ? empty : sql`and ${stateSql(now)} = ${state}`,
    query.search === undefined ? empty : sql`and ${await isFound(db, query.search)}`,
  ]
  return join(parts, ' ')
}

interface SortOf {
  key: Prisma.Sql
  /** Comparison that follows a key, and the direction of both columns. */
  after: Prisma.Sql
  direction: Prisma.Sql
}
const epoch = (column: Prisma.Sql) => sql`coalesce(floor(extract(epoch from ${column}) * 1000)::float8, 0)`
const sorts: Record<FleetSort, SortOf> = {
  newest: { key: sql`d.created_at`, after: sql`<`, direction: sql`desc` },
  unheard: { key: epoch(sql`s.last_message_at`), after: sql`>`, direction: sql`asc` },
  battery: { key: sql`coalesce(s.battery, 101)::float8`, after: sql`>`, direction: sql`asc` },
}

/** Where a page of a sort ended. */
export interface FleetMark {
  sort: FleetSort
  key: number
  id: string
}

export function fleetCursor({ sort, key, id }: FleetMark): string {
  return Buffer.from(JSON.stringify([sort, key, id])).toString('base64url')
}

/** Reads a cursor of `fleetCursor`; refuses `invalid-cursor`, and that of another order. */
export function fleetMark(cursor: string | undefined, sort: FleetSort): FleetMark | undefined {
  if (cursor === undefined || cursor === '') return undefined
  const found = /^\["(\w+)",(\d{1,16}),"([A-Za-z0-9._-]{1,64})"\]$/.exec(Buffer.from(cursor, 'base64url').toString())
  const [, of, key, id] = found ?? []
  if (of !== sort || key === undefined || id === undefined) throw new Refusal('invalid-cursor')
  return { sort, key: Number(key), id }
}

const DAY_MS = 86_400_000

/** A page of the fleet: one query finds the ids in their order, a second reads them whole. */
export async function readFleet(
  scope: Scope,
  db: Db,
  asked: { query: FleetQuery; sort: FleetSort; mark: FleetMark | undefined; limit: number; now: Date },
): Promise<Page<FleetRow>> {
  const { query, mark, limit, now } = asked
  const { key, after, direction } = sorts[asked.sort]
  const areaIds = await areasOf(scope, db, query.areaId)
  const at = asked.sort === 'newest' ? sql`${new Date(mark?.key ?? 0)}::timestamptz` : sql`${mark?.key ?? 0}::float8`
  // Instants are compared to the millisecond, as JavaScript wrote them.
  const where = await conditions(db, query, areaIds, now)
  const from = mark ? sql`and (${key}, d.id) ${after} (${at}, ${mark.id})` : empty
  const found = await db.$queryRaw<{ id: string; key: Date | number }[]>`
    select d.id, ${key} as key from device d left join device_state s on s.device_id = d.id
    where ${where} ${from}
    order by ${key} ${direction}, d.id ${direction} limit ${limit + 1}`
  const kept = found.slice(0, limit)
  const ids = kept.map(({ id }) => id)
  const rows = await db.device.findMany({ where: { id: { in: ids } }, include: deviceInclude(now) })
  const rejected = await readRejectedDay(scope, db, ids, now)
  const byId = new Map(rows.map((row) => [row.id, row]))
  const last = kept.at(-1)
  return {
    items: ids.flatMap((id) => {
      const row = byId.get(id)
      return row ? { ...toDevice(row, now), rejectedDay: rejected.get(id) ?? 0 } : []
    }),
    next: found.length > limit && last ? fleetCursor({ sort: asked.sort, key: Number(last.key), id: last.id }) : null,
  }
}

/** How many messages of these devices could not be taken within a day. The devices are within the scope. */
export async function readRejectedDay(
  scope: Scope,
  db: Db,
  deviceIds: readonly string[],
  now: Date,
): Promise<Map<string, number>> {
  const since = new Date(now.getTime() - DAY_MS)
  const rows = await db.$queryRaw<{ id: string; total: number }[]>`
    select device_id as id, sum(total)::integer as total from rejected_tally
    where device_id = any(${[...deviceIds]}) and hour > ${since} group by device_id`
  return new Map(rows.map(({ id, total }) => [id, total]))
}

/** How many devices are in which state, of those the query means but for its own state. */
export async function readCounts(
  scope: Scope,
  db: Db,
  { query, now }: { query: FleetQuery; now: Date },
): Promise<Omit<FleetCounts, 'asOf'>> {
  const { state: _state, ...others } = query
  const areaIds = await areasOf(scope, db, query.areaId)
  const where = await conditions(db, others, areaIds, now)
  const rows = await db.$queryRaw<{ state: string; n: number; low: number }[]>`
    select state, count(*)::integer as n, count(*) filter (where battery <= ${LOW_BATTERY_PERCENT})::integer as low
    from (select ${stateSql(now)} as state, s.battery from device d left join device_state s on s.device_id = d.id
          where ${where}) as fleet group by state`
  const of = (state: string): number => rows.find((row) => row.state === state)?.n ?? 0
  const lowBattery = rows.reduce((sum, row) => sum + (row.state === 'revoked' ? 0 : row.low), 0)
  return {
    alive: of('alive'),
    late: of('late'),
    silent: of('silent'),
    never: of('never'),
    revoked: of('revoked'),
    lowBattery,
  }
}

/** What the fleet can be narrowed to: firmware versions in use, and areas that have devices. */
export async function readFacets(scope: Scope, db: Db): Promise<FleetFacets> {
  const areaIds = await areasOf(scope, db, undefined)
  const firmwares = await db.$queryRaw<{ id: string; devices: number }[]>`
    select s.firmware as id, count(*)::integer as devices from device d join device_state s on s.device_id = d.id
    where d.area_id = any(${areaIds}::uuid[]) and d.purpose = 'care' and d.revoked_at is null and s.firmware is not null
    group by s.firmware order by devices desc, id limit 100`
  const counted = await db.$queryRaw<{ id: string; devices: number }[]>`
    select area_id as id, count(*)::integer as devices from device
    where area_id = any(${areaIds}::uuid[]) and purpose = 'care' and revoked_at is null group by area_id`
  const areas = await db.area.findMany({
    where: { path: { startsWith: scope.areaPath } },
    select: { id: true, name: true, path: true },
    orderBy: { path: 'asc' },
  })
  // A path names every area above, so each adds its own to all of them.
  const devices = new Map(counted.map((row) => [row.id, row.devices]))
  const sums = new Map<string, number>()
  for (const { id, path } of areas) {
    const own = devices.get(id) ?? 0
    const above = path.split('/').slice(1, -1)
    for (const each of above) sums.set(each, (sums.get(each) ?? 0) + own)
  }
  return {
    firmwares: firmwares.map(({ id, devices }) => ({ id, name: id, devices })),
    areas: areas.map(({ id, name }) => ({ id, name, devices: sums.get(id) ?? 0 })).filter(({ devices }) => devices > 0),
  }
}
