import { type AskedAlarm, decideShown, decideUnowned } from '@anju/domain/alarm/deadline'
import { closeDeadline, type DueDeadline, rearm } from '../deadline/apply.ts'
import type { Tx } from '../tx.ts'
import { escalate, loadAlarm } from './store.ts'

/** Answers a due question about an alarm. The caller holds the subject's lock. */
export async function decideAlarmDeadline(tx: Tx, due: DueDeadline, now: Date): Promise<void> {
  const alarm = await loadAlarm(tx, due.ref)
  if (!alarm) return closeDeadline(tx, due, 'moot', { why: 'gone' }, now)
  const [shown] = await tx.query<{ at: Date | null }>(
    'select max(shown_at) as at from alarm_shown where alarm_id = $1',
    [alarm.id],
  )
  const asked: AskedAlarm = { ...alarm, lastShownAt: shown?.at ?? null }
  const verdict = due.kind === 'alarm-shown' ? decideShown(asked, now) : decideUnowned(asked, now)
  switch (verdict.kind) {
    case 'moot':
      return closeDeadline(tx, due, 'moot', { why: verdict.why }, now)
    case 'again':
      return rearm(tx, due, verdict.dueAt)
    case 'escalate':
      await escalate(tx, alarm, verdict.reason, verdict.escalation, now)
      if (verdict.dueAt) return rearm(tx, due, verdict.dueAt)
      return closeDeadline(tx, due, 'done', { reason: verdict.reason }, now)
  }
}
