import { type AlarmAction, can } from '@anju/domain/alarm/can'
import { Refusal } from '@anju/domain/error'
import { lockSubjects, type Tx } from '../tx.ts'
import { type AlarmRow, loadAlarm } from './store.ts'

/** Somebody does something to an alarm. */
export interface Act {
  alarmId: string
  userId: string
  now: Date
}

/**
 * Locks the alarm's subject, and whom else it may come to concern, loads it anew and asks whether this user may;
 * refuses with the reason and the owner.
 */
export async function begin(
  tx: Tx,
  act: Act,
  action: AlarmAction,
  concerned: readonly string[] = [],
): Promise<AlarmRow> {
  const seen = await loadAlarm(tx, act.alarmId)
  if (!seen) throw new Refusal('not-found')
  await lockSubjects(tx, [seen.subject, ...(seen.elderId === null ? [] : [`elder:${seen.elderId}`]), ...concerned])
  const alarm = await loadAlarm(tx, act.alarmId)
  const [user] = await tx.query<{ id: string; role: string }>('select id, role from app_user where id = $1', [
    act.userId,
  ])
  if (!alarm || !user) throw new Refusal('not-found')
  const answer = can({ ...alarm, shelved: isShelved(alarm, act.now) }, user)[action]
  if (answer.allowed) return alarm
  throw await refusal(tx, alarm, answer.reason)
}

export function isShelved(alarm: Pick<AlarmRow, 'shelvedUntil'>, now: Date): boolean {
  return alarm.shelvedUntil !== null && alarm.shelvedUntil > now
}

async function refusal(tx: Tx, alarm: AlarmRow, reason: ConstructorParameters<typeof Refusal>[0]): Promise<Refusal> {
  if (alarm.ownerId === null) return new Refusal(reason)
  const [owner] = await tx.query<{ id: string; name: string }>('select id, name from app_user where id = $1', [
    alarm.ownerId,
  ])
  return new Refusal(reason, undefined, { owner: owner ?? null })
}
