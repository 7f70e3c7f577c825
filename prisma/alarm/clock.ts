import {
  type AskedAlarm,
  decideClose,
  decideOwnerGone,
  decideProgress,
  decideShelved,
  decideShown,
  decideUnowned,
  type DeadlineVerdict,
} from '@anju/domain/alarm/deadline'
import { closeDeadline, type DueDeadline, rearm } from '../deadline/apply.ts'
import type { Tx } from '../tx.ts'
import { close } from './end.ts'
import { lastBeat, toQueue } from './own.ts'
import { loadRule } from './rule.ts'
import { addEntries, type AlarmRow, escalate, loadAlarm, tell } from './store.ts'

/** Answers a due question about an alarm. The caller holds the subject's lock. */
export async function decideAlarmDeadline(tx: Tx, due: DueDeadline, now: Date): Promise<void> {
  const alarm = await loadAlarm(tx, due.ref)
  if (!alarm) return closeDeadline(tx, due, 'moot', { why: 'gone' }, now)
  const verdict = await decide(tx, due, alarm, now)
  switch (verdict.kind) {
    case 'moot':
      return closeDeadline(tx, due, 'moot', { why: verdict.why }, now)
    case 'again':
      return rearm(tx, due, verdict.dueAt)
    case 'escalate':
      await escalate(tx, alarm, verdict.reason, verdict.escalation, now)
      if (verdict.dueAt) return rearm(tx, due, verdict.dueAt)
      return closeDeadline(tx, due, 'done', { reason: verdict.reason }, now)
    case 'remind':
      await remind(tx, alarm, verdict.level, now)
      return rearm(tx, due, verdict.dueAt)
    case 'give-back':
      // First its own row: new clocks are armed below.
      await closeDeadline(tx, due, 'done', { why: 'seat-gone' }, now)
      return toQueue(tx, alarm, now, { kind: 'given-back', body: { why: 'seat-gone', ownerId: alarm.ownerId } })
    case 'unshelve':
      await closeDeadline(tx, due, 'done', { why: 'time is over' }, now)
      return toQueue(tx, alarm, now, { kind: 'unshelved', body: {} })
    case 'close':
      await closeDeadline(tx, due, 'done', { why: 'nothing left' }, now)
      return close(tx, alarm, now)
  }
}

async function decide(tx: Tx, due: DueDeadline, alarm: AlarmRow, now: Date): Promise<DeadlineVerdict> {
  const asked: AskedAlarm = { ...alarm, shownFrom: null, ownerBeatAt: null, reminders: 0 }
  const rule = () => loadRule(tx, alarm.kind, alarm.areaPath)
  switch (due.kind) {
    case 'alarm-shown':
      return decideShown({ ...asked, shownFrom: await shownFrom(tx, alarm) }, now)
    case 'alarm-unowned':
      return decideUnowned(asked, await rule(), now)
    case 'alarm-progress':
      return decideProgress({ ...asked, reminders: await countReminders(tx, alarm) }, await rule(), now)
    case 'alarm-owner-gone':
      return decideOwnerGone({ ...asked, ownerBeatAt: await lastBeat(tx, alarm.ownerId) }, now)
    case 'alarm-shelved':
      return decideShelved(asked, now)
    case 'alarm-close':
      return decideClose(asked, now)
    default:
      throw new Error(`${due.kind} is no question about an alarm`)
  }
}

async function shownFrom(tx: Tx, { id }: AlarmRow): Promise<Date | null> {
  const [shown] = await tx.query<{ at: Date | null }>(
    'select max(clock_from) as at from alarm_shown where alarm_id = $1',
    [id],
  )
  return shown?.at ?? null
}

/** Reminders since anything was done about it. */
async function countReminders(tx: Tx, { id, progressAt, acknowledgedAt, clockFrom }: AlarmRow): Promise<number> {
  const [row] = await tx.query<{ n: number }>(
    `select count(*)::integer as n from alarm_entry
     where alarm_id = $1 and kind = 'reminded' and at > greatest($2::timestamptz, $3::timestamptz, $4::timestamptz)`,
    [id, clockFrom, acknowledgedAt, progressAt],
  )
  return row?.n ?? 0
}

/** Its owner hears that nothing was done about it; of a later reminder the lead hears too. */
async function remind(tx: Tx, alarm: AlarmRow, level: 0 | 1, now: Date): Promise<void> {
  if (level === 1) await escalate(tx, alarm, 'no-progress', Math.max(1, alarm.escalation), now)
  addEntries(tx, [{ alarmId: alarm.id, at: now, kind: 'reminded', body: { ownerId: alarm.ownerId, level } }])
  tell(tx, alarm, 'reminded', now, { ownerId: alarm.ownerId, level })
}
