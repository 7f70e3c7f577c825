import type { Outcome } from '@anju/domain/alarm/kinds'
import { FOLLOW_UP_AT_MOST_MS } from '@anju/domain/alarm/limits'
import { Refusal } from '@anju/domain/error'
import { appendEvidence } from '../evidence/apply.ts'
import type { Tx } from '../tx.ts'
import { type Act, begin } from './act.ts'
import { armClose, armOwnedClocks } from './clocks.ts'
import { loadRule } from './rule.ts'
import { addEntries, type AlarmRow, loadOpen, tell } from './store.ts'

export type Resolution = Act & {
  outcome: Outcome
  note: string
  /** When somebody must look again; null: nobody needs to. */
  followUpAt: Date | null
}

/** The end of an alarm, as its owner found it; it goes into the elder's chain of evidence. */
export async function resolveAlarm(tx: Tx, act: Resolution): Promise<void> {
  const alarm = await begin(tx, act, 'resolve')
  const { now, outcome, followUpAt } = act
  if (followUpAt !== null && (followUpAt <= now || followUpAt.getTime() > now.getTime() + FOLLOW_UP_AT_MOST_MS)) {
    throw new Refusal('date-impossible')
  }
  await tx.query(
    `update alarm set state = $4, resolved_at = $2, outcome = $3, follow_up_at = $5, shelved_until = null where id = $1`,
    [alarm.id, now, outcome, followUpAt === null ? 'resolved' : 'follow-up', followUpAt],
  )
  const body = {
    outcome,
    ...(act.note !== '' && { text: act.note }),
    ...(followUpAt !== null && { followUpAt: followUpAt.toISOString() }),
  }
  addEntries(tx, [{ alarmId: alarm.id, at: now, kind: 'resolved', userId: act.userId, body }])
  if (followUpAt === null) armClose(tx, alarm, now)
  tell(tx, alarm, 'resolved', now, { outcome })
  await proveEnd(tx, alarm, act)
}

async function proveEnd(tx: Tx, alarm: AlarmRow, act: Resolution): Promise<void> {
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
    ...(act.note !== '' && { personal: { note: act.note } }),
  })
}

/**
 * Resolved by mistake: it is its resolver's again, with the clocks of an owned alarm. The end stays in the story and in
 * the evidence; the next end follows it there. Refused `alarm-open` when its subject has another of the kind by now.
 */
export async function reopenAlarm(tx: Tx, act: Act & { reason: string }): Promise<void> {
  const alarm = await begin(tx, act, 'reopen')
  if ((await loadOpen(tx, [alarm.subject], alarm.kind)).length > 0) throw new Refusal('alarm-open')
  await tx.query(
    `update alarm set state = 'handling', resolved_at = null, outcome = null, follow_up_at = null, owner_id = $2,
       acknowledged_at = $3, progress_at = $3, clock_from = $3, escalation = 0
     where id = $1`,
    [alarm.id, act.userId, act.now],
  )
  addEntries(tx, [{ alarmId: alarm.id, at: act.now, kind: 'reopened', userId: act.userId, body: { text: act.reason } }])
  armOwnedClocks(tx, alarm, (await loadRule(tx, alarm.kind, alarm.areaPath)).progressMs, act.now)
  tell(tx, alarm, 'reopened', act.now, { ownerId: act.userId })
}

/** What was to be looked at again is done. */
export async function closeAlarm(tx: Tx, act: Act & { text: string }): Promise<void> {
  const alarm = await begin(tx, act, 'close')
  await close(tx, alarm, act.now, { userId: act.userId, ...(act.text !== '' && { body: { text: act.text } }) })
}

/** Nothing is left to do about it. */
export async function close(
  tx: Tx,
  alarm: AlarmRow,
  now: Date,
  by: { userId?: string; body?: Record<string, unknown> } = {},
): Promise<void> {
  await tx.query(`update alarm set state = 'closed', closed_at = $2 where id = $1`, [alarm.id, now])
  addEntries(tx, [{ alarmId: alarm.id, at: now, kind: 'closed', ...by }])
  tell(tx, alarm, 'closed', now)
}
