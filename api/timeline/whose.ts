import { deviceKinds, type DeviceKind } from '@anju/domain/device/kinds'
import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { plannedOnce, type Db } from '@anju/prisma/reads'
import { earliest, latest, type Span } from './slice.ts'

/** What counts as an elder's: her own entries and double ones, her homes while she lived there, and their devices. */
export interface Whose {
  /** Her own id, and those of double entries merged into hers: their facts stay theirs and are read with hers. */
  elderIds: string[]
  /** Of the area she lives in: its midnights part the days. */
  timeZone: string
  /** Homes within the scope; those elsewhere show nothing but what names her. */
  stays: (Span & { homeId: string })[]
  held: (Span & { deviceId: string })[]
  /** What the devices of `held` are. */
  devices: Map<string, Device>
}

export interface Device {
  id: string
  kind: DeviceKind
  label: string
}

type Stay = Whose['stays'][number]
interface Row {
  elderIds: string[]
  timeZone: string | null
  stays: { homeId: string; from: string | null; to: string | null }[]
  stood: { deviceId: string; homeId: string; elderId: string | null; from: string; to: string | null }[]
  devices: { id: string; kind: string; label: string }[]
}

/** Refuses `not-found` outside the scope. */
export async function readWhose(scope: Scope, db: Db, elderId: string): Promise<Whose> {
  // Whoever lived in a home first has all of it: her devices' clocks may run behind her registration.
  const [found] = await db.$queryRaw<Row[]>`
    with recursive hers (id) as (
      select ${elderId}::uuid union select double.id from elder double join hers on double.merged_into = hers.id),
    stay as (
      select stay.home_id as "homeId", stay.valid_to as "to",
             case when exists (select from residence before
                               where before.home_id = stay.home_id and before.valid_from < stay.valid_from)
                  then stay.valid_from end as "from"
      from residence stay join home on home.id = stay.home_id join area on area.id = home.area_id
      where stay.elder_id = any(array(select id from hers)) and starts_with(area.path, ${scope.areaPath})),
    stood as (
      select device_id as "deviceId", home_id as "homeId", elder_id as "elderId", valid_from as "from", valid_to as "to"
      from assignment where elder_id = any(array(select id from hers))
      union all
      select device_id, home_id, elder_id, valid_from, valid_to
      from (select distinct "homeId" from stay) as theirs join assignment on home_id = "homeId" and elder_id is null)
    select array(select id::text from hers) as "elderIds",
           (select area.time_zone from elder join home on home.id = elder.home_id join area on area.id = home.area_id
            where elder.id = ${elderId}::uuid and starts_with(area.path, ${scope.areaPath})) as "timeZone",
           (select coalesce(jsonb_agg(stay), '[]') from stay) as stays,
           (select coalesce(jsonb_agg(stood), '[]') from stood) as stood,
           (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'kind', kind, 'label', label)), '[]')
            from device where id in (select "deviceId" from stood)) as devices ${plannedOnce}`
  if (!found || found.timeZone === null) throw new Refusal('not-found')
  const stays = united(found.stays.map(inTime), ({ homeId }) => homeId)
  const held = found.stood.map(inTime).flatMap((row) => heldIn(row, stays))
  return {
    elderIds: found.elderIds,
    timeZone: found.timeZone,
    stays,
    held: united(held, ({ deviceId }) => deviceId),
    devices: devicesOf(found.devices),
  }
}

/** When a device stood with her: her own wherever it stood, her home's while she lived there. Another's is not hers. */
function heldIn(
  row: Span & { deviceId: string; homeId: string; elderId: string | null },
  stays: readonly Stay[],
): Whose['held'] {
  const { deviceId, from, to } = row
  if (row.elderId !== null) return [{ deviceId, from, to }]
  return stays
    .filter(({ homeId }) => homeId === row.homeId)
    .map((stay) => ({ deviceId, from: latest(from, stay.from), to: earliest(to, stay.to) }))
    .filter((span) => !span.from || !span.to || span.from < span.to)
}

function inTime<Row extends { from: string | null; to: string | null }>(row: Row): Omit<Row, 'from' | 'to'> & Span {
  const instant = (text: string | null) => (text === null ? null : new Date(text))
  return { ...row, from: instant(row.from), to: instant(row.to) }
}

/** By id; of a kind this release does not know none. */
export function devicesOf(rows: readonly { id: string; kind: string; label: string }[]): Map<string, Device> {
  return new Map(
    rows.flatMap(({ id, kind, label }) => {
      const known = deviceKinds.find((each) => each === kind)
      return known ? [[id, { id, kind: known, label }] as const] : []
    }),
  )
}

/** The columns of `unnest` for spans. */
export function columnsOf(spans: readonly Span[]): { from: (Date | null)[]; to: (Date | null)[] } {
  return { from: spans.map(({ from }) => from), to: spans.map(({ to }) => to) }
}

/** Spans of the same thing that touch or overlap, as one: a double entry lived in her home at the same time. */
function united<One extends Span>(spans: readonly One[], keyOf: (one: One) => string): One[] {
  const all: One[] = []
  for (const same of Map.groupBy(spans, keyOf).values()) {
    let last: One | undefined
    for (const span of same.sort((a, b) => (a.from?.getTime() ?? -Infinity) - (b.from?.getTime() ?? -Infinity))) {
      if (last && (last.to === null || span.from === null || span.from <= last.to)) {
        last.to = last.to && span.to && (last.to > span.to ? last.to : span.to)
      } else all.push((last = { ...span }))
    }
  }
  return all
}
