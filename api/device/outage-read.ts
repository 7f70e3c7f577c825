import type { Scope } from '@anju/domain/access/scope'
import { SHOWS_WITHIN_S } from '@anju/domain/silence/dark'
import { groupSilent, type SilenceGroup } from '@anju/domain/silence/silence'
import type { Db } from '@anju/prisma/reads'
import { ageOf } from '../day.ts'
import type { Outage } from './outage-schema.ts'
import { kindOf } from './row.ts'

/** Nobody reads more names of one village at a glance; the rest are counted. */
const ELDERS_SHOWN = 20

interface Silent {
  id: string
  hubId: string | null
  areaId: string
  label: string
  since: Date
}

/** Where devices are silent now: by village, worst first, with what they share and whom to ask after. */
export async function readOutages(scope: Scope, db: Db, now: Date): Promise<Outage[]> {
  const silent = await db.$queryRaw<Silent[]>`
    select d.id, d.hub_id as "hubId", d.area_id as "areaId", d.label, s.silent_since as since
    from device_state s join device d on d.id = s.device_id join area on area.id = d.area_id
    where s.silent_since is not null and d.purpose = 'care' and d.revoked_at is null
      and starts_with(area.path, ${scope.areaPath})`
  if (silent.length === 0) return []
  const areaIds = [...new Set(silent.map(({ areaId }) => areaId))]
  const areas = await db.area.findMany({ where: { id: { in: areaIds } }, include: { parent: true } })
  const totals = await db.$queryRaw<{ id: string; heard: number; shows: number }[]>`
    select d.area_id as id, count(s.last_message_at)::integer as heard,
           count(*) filter (where d.silent_after_s <= ${SHOWS_WITHIN_S} or s.silent_since is not null)::integer as shows
    from device d left join device_state s on s.device_id = d.id
    where d.area_id = any(${areaIds}::uuid[]) and d.purpose = 'care' and d.revoked_at is null group by d.area_id`
  const groups = groupSilent(silent, new Map(totals.map(({ id, shows }) => [id, shows])))
  const alarms = await db.$queryRaw<{ id: string; state: string; areaId: string; devices: string[] }[]>`
    select id, state, area_id as "areaId", devices from alarm
    where resolved_at is null and kind = 'device-silent' and drill_id is null and area_id = any(${areaIds}::uuid[])
    order by raised_at`
  const elders = await readEldersInTheDark(scope, db, areaIds)
  const byId = new Map(silent.map((device) => [device.id, device]))
  return areas
    .map((area): Outage => {
      const here = silent.filter(({ areaId }) => areaId === area.id)
      const times = here.map(({ since }) => since.getTime())
      const ours = groups.filter((group) => byId.get(group.devices[0] ?? '')?.areaId === area.id)
      const people = elders.filter(({ areaId }) => areaId === area.id)
      return {
        area: { id: area.id, name: area.name },
        town: area.parent?.kind === 'town' ? area.parent.name : null,
        dark: ours.some(({ cause }) => cause === 'community'),
        devices: totals.find(({ id }) => id === area.id)?.heard ?? here.length,
        silent: here.length,
        since: new Date(Math.min(...times)).toISOString(),
        lastSince: new Date(Math.max(...times)).toISOString(),
        hubs: hubsOf(ours, byId),
        alone: ours.filter(({ cause }) => cause === 'device').length,
        alarms: alarms
          .filter(({ areaId }) => areaId === area.id)
          .map(({ id, state, devices }) => ({ id, state, devices: Math.max(1, devices.length) })),
        elders: people.slice(0, ELDERS_SHOWN).map(({ id, name, phone, address, kinds, since, bornOn }) => ({
          id,
          name,
          age: ageOf(bornOn, area.timeZone, now),
          phone,
          address,
          kinds: kinds.map(kindOf),
          since: since.toISOString(),
        })),
        moreElders: Math.max(0, people.length - ELDERS_SHOWN),
      }
    })
    .sort(worstFirst)
}

/** Villages that share a cause first; then by how many, then by how long. */
function worstFirst(a: Outage, b: Outage): number {
  return Number(b.dark) - Number(a.dark) || b.silent - a.silent || a.since.localeCompare(b.since)
}

/** Hubs whose children fell silent with them; in a dark village those too, as somebody must go to one of them. */
function hubsOf(groups: readonly SilenceGroup[], byId: ReadonlyMap<string, Silent>): Outage['hubs'] {
  const silent = groups.flatMap(({ devices }) => devices.flatMap((id) => byId.get(id) ?? []))
  return [...Map.groupBy(silent, ({ hubId }) => hubId)]
    .flatMap(([hubId, children]) => {
      const hub = hubId === null ? undefined : byId.get(hubId)
      return hub ? [{ id: hub.id, label: hub.label, children: children.length }] : []
    })
    .sort((a, b) => b.children - a.children)
}

interface InTheDark {
  id: string
  areaId: string
  name: string
  phone: string
  address: string
  bornOn: Date | null
  kinds: string[]
  since: Date
}

/** Who lives with a silent device: without their button first, then the oldest. The areas are within the scope. */
async function readEldersInTheDark(scope: Scope, db: Db, areaIds: readonly string[]): Promise<InTheDark[]> {
  return db.$queryRaw<InTheDark[]>`
    select elder.id, d.area_id as "areaId", elder.name, elder.phone, home.address, elder.born_on as "bornOn",
           array_agg(distinct d.kind order by d.kind) as kinds, min(s.silent_since) as since
    from device_state s join device d on d.id = s.device_id
    join assignment a on a.device_id = d.id and a.valid_to is null
    join home on home.id = a.home_id
    join elder on elder.home_id = a.home_id and (a.elder_id is null or a.elder_id = elder.id)
    where s.silent_since is not null and d.revoked_at is null and d.area_id = any(${[...areaIds]}::uuid[])
      and elder.died_on is null and elder.merged_into is null
    group by elder.id, d.area_id, home.address
    order by bool_or(d.kind in ('button', 'hub')) desc, elder.born_on nulls last, elder.id`
}
