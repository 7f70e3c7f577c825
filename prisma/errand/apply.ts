import { Refusal } from '@anju/domain/error'
import type { Scope } from '@anju/domain/access/scope'
import { loadSteps } from '../alarm/step.ts'
import { addEntries, loadAlarm, tell } from '../alarm/store.ts'
import { lockSubjects, type Tx } from '../tx.ts'

/**
 * A caregiver whom an alarm's desk sends says yes or no, from the phone; their tap at the door tells of the arrival.
 * Said twice it is once. Refuses `not-found` for what was not asked of them, or is over.
 */
export async function answerErrand(
  tx: Tx,
  { stepId, accepts }: { stepId: string; accepts: boolean },
  scope: Scope,
  now: Date,
): Promise<void> {
  const [asked] = await tx.query<{ alarmId: string }>(
    `select entry.alarm_id as "alarmId" from alarm_entry entry join app_user on app_user.id = $2
     where entry.id = $1 and entry.kind = 'step' and entry.body ->> 'caregiverId' = app_user.caregiver_id::text`,
    [stepId, scope.userId],
  )
  const alarm = asked && (await loadAlarm(tx, asked.alarmId))
  if (!alarm) throw new Refusal('not-found')
  await lockSubjects(tx, [alarm.subject, ...(alarm.elderId === null ? [] : [`elder:${alarm.elderId}`])])
  const step = (await loadSteps(tx, alarm.id)).find(({ id }) => id === stepId)
  if (!step) throw new Refusal('not-found')
  if (step.endedAt !== null) return
  const outcome = accepts ? 'accepted' : 'declined'
  const body = { stepId, step: step.step, outcome, caregiverId: step.caregiverId, by: 'phone' }
  addEntries(tx, [{ alarmId: alarm.id, at: now, kind: 'step-ended', userId: scope.userId, body }])
  tell(tx, alarm, 'step', now, { step: step.step, outcome })
}
