import { HELP_COMING_EXPIRES_MS } from '@anju/domain/alarm/limits'
import { Refusal } from '@anju/domain/error'
import { queueCommand } from '../command/apply.ts'
import type { Tx } from '../tx.ts'
import { type Act, begin } from './act.ts'
import { armOwnedClocks } from './clocks.ts'
import { loadRule } from './rule.ts'
import { addEntries, type AlarmRow, loadAlarm, tell } from './store.ts'

/** A named person takes the alarm; whoever pressed hears that someone is on it. Taking one's own again changes nothing. */
export async function acknowledgeAlarm(tx: Tx, act: Act): Promise<void> {
  const alarm = await begin(tx, act, 'acknowledge')
  if (alarm.state !== 'raised') return
  // It keeps the playbook that is in force now, however that is edited meanwhile.
  await tx.query(
    `update alarm set state = 'acknowledged', owner_id = $2, acknowledged_at = $3, progress_at = null,
       shelved_until = null, playbook_id = coalesce(playbook_id, (
         select playbook.id from playbook join area on area.id = playbook.area_id
         where playbook.kind = alarm.kind and playbook.retired_at is null and starts_with(alarm.area_path, area.path)
         order by length(area.path) desc limit 1))
     where id = $1`,
    [alarm.id, act.userId, act.now],
  )
  addEntries(tx, [{ alarmId: alarm.id, at: act.now, kind: 'acknowledged', userId: act.userId }])
  armOwnedClocks(tx, alarm, (await loadRule(tx, alarm.kind, alarm.areaPath)).progressMs, act.now)
  tell(tx, alarm, 'acknowledged', act.now, { ownerId: act.userId })
  await comfort(tx, alarm, act.now)
}

/** `help-coming` to every button that pressed: received, someone is on it. */
async function comfort(tx: Tx, alarm: AlarmRow, now: Date): Promise<void> {
  if (alarm.kind !== 'emergency-press') return
  const devices = await tx.query<{ deviceId: string }>(
    `select distinct body->>'deviceId' as "deviceId" from alarm_entry
     where alarm_id = $1 and kind in ('raised', 'pressed')
       and exists (select 1 from device where device.id = body->>'deviceId' and device.revoked_at is null)`,
    [alarm.id],
  )
  const expiresAt = new Date(now.getTime() + HELP_COMING_EXPIRES_MS)
  for (const { deviceId } of devices) {
    await queueCommand(tx, { deviceId, cmd: 'help-coming', body: {}, alarmId: alarm.id, expiresAt, now })
  }
}

/** A note; of its owner it counts as doing something about it. */
export async function noteAlarm(tx: Tx, act: Act & { text: string }): Promise<void> {
  const alarm = await begin(tx, act, 'note')
  addEntries(tx, [{ alarmId: alarm.id, at: act.now, kind: 'note', userId: act.userId, body: { text: act.text } }])
  if (alarm.ownerId === act.userId && alarm.resolvedAt === null) await progressed(tx, alarm, act.now)
  tell(tx, alarm, 'note', act.now)
}

/** Somebody does something about it: its reminders begin anew, and from the first step it is being handled. */
export async function progressed(tx: Tx, alarm: AlarmRow, now: Date, state?: 'handling'): Promise<void> {
  await tx.query(
    'update alarm set progress_at = $2, state = coalesce($3, state) where id = $1 and resolved_at is null',
    [alarm.id, now, state ?? null],
  )
}

/**
 * A seat painted the alarm as it waits since `clockFrom` (promise 11): the answer to the deadline `alarm-shown`, if no
 * later press or giving back has begun that anew. Stored once for each seat and beginning. Answers the fact that was
 * shown, or null when it was reported before.
 */
export async function reportShown(
  tx: Tx,
  shown: Act & { seatId: string; presses: number; clockFrom: Date },
): Promise<string | null> {
  const alarm = await loadAlarm(tx, shown.alarmId)
  if (!alarm) throw new Refusal('not-found')
  const presses = Math.min(shown.presses, alarm.presses)
  // Nobody has painted what is still to come.
  const clockFrom = shown.clockFrom < alarm.clockFrom ? shown.clockFrom : alarm.clockFrom
  const added = await tx.query(
    `insert into alarm_shown (alarm_id, seat_id, presses, user_id, shown_at, clock_from)
     values ($1, $2, $3, $4, $5, $6)
     on conflict do nothing returning alarm_id`,
    [alarm.id, shown.seatId, presses, shown.userId, shown.now, clockFrom],
  )
  if (added.length === 0) return null
  addEntries(tx, [
    { alarmId: alarm.id, at: shown.now, kind: 'shown', userId: shown.userId, body: { seatId: shown.seatId, presses } },
  ])
  tell(tx, alarm, 'shown', shown.now, { seatId: shown.seatId, presses })
  const [press] = await tx.query<{ message: string | null }>(
    `select message from alarm_entry where alarm_id = $1 and kind in ('raised', 'pressed') and at <= $2
     order by at desc, id desc limit 1`,
    [alarm.id, clockFrom],
  )
  return press?.message ?? null
}
