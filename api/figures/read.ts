import type { Scope } from '@anju/domain/access/scope'
import { opensFilesOnDuty } from '@anju/domain/access/role'
import { BIN_MS, isFlood, STALE_MS, suggestsPlan } from '@anju/domain/figures/yardsticks'
import type { Db } from '@anju/prisma/reads'
import { counted } from './answering-read.ts'
import type { Period } from './period.ts'
import type { Availability, FalsePresses, Load, Stale } from './schema.ts'

const SHOWN = 20
const LISTED = 100

/** How many alarms came, how they lay in tens of minutes, and whether those were floods for who was there. */
export async function readLoad(scope: Scope, db: Db, { from, to, areaPath, timeZone }: Period): Promise<Load> {
  const days = await db.$queryRaw<Load['days']>`
    select to_char(raised_at at time zone ${timeZone}, 'YYYY-MM-DD') as day,
           count(*) filter (where priority = 'high')::integer as high,
           count(*) filter (where priority = 'medium')::integer as medium,
           count(*) filter (where priority = 'low')::integer as low
    from alarm where raised_at >= ${from} and raised_at < ${to} and starts_with(area_path, ${areaPath})
      and starts_with(area_path, ${scope.areaPath}) and ${counted}
    group by 1 order by 1`
  const bins = await db.$queryRaw<{ at: Date; alarms: number; operators: number }[]>`
    with bin as (
      select date_bin(make_interval(secs => ${BIN_MS / 1000}), raised_at, '2000-01-01Z') as at, count(*)::integer as alarms
      from alarm where raised_at >= ${from} and raised_at < ${to} and starts_with(area_path, ${areaPath})
        and starts_with(area_path, ${scope.areaPath}) and ${counted}
      group by 1)
    select bin.at, bin.alarms, (
      select count(*)::integer from (
        select entry.user_id from alarm_entry entry join alarm on alarm.id = entry.alarm_id
        where entry.user_id is not null and entry.at >= bin.at
          and entry.at < bin.at + make_interval(secs => ${BIN_MS / 1000}) and starts_with(alarm.area_path, ${areaPath})
        union
        select shift.user_id from shift join area on area.id = shift.area_id
        where shift.cancelled_at is null and shift.starts_at <= bin.at and shift.ends_at > bin.at
          and (starts_with(area.path, ${areaPath}) or starts_with(${areaPath}, area.path))) as there) as operators
    from (select * from bin order by alarms desc, at desc limit ${LISTED}) as bin order by bin.alarms desc, bin.at desc`
  const judged = bins.map(({ at, ...bin }) => ({
    ...bin,
    at: at.toISOString(),
    flood: isFlood(bin.alarms, bin.operators),
  }))
  const sum = (key: 'high' | 'medium' | 'low'): number => days.reduce((total, day) => total + day[key], 0)
  const mix = { high: sum('high'), medium: sum('medium'), low: sum('low') }
  return {
    alarms: mix.high + mix.medium + mix.low,
    mix,
    floods: judged.filter(({ flood }) => flood).length,
    busiest: judged.slice(0, SHOWN),
    days,
  }
}

/** What has stood open for a day, the longest first. */
export async function readStale(scope: Scope, db: Db, areaPath: string, now: Date): Promise<Stale> {
  const rows = await db.alarm.findMany({
    where: {
      AND: [{ areaPath: { startsWith: areaPath } }, { areaPath: { startsWith: scope.areaPath } }],
      resolvedAt: null,
      drillId: null,
      raisedAt: { lt: new Date(now.getTime() - STALE_MS) },
    },
    orderBy: [{ raisedAt: 'asc' }, { id: 'asc' }],
    take: LISTED + 1,
    include: { elder: { select: { name: true } }, area: { select: { name: true } }, owner: { select: { name: true } } },
  })
  const named = opensFilesOnDuty(scope.role)
  return {
    items: rows.slice(0, LISTED).map(({ id, kind, elder, area, raisedAt, owner }) => ({
      id,
      kind,
      elder: named ? (elder?.name ?? null) : null,
      area: area?.name ?? null,
      raisedAt: raisedAt.toISOString(),
      owner: owner?.name ?? null,
    })),
    more: rows.length > LISTED,
  }
}

