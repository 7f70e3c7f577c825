import { COLLECT_MS } from '@anju/domain/silence/silence'
import { armDeadlines } from '../deadline/apply.ts'
import type { Tx } from '../tx.ts'
import { addEntries, type AlarmRow, columns, tell } from './store.ts'

const openSilences = `select ${columns} from alarm
  where kind = 'device-silent' and resolved_at is null and drill_id is null
    and (device_id = any($1) or devices && $1::text[])`

/** What to lock, with the devices themselves, before they move: their silence is decided and answered under these. */
export async function silenceSubjects(tx: Tx, deviceIds: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ subject: string }>(
    `select subject from (${openSilences}) as open
     union
     select 'silence:' || split_part(area.path, '/', 2)
     from device_state s join device on device.id = s.device_id join area on area.id = device.area_id
     where s.device_id = any($1) and s.silent_since is not null`,
    [deviceIds],
  )
  return rows.map(({ subject }) => subject)
}

interface Standing extends Pick<AlarmRow, 'areaId' | 'areaPath' | 'homeId' | 'elderId'> {
  id: string
}

/**
 * These devices stand elsewhere now, or are somebody else's. The alarm of one's silence goes with it, so that who
 * answers is sent to where it is; one that lists others as well lets it go, and its silence is decided anew where it
 * stands. The story says so either way. Under the locks of `silenceSubjects`.
 */
export async function followDevices(tx: Tx, deviceIds: readonly string[], now: Date): Promise<void> {
  const open = await tx.query<AlarmRow>(`${openSilences} order by id`, [deviceIds])
  if (open.length === 0) return
  const standing = await tx.query<Standing & Record<string, unknown>>(
    `select distinct on (device.id) device.id, area.id as "areaId", area.path as "areaPath", a.home_id as "homeId",
            a.elder_id as "elderId"
     from device join area on area.id = device.area_id
     left join assignment a on a.device_id = device.id and a.valid_to is null
     where device.id = any($1) order by device.id, a.user_number nulls first`,
    [deviceIds],
  )
  for (const alarm of open) {
    const moved = standing.filter((device) => isListed(alarm, device.id) && stoodElsewhere(alarm, device))
    const own = moved.find((device) => goesWith(alarm, device.id))
    if (own) await carry(tx, alarm, own, now)
    else if (moved.length > 0) await letGo(tx, alarm, moved, now)
  }
}

const isListed = (alarm: AlarmRow, id: string): boolean => alarm.deviceId === id || alarm.devices.includes(id)

/** A village's alarm is about all that stands there; any other about a home and whose the device is. */
function stoodElsewhere(alarm: AlarmRow, device: Standing): boolean {
  if (alarm.subject.startsWith('community:')) return device.areaId !== alarm.areaId
  return device.homeId !== alarm.homeId || device.elderId !== alarm.elderId || device.areaId !== alarm.areaId
}

/** It is about this device alone, or about this hub and what hangs on it. */
const goesWith = (alarm: AlarmRow, id: string): boolean =>
  alarm.subject === `device:${id}` || alarm.devices.every((each) => each === id)

async function carry(tx: Tx, alarm: AlarmRow, device: Standing, now: Date): Promise<void> {
  const { id, areaId, areaPath, homeId, elderId } = device
  // Of her new home another device may be silent already; under its own name it is in nobody's way.
  const subject = elderId !== null && alarm.subject === `elder:${elderId}` ? alarm.subject : `device:${id}`
  await tx.query(
    'update alarm set subject = $2, area_id = $3, area_path = $4, home_id = $5, elder_id = $6 where id = $1',
    [alarm.id, subject, areaId, areaPath, homeId, elderId],
  )
  note(tx, alarm, [id], { homeId, elderId }, now)
  const there = { ...alarm, subject, areaPath, homeId, elderId }
  // Those who were told of it learn that it is elsewhere now.
  const told = areaPath === alarm.areaPath ? [there] : [there, { ...there, areaPath: alarm.areaPath }]
  for (const each of told) tellMoved(tx, each, now)
}

async function letGo(tx: Tx, alarm: AlarmRow, moved: readonly Standing[], now: Date): Promise<void> {
  const gone = moved.map(({ id }) => id)
  const left = alarm.devices.filter((id) => !gone.includes(id))
  const deviceId = alarm.deviceId !== null && gone.includes(alarm.deviceId) ? (left[0] ?? null) : alarm.deviceId
  await tx.query('update alarm set devices = $2, device_id = $3 where id = $1', [alarm.id, left, deviceId])
  note(tx, alarm, gone, {}, now)
  tellMoved(tx, alarm, now)
  const dueAt = new Date(now.getTime() + COLLECT_MS)
  const counties = new Set(moved.map(({ areaPath }) => areaPath.split('/')[1] ?? ''))
  armDeadlines(
    tx,
    [...counties].map((county) => ({ kind: 'silence-decide', ref: county, subject: `silence:${county}`, dueAt })),
  )
}

function note(tx: Tx, alarm: AlarmRow, devices: readonly string[], to: Record<string, unknown>, now: Date): void {
  const body = { devices, fromHomeId: alarm.homeId, ...to }
  addEntries(tx, [{ alarmId: alarm.id, at: now, kind: 'device-moved', body }])
}

function tellMoved(tx: Tx, alarm: AlarmRow, now: Date): void {
  tell(tx, alarm, 'pressed', now, { presses: alarm.presses, sounds: false })
}
