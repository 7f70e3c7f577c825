import { acknowledgeAlarm, noteAlarm, reportShown } from '../alarm/apply.ts'
import { resolveAlarm } from '../alarm/end.ts'
import { loadOpen } from '../alarm/store.ts'
import { storeBatch } from '../message/batch.ts'
import { beatSeat } from '../seat/apply.ts'
import { lockSubjects, type Tx } from '../tx.ts'
import { DAY_MS, type County } from './plan.ts'
import type { PlannedPress } from './presses.ts'
import { Random } from './random.ts'
import { arrive, deviceTime, saidId, type Said } from './said.ts'

const ACK_AFTER_MS = 900

/** Who sat at the desk in the past: a session that ended, and a seat last heard of when the county was begun. */
export type PastSeats = ReadonlyMap<string, { userId: string; seatId: string }>

/**
 * A press of the past, stored and dealt with by the same functions as one of today, each with its own `now`. An elder
 * with an open alarm is left alone: that one is real, and must not be joined by an invented press.
 */
export async function storePress(tx: Tx, county: County, seats: PastSeats, press: PlannedPress): Promise<void> {
  const subject = `elder:${press.elder.id}`
  const random = new Random(county.seed, `press ${press.device.id} ${press.at.toISOString()}`)
  await lockSubjects(tx, [subject])
  if ((await loadOpen(tx, [subject], 'emergency-press')).length > 0) return
  const after = (ms: number): Date => new Date(press.at.getTime() + ms)
  const arrivedAt = (at: Date): Date => new Date(at.getTime() + 120)
  const say = async (topic: string, at: Date, body: Record<string, unknown>): Promise<void> => {
    const { id: deviceId, hubId: via } = press.device
    const said: Said = { deviceId, topic, body, receivedAt: arrivedAt(at), way: 'mqtt', via }
    await storeBatch(tx, arrive(random, said), said.receivedAt)
  }
  const id = (n: number): string => saidId(press.at, press.at.getUTCHours() * 100 + 100 + n)
  await say('press', press.at, { id: id(0), at: deviceTime(press.at), battery: press.device.battery })
  const [alarm] = await loadOpen(tx, [subject], 'emergency-press')
  const seat = seats.get(press.by)
  if (alarm === undefined || seat === undefined) return
  const act = { alarmId: alarm.id, userId: seat.userId }
  await reportShown(tx, {
    ...act,
    seatId: seat.seatId,
    presses: 1,
    clockFrom: arrivedAt(press.at),
    now: after(press.shownMs),
  })
  for (const [n, ms] of press.again.entries()) {
    await say('press', after(ms), { id: id(n + 1), at: deviceTime(after(ms)) })
    await reportShown(tx, {
      ...act,
      seatId: seat.seatId,
      presses: n + 2,
      clockFrom: arrivedAt(after(ms)),
      now: after(ms + press.shownMs),
    })
  }
  await acknowledgeAlarm(tx, { ...act, now: after(press.takenMs) })
  const commands = await tx.query<{ id: string }>('select id from command where alarm_id = $1', [alarm.id])
  for (const command of press.device.hubId === null ? commands : []) {
    await say('ack', after(press.takenMs + ACK_AFTER_MS), { id: command.id, result: 'played' })
  }
  if (press.note) await noteAlarm(tx, { ...act, text: press.note.text, now: after(press.note.afterMs) })
  await resolveAlarm(tx, {
    ...act,
    outcome: press.outcome,
    note: press.words,
    followUpAt: null,
    now: after(press.resolvedMs),
  })
  await settle(tx, alarm.id, after(press.resolvedMs))
}

/** Nobody asks a past alarm's questions any more, and no command of it waits. */
export async function settle(tx: Tx, alarmId: string, now: Date): Promise<void> {
  tx.send(
    `update deadline set state = 'moot', decided_at = $2, verdict = '{"why": "resolved"}'
      where ref = $1 and state = 'pending' and starts_with(kind, 'alarm-')`,
    [alarmId, now],
  )
  tx.send(`update alarm set state = 'closed', closed_at = $2 where id = $1`, [alarmId, now])
  tx.send(`update command set state = 'expired' where alarm_id = $1 and state in ('queued', 'sent')`, [alarmId])
  await tx.flush()
}

/** Seats as they were held while the history happened: absent as soon as it is over. */
export async function pastSeats(
  tx: Tx,
  county: County,
  areaPath: string,
  users: ReadonlyMap<string, string>,
): Promise<PastSeats> {
  const { base, seed } = county
  const random = new Random(seed, 'seats')
  const began = new Date(base.getTime() - DAY_MS / 2)
  const seats = new Map<string, { userId: string; seatId: string }>()
  for (const name of ['lead', 'desk1', 'desk2']) {
    const userId = users.get(name)
    const [sessionId, seatId, token] = [random.id(began), random.id(began), random.hex(32)]
    if (userId === undefined) continue
    // Of a token nobody ever held: the hash is no hash of anything. Standing again if the demo was off in between.
    tx.send(
      `insert into session (id, token_hash, user_id, created_at, expires_at, last_seen_at, user_agent)
       values ($1, decode($2, 'hex'), $3, $4, $5, $5, '演示 / demo')
       on conflict (id) do update set revoked_at = null`,
      [sessionId, token, userId, began, base],
    )
    const beat = { seatId, userId, sessionId, areaPath, armed: true, streaming: true, now: base }
    await beatSeat(tx, beat)
    seats.set(name, { userId, seatId })
  }
  return seats
}
