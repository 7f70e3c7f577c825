import { attribute, subjectOf } from '@anju/domain/device/attribute'
import {
  BATTERY_FULL_PERCENT,
  BATTERY_LOW_PERCENT,
  groupWatched,
  WATCH_RULE,
  type Watched,
} from '@anju/domain/device/watch'
import { clearAlarm, raiseAlarm } from '../alarm/raise.ts'
import { loadAssignments } from '../assignment/load.ts'
import { lockSubjects, type Tx } from '../tx.ts'

type Kind = 'battery-low' | 'device-tampered'
type Changed = Watched & { battery: number | null; low: boolean; full: boolean; open: boolean; whole: boolean }

/** In one go; the rest come with the next. */
const AT_MOST = 2000

/**
 * Tells of cases that are open and cells that run low, and of those that are whole and full again. A scan, and cheap on
 * any fleet: its condition is that of `device_state_to_watch`, so PostgreSQL reads those few rows that want telling.
 * Of several workers one does it at a time.
 */
export async function watchDevices(tx: Tx, now: Date): Promise<number> {
  const [mine] = await tx.query<{ got: boolean }>(
    `select pg_try_advisory_xact_lock(hashtextextended('device-watch', 0)) as got`,
  )
  if (!mine?.got) return 0
  const found = await tx.query<Changed>(
    `select device.id, area.id as "areaId", area.path as "areaPath", s.battery,
            coalesce(s.battery <= ${BATTERY_LOW_PERCENT} and s.battery_low_since is null, false) as low,
            coalesce(s.battery >= ${BATTERY_FULL_PERCENT} and s.battery_low_since is not null, false) as full,
            coalesce(s.tamper and s.tampered_since is null, false) as open,
            coalesce(not s.tamper and s.tampered_since is not null, false) as whole
     from device_state s join device on device.id = s.device_id join area on area.id = device.area_id
     where ((s.battery <= ${BATTERY_LOW_PERCENT} and s.battery_low_since is null) or (s.battery >= ${BATTERY_FULL_PERCENT} and s.battery_low_since is not null)
         or (s.tamper and s.tampered_since is null) or (not s.tamper and s.tampered_since is not null))
       and device.purpose = 'care' and device.revoked_at is null
     limit ${AT_MOST}`,
  )
  if (found.length === 0) return 0
  const of = (mark: 'low' | 'full' | 'open' | 'whole') => found.filter((device) => device[mark])
  await tx.query(
    `update device_state set
       battery_low_since = case when device_id = any($1::text[]) then $5::timestamptz when device_id = any($2::text[]) then null else battery_low_since end,
       tampered_since = case when device_id = any($3::text[]) then $5::timestamptz when device_id = any($4::text[]) then null else tampered_since end
     where device_id in (select device_id from device_state where device_id = any($1::text[] || $2::text[] || $3::text[] || $4::text[])
                         order by device_id for no key update)`,
    [...(['low', 'full', 'open', 'whole'] as const).map((mark) => of(mark).map(({ id }) => id)), now],
  )
  const planned = [
    ...(await plan(tx, 'battery-low', of('low'), now)),
    ...(await plan(tx, 'device-tampered', of('open'), now)),
  ]
  const passed = [
    ...(await standing(tx, 'battery-low', of('full'))),
    ...(await standing(tx, 'device-tampered', of('whole'))),
  ]
  await lockSubjects(
    tx,
    [...planned, ...passed].map(({ subject }) => subject),
  )
  for (const alarm of planned) await raiseAlarm(tx, { ...alarm, now })
  for (const { id, deviceId } of passed) await clearAlarm(tx, { alarmId: id, body: { deviceId }, now })
  return found.length
}

async function plan(tx: Tx, kind: Kind, devices: readonly Changed[], now: Date) {
  const byId = new Map(devices.map((device) => [device.id, device]))
  const assignments = await loadAssignments(tx, byId.keys())
  const groups = groupWatched(devices)
  const areas = await tx.query<{ id: string; path: string }>('select id, path from area where path = any($1)', [
    groups.flatMap(({ areaPath }) => areaPath ?? []),
  ])
  const open = await tx.query<{ areaId: string }>(
    `select area_id as "areaId" from alarm
     where kind = $1 and resolved_at is null and starts_with(subject, 'community:') and area_id = any($2)`,
    [kind, devices.map(({ areaId }) => areaId)],
  )
  const errands = new Set(open.map(({ areaId }) => areaId))
  return groups.flatMap(({ areaPath, devices: ids }) => {
    const first = byId.get(ids[0] ?? '')
    if (!first) return []
    const area = areaPath === null ? undefined : areas.find(({ path }) => path === areaPath)
    const reasons = {
      rule: WATCH_RULE,
      because: kind,
      devices: ids,
      battery: ids.map((id) => byId.get(id)?.battery ?? null),
    }
    // Who goes to the village anyway takes this one along.
    const shared = area?.id ?? (errands.has(first.areaId) ? first.areaId : undefined)
    if (shared !== undefined) {
      return [
        {
          kind,
          subject: `community:${shared}`,
          areaId: shared,
          areaPath: area?.path ?? first.areaPath,
          devices: ids,
          reasons,
        },
      ]
    }
    const owner = attribute(assignments.get(first.id) ?? [], now, null)
    const { areaId, areaPath: path } = owner ?? first
    const whose = { elderId: owner?.elderId ?? null, homeId: owner?.homeId ?? null, deviceId: first.id }
    return [{ kind, subject: subjectOf(first.id, owner), areaId, areaPath: path, ...whose, devices: ids, reasons }]
  })
}

/** The open alarms that tell of these devices: they stay, and say that this one's cause is gone. */
async function standing(tx: Tx, kind: Kind, devices: readonly Changed[]) {
  if (devices.length === 0) return []
  return tx.query<{ id: string; subject: string; deviceId: string }>(
    `select alarm.id, alarm.subject, passed.id as "deviceId"
     from unnest($2::text[]) as passed (id) join alarm on passed.id = any(alarm.devices)
     where alarm.kind = $1 and alarm.resolved_at is null`,
    [kind, devices.map(({ id }) => id)],
  )
}
