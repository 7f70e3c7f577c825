import { HELP_COMING_EXPIRES_MS } from '@anju/domain/alarm/limits'
import { type AlarmAction, can } from '@anju/domain/alarm/can'
import type { Outcome } from '@anju/domain/alarm/kinds'
import { Refusal } from '@anju/domain/error'
import { queueCommand } from '../command/apply.ts'
import { appendEvidence } from '../evidence/apply.ts'
import { lockSubjects, type Tx } from '../tx.ts'
import { addEntries, type AlarmRow, loadAlarm, tell } from './store.ts'

interface Act {
  alarmId: string
  userId: string
  now: Date
}

/** A named person takes the alarm; whoever pressed hears that someone is on it. Taking one's own again changes nothing. */
export async function acknowledgeAlarm(tx: Tx, act: Act): Promise<void> {
  const alarm = await begin(tx, act, 'acknowledge')
  if (alarm.state === 'acknowledged') return
  await tx.query(`update alarm set state = 'acknowledged', owner_id = $2, acknowledged_at = $3 where id = $1`, [
    alarm.id,
    act.userId,
    act.now,
  ])
  addEntries(tx, [{ alarmId: alarm.id, at: act.now, kind: 'acknowledged', userId: act.userId }])
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

export async function noteAlarm(tx: Tx, act: Act & { text: string }): Promise<void> {
  const alarm = await begin(tx, act, 'note')
  addEntries(tx, [{ alarmId: alarm.id, at: act.now, kind: 'note', userId: act.userId, body: { text: act.text } }])
  tell(tx, alarm, 'note', act.now)
}

/** The end of an alarm, as its owner found it; it goes into the elder's chain of evidence. */
export async function resolveAlarm(tx: Tx, act: Act & { outcome: Outcome; note: string }): Promise<void> {
  const alarm = await begin(tx, act, 'resolve')
  await tx.query(`update alarm set state = 'resolved', resolved_at = $2, outcome = $3 where id = $1`, [
    alarm.id,
    act.now,
    act.outcome,
  ])
  const body = { outcome: act.outcome, ...(act.note === '' ? {} : { text: act.note }) }
  addEntries(tx, [{ alarmId: alarm.id, at: act.now, kind: 'resolved', userId: act.userId, body }])
  tell(tx, alarm, 'resolved', act.now, { outcome: act.outcome })
  if (alarm.elderId === null) return
  await appendEvidence(tx, {
    elderId: alarm.elderId,
    kind: 'alarm',
    at: act.now,
    body: {
      alarmId: alarm.id,
      kind: alarm.kind,
      raisedAt: alarm.raisedAt.toISOString(),
      presses: alarm.presses,
      acknowledgedAt: alarm.acknowledgedAt?.toISOString() ?? null,
      ownerId: alarm.ownerId,
      resolvedBy: act.userId,
      outcome: act.outcome,
    },
    ...(act.note === '' ? {} : { personal: { note: act.note } }),
  })
}

/**
 * A seat painted the alarm as of so many presses (promise 11): the answer to the deadline `alarm-shown`. Stored once
 * for each seat and press. Answers the fact that was shown, or null when it was reported before.
 */
export async function reportShown(tx: Tx, shown: Act & { seatId: string; presses: number }): Promise<string | null> {
  const alarm = await loadAlarm(tx, shown.alarmId)
  if (!alarm) throw new Refusal('not-found')
  const presses = Math.min(shown.presses, alarm.presses)
  const added = await tx.query(
    `insert into alarm_shown (alarm_id, seat_id, presses, user_id, shown_at) values ($1, $2, $3, $4, $5)
     on conflict do nothing returning alarm_id`,
    [alarm.id, shown.seatId, presses, shown.userId, shown.now],
  )
  if (added.length === 0) return null
  addEntries(tx, [
    { alarmId: alarm.id, at: shown.now, kind: 'shown', userId: shown.userId, body: { seatId: shown.seatId, presses } },
  ])
  tell(tx, alarm, 'shown', shown.now, { seatId: shown.seatId, presses })
  const [press] = await tx.query<{ message: string | null }>(
    `select message from alarm_entry where alarm_id = $1 and kind in ('raised', 'pressed') order by at desc, id desc limit 1`,
    [alarm.id],
  )
  return press?.message ?? null
}

/** Locks the alarm's subject, loads it anew and asks whether this user may. */
async function begin(tx: Tx, act: Act, action: AlarmAction): Promise<AlarmRow> {
  const seen = await loadAlarm(tx, act.alarmId)
  if (!seen) throw new Refusal('not-found')
  await lockSubjects(tx, [seen.subject, ...(seen.elderId === null ? [] : [`elder:${seen.elderId}`])])
  const alarm = await loadAlarm(tx, act.alarmId)
  const [user] = await tx.query<{ id: string; role: string }>('select id, role from app_user where id = $1', [
    act.userId,
  ])
  if (!alarm || !user) throw new Refusal('not-found')
  const answer = can(alarm, user)[action]
  if (answer.allowed) return alarm
  throw await refusal(tx, alarm, answer.reason)
}

async function refusal(tx: Tx, alarm: AlarmRow, reason: ConstructorParameters<typeof Refusal>[0]): Promise<Refusal> {
  if (alarm.ownerId === null) return new Refusal(reason)
  const [owner] = await tx.query<{ id: string; name: string }>('select id, name from app_user where id = $1', [
    alarm.ownerId,
  ])
  return new Refusal(reason, undefined, { owner: owner ?? null })
}
