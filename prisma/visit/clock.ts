import { clockOf, VISIT_CLOCK_RULE } from '@anju/domain/visit/clock'
import { clearAlarm, raiseAlarm } from '../alarm/raise.ts'
import { armDeadlines, closeDeadline, type DueDeadline, rearm } from '../deadline/apply.ts'
import type { Tx } from '../tx.ts'
import { addVisitEntry } from './entry.ts'
import { type HeldVisit, loadVisit } from './hold.ts'

type Timed = Pick<HeldVisit, 'id' | 'elderId' | 'plannedFrom' | 'plannedTo' | 'state'>

/** A visit is asked after: whether somebody has come, and whether they have left. */
export function armVisit(tx: Tx, visit: Timed, now: Date): void {
  const clock = clockOf(visit, new Date(Math.min(now.getTime(), visit.plannedFrom.getTime())))
  if (!('askAt' in clock)) return
  const { id, elderId } = visit
  armDeadlines(tx, [{ kind: 'visit-due', ref: id, subject: `elder:${elderId}`, dueAt: clock.askAt }])
}

/** Its time was moved: the question moves with it. */
export async function rearmVisit(tx: Tx, visit: Timed, now: Date): Promise<void> {
  await tx.query(
    `update deadline set state = 'moot', decided_at = $2, verdict = '{"why": "moved"}'
     where kind = 'visit-due' and ref = $1 and state = 'pending'`,
    [visit.id, now],
  )
  armVisit(tx, visit, now)
}

/** Has somebody come; have they left? The caller holds the elder's lock. */
export async function decideVisitDue(tx: Tx, due: DueDeadline, now: Date): Promise<void> {
  const visit = await loadVisit(tx, due.ref)
  if (!visit) return closeDeadline(tx, due, 'moot', { why: 'gone' }, now)
  const clock = clockOf(visit, now)
  if (clock.kind === 'over') return closeDeadline(tx, due, 'moot', { why: visit.state }, now)
  if (clock.kind === 'wait') return rearm(tx, due, clock.askAt)
  if (clock.kind === 'missed') {
    await tx.query(`update visit set state = 'missed', version = version + 1 where id = $1`, [visit.id])
    const missed = { ...visit, state: 'missed' as const }
    await addVisitEntry(tx, missed, { kind: 'missed', userId: null, at: now, body: { afterMin: clock.afterMin } })
  }
  if (!visit.drill) await raiseVisitAlarm(tx, visit, clock, now)
  if ('askAt' in clock) return rearm(tx, due, clock.askAt)
  await closeDeadline(tx, due, 'done', { kind: clock.kind }, now)
}

const KIND = {
  late: 'caregiver-late',
  missing: 'caregiver-missing',
  missed: 'caregiver-missing',
  'inside-too-long': 'caregiver-inside-too-long',
} as const

async function raiseVisitAlarm(
  tx: Tx,
  visit: HeldVisit,
  { kind, afterMin }: { kind: keyof typeof KIND; afterMin: number },
  now: Date,
): Promise<void> {
  const { id: visitId, elderId, homeId, areaId, areaPath, caregiverId, plannedFrom, plannedTo } = visit
  // What was late is missing now: one alarm tells it.
  if (kind === 'missing') await clearVisitAlarms(tx, visit, ['caregiver-late'], 'missing', now)
  await raiseAlarm(tx, {
    kind: KIND[kind],
    // under its elder's lock, which every act on the alarm takes as well
    subject: `visit:${visitId}`,
    areaId,
    areaPath,
    elderId,
    homeId,
    reasons: {
      rule: VISIT_CLOCK_RULE,
      because: kind,
      visitId,
      caregiverId,
      afterMin,
      plannedFrom: plannedFrom.toISOString(),
      plannedTo: plannedTo.toISOString(),
    },
    now,
  })
}

/** Somebody came, or left, or the visit is off: its alarms read so, and stay until somebody looked. */
export async function clearVisitAlarms(
  tx: Tx,
  { id }: Pick<HeldVisit, 'id'>,
  kinds: readonly (typeof KIND)[keyof typeof KIND][],
  why: string,
  now: Date,
): Promise<void> {
  const open = await tx.query<{ id: string }>(
    `select id from alarm where subject = $1 and kind = any($2) and resolved_at is null
       and not exists (select from alarm_entry where alarm_id = alarm.id and kind = 'cleared')`,
    [`visit:${id}`, kinds],
  )
  for (const { id: alarmId } of open) await clearAlarm(tx, { alarmId, body: { why, visitId: id }, now })
}