interface PressedBy {
  id: string
  name: string
  area: string
  presses: number
  falsePresses: number
  plan: boolean
}

/** Who pressed without need how often, of the alarms that were resolved; with a suggestion, never an action. */
export async function readFalsePresses(
  scope: Scope,
  db: Db,
  { from, to, areaPath }: Period,
  now: Date,
): Promise<FalsePresses> {
  const rows = await db.$queryRaw<PressedBy[]>`
    with pressed as (
      select elder_id, count(*)::integer as presses,
             count(*) filter (where outcome = 'false-press')::integer as "falsePresses"
      from alarm where kind = 'emergency-press' and elder_id is not null and resolved_at is not null
        and outcome <> 'test' and raised_at >= ${from} and raised_at < ${to} and starts_with(area_path, ${areaPath})
        and starts_with(area_path, ${scope.areaPath}) and ${counted}
      group by elder_id)
    select elder.id, elder.name, area.name as area, presses, "falsePresses",
           exists (select from nuisance_plan plan where plan.elder_id = elder.id and plan.ended_at is null
                     and plan.until > ${now}) as plan
    from pressed join elder on elder.id = pressed.elder_id join home on home.id = elder.home_id
    join area on area.id = home.area_id
    order by "falsePresses" desc, presses desc, elder.id`
  const sum = (key: 'presses' | 'falsePresses'): number => rows.reduce((total, row) => total + row[key], 0)
  // An office that sees no file on duty gets the sums alone.
  const items = opensFilesOnDuty(scope.role) ? rows.filter((row) => row.falsePresses > 0).slice(0, LISTED) : []
  return {
    presses: sum('presses'),
    falsePresses: sum('falsePresses'),
    items: items.map(({ id, name, ...row }) => ({ elder: { id, name }, ...row, suggested: suggestsPlan(row) })),
  }
}

/**
 * How much of their time the devices of each kind could be heard, from what the log tells of silences: a silence
 * counts from when it was noticed. Devices that came or went within the period count for their own time, and one that
 * was never heard, which lies in a drawer, for none. What the log tells after the period says how it stood at its end.
 */
export async function readAvailability(
  scope: Scope,
  db: Db,
  { from, to, areaPath }: Period,
  now: Date,
): Promise<Availability> {
  const until = to < now ? to : now
  const items = await db.$queryRaw<Availability['items']>`
    with device_time as (
      select device.id, device.kind, greatest(device.created_at, ${from}) as begins,
             least(coalesce(device.revoked_at, ${until}), ${until}) as ends
      from device join area on area.id = device.area_id join device_state s on s.device_id = device.id
      where device.purpose = 'care' and s.last_message_at is not null
        and device.created_at < ${until} and coalesce(device.revoked_at, ${until}) > ${from}
        and starts_with(area.path, ${areaPath}) and starts_with(area.path, ${scope.areaPath})),
    told as (
      select body->>'deviceId' as id, name, at, lead(at) over device as next, row_number() over device as n
      from event where topic = 'device' and name in ('device.silent', 'device.back') and at >= ${from}
      window device as (partition by body->>'deviceId' order by at, position)),
    silent as (
      select id, at as begun, coalesce(next, ${until}) as ended from told where name = 'device.silent'
      union all -- silent since before the period
      select id, '-infinity', at from told where name = 'device.back' and n = 1
      union all
      select device_id, silent_since, ${until} from device_state s
      where silent_since is not null and not exists (select from told where told.id = s.device_id)),
    silence as (
      select id, sum(greatest(0, extract(epoch from least(ended, ends) - greatest(begun, begins)))) as seconds,
             count(*) filter (where begun >= begins and begun < ends) as begun
      from silent join device_time using (id) group by id)
    select kind, count(*)::integer as devices, coalesce(sum(silence.begun), 0)::integer as silences,
           (1 - coalesce(sum(silence.seconds), 0) / sum(extract(epoch from ends - begins)))::float8 as available
    from device_time left join silence using (id)
    where ends > begins
    group by kind order by kind`
  return { items }
}
