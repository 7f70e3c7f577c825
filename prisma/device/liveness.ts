import { addEntries, tell, type AlarmRow } from '../alarm/store.ts'
import { lockSubjects, type Tx } from '../tx.ts'

export interface Heard {
  deviceId: string
  at: Date
}

/** Notes when devices were last heard, many at once. Answers with those that had been silent. */
export async function recordHeard(tx: Tx, heard: readonly Heard[]): Promise<string[]> {
  if (heard.length === 0) return []
  const sorted = [...heard].sort((a, b) => (a.deviceId < b.deviceId ? -1 : 1)) // row locks in one order for everybody
  const rows = await tx.query<{ deviceId: string }>(
    `with locked as (
       select s.device_id, h.at, s.silent_since from device_state s
       join unnest($1::text[], $2::timestamptz[]) as h (device_id, at) on h.device_id = s.device_id
       order by s.device_id for no key update of s),
     noted as (
       update device_state s set last_message_at = greatest(s.last_message_at, locked.at)
       from locked where s.device_id = locked.device_id)
     select device_id as "deviceId" from locked where silent_since is not null`,
    [sorted.map((item) => item.deviceId), sorted.map((item) => item.at)],
  )
  return rows.map((row) => row.deviceId)
}

/** A device that was silent speaks again: its alarm keeps standing (it latches) and says so. */
export async function deviceBack(tx: Tx, deviceId: string, now: Date): Promise<void> {
  await lockSubjects(tx, [`device:${deviceId}`])
  const [row] = await tx.query<{ areaPath: string }>(
    `update device_state set silent_since = null from device join area on area.id = device.area_id
     where device.id = device_state.device_id and device_id = $1 and silent_since is not null
     returning area.path as "areaPath"`,
    [deviceId],
  )
  if (!row) return
  tx.events.push({
    at: now,
    topic: 'device',
    name: 'device.back',
    areaPath: row.areaPath,
    subject: `device:${deviceId}`,
    body: { deviceId },
  })
  const alarms = await tx.query<
    Pick<AlarmRow, 'id' | 'subject' | 'kind' | 'priority' | 'areaPath' | 'elderId' | 'homeId'>
  >(
    `select id, subject, kind, priority, area_path as "areaPath", elder_id as "elderId", home_id as "homeId" from alarm
     where kind = 'device-silent' and resolved_at is null and (device_id = $1 or $1 = any(devices))`,
    [deviceId],
  )
  addEntries(
    tx,
    alarms.map((alarm) => ({ alarmId: alarm.id, at: now, kind: 'device-back', body: { deviceId } })),
  )
  for (const alarm of alarms) tell(tx, alarm, 'device-back', now, { deviceId })
}

/** A gateway says that it is up, so that our own downtime never counts as a device's silence. */
export async function beatGateway(tx: Tx, run: { id: string; startedAt: Date; now: Date }): Promise<void> {
  await tx.query(
    `insert into gateway_run (id, started_at, beat_at) values ($1, $2, $3)
     on conflict (id) do update set beat_at = excluded.beat_at`,
    [run.id, run.startedAt, run.now],
  )
}
