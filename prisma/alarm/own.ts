import { SHELVED_AT_MOST_MS } from '@anju/domain/alarm/limits'
import { Refusal } from '@anju/domain/error'
import { armDeadlines } from '../deadline/apply.ts'
import { presentSeats } from '../seat/apply.ts'
import type { Tx } from '../tx.ts'
import { type Act, begin } from './act.ts'
import { armOwnedClocks, armShelf, waitingClocks } from './clocks.ts'
import { loadRule } from './rule.ts'
import { addEntries, type AlarmRow, escalate, tell } from './store.ts'

/** Hands an alarm to a named person who is at a desk now; the other hears it. */
export async function handOverAlarm(tx: Tx, act: Act & { toId: string; note: string }): Promise<void> {
  const alarm = await begin(tx, act, 'hand-over')
  if (act.toId === alarm.ownerId) return
  const seats = await presentSeats(tx, alarm.areaPath, act.now)
  if (!seats.some(({ userId }) => userId === act.toId)) throw new Refusal('seat-absent')
  await own(tx, alarm, act.toId, act.now)
  const body = { toId: act.toId, ...(act.note !== '' && { text: act.note }) }
  addEntries(tx, [{ alarmId: alarm.id, at: act.now, kind: 'handed-over', userId: act.userId, body }])
  tell(tx, alarm, 'handed-over', act.now, { ownerId: act.toId })
}

/** Another owns it from now on; it stays as far as it has come. */
export async function own(tx: Tx, alarm: AlarmRow, ownerId: string, now: Date): Promise<void> {
  await tx.query('update alarm set owner_id = $2, acknowledged_at = $3, progress_at = null where id = $1', [
    alarm.id,
    ownerId,
    now,
  ])
  armOwnedClocks(tx, alarm, (await loadRule(tx, alarm.kind, alarm.areaPath)).progressMs, now)
}

/** Its owner gives it back to the queue. */
export async function giveBackAlarm(tx: Tx, act: Act & { reason: string }): Promise<void> {
  const alarm = await begin(tx, act, 'give-back')
  await toQueue(tx, alarm, act.now, { kind: 'given-back', userId: act.userId, body: { text: act.reason } })
}

/** Nobody's: it waits in the queue with new clocks and sounds again; where nobody would hear it, it goes outside. */
export async function toQueue(
  tx: Tx,
  alarm: AlarmRow,
  now: Date,
  why: { kind: 'given-back' | 'unshelved'; userId?: string; body: Record<string, unknown> },
): Promise<void> {
  await tx.query(
    `update alarm set state = 'raised', owner_id = null, acknowledged_at = null, progress_at = null,
       shelved_until = null, clock_from = $2, escalation = 0
     where id = $1`,
    [alarm.id, now],
  )
  addEntries(tx, [{ alarmId: alarm.id, at: now, ...why }])
  const [shown, unowned] = waitingClocks({ ...alarm, clockFrom: now })
  armDeadlines(tx, [...(alarm.priority === 'high' && shown ? [shown] : []), ...(unowned ? [unowned] : [])])
  tell(tx, alarm, why.kind, now, { sounds: true })
  if (alarm.priority === 'high' && (await presentSeats(tx, alarm.areaPath, now)).length === 0) {
    await escalate(tx, alarm, 'no-seat', 2, now)
  }
}

/** Out of the queue for a while: it neither sounds nor escalates until then, unless somebody presses. */
export async function shelveAlarm(tx: Tx, act: Act & { until: Date; reason: string }): Promise<void> {
  const alarm = await begin(tx, act, 'shelve')
  const { until, now } = act
  if (until <= now || until.getTime() > now.getTime() + SHELVED_AT_MOST_MS) throw new Refusal('date-impossible')
  await tx.query(
    `update alarm set state = 'raised', owner_id = null, acknowledged_at = null, progress_at = null, shelved_until = $2
     where id = $1`,
    [alarm.id, until],
  )
  const body = { until: until.toISOString(), text: act.reason }
  addEntries(tx, [{ alarmId: alarm.id, at: now, kind: 'shelved', userId: act.userId, body }])
  armShelf(tx, alarm, until)
  tell(tx, alarm, 'shelved', now, { until: until.toISOString() })
}

/** How many open alarms somebody owns: nobody signs out while owning one. */
export async function countOwned(tx: Pick<Tx, 'query'>, userId: string): Promise<number> {
  const [row] = await tx.query<{ n: number }>(
    'select count(*)::integer as n from alarm where owner_id = $1 and resolved_at is null',
    [userId],
  )
  return row?.n ?? 0
}

/** When a browser of this person last beat, however silent. */
export async function lastBeat(tx: Pick<Tx, 'query'>, userId: string | null): Promise<Date | null> {
  if (userId === null) return null
  const [row] = await tx.query<{ at: Date | null }>('select max(beat_at) as at from seat where user_id = $1', [userId])
  return row?.at ?? null
}
