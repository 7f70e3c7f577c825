import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { own } from '../alarm/own.ts'
import { addEntries, loadAlarm, tell } from '../alarm/store.ts'
import { newId } from '../id.ts'
import { lockSubjects, type Tx } from '../tx.ts'

type Person = Scope & { userId: string }

/**
 * What one shift leaves to the next: all that is open or to be looked at again in one's area, as it now is, and words.
 * `toId`: for one person; null: for whoever comes.
 */
export async function handOver(
  tx: Tx,
  { toId, note }: { toId: string | null; note: string },
  person: Person,
  now: Date,
): Promise<{ id: string }> {
  const id = newId(now)
  const added = await tx.query(
    `insert into handover (id, area_id, from_id, to_id, at, note, alarms)
     select $1, area.id, $2, $3, $4, $5, coalesce((
       select jsonb_agg(jsonb_build_object('id', alarm.id, 'state', alarm.state, 'ownerId', alarm.owner_id)
                        order by alarm.raised_at)
       from alarm where starts_with(alarm.area_path, area.path)
         and (alarm.resolved_at is null or alarm.state = 'follow-up')), '[]')
     from area where area.path = $6 and ($3::uuid is null or exists (
       select from app_user join area mine on mine.id = app_user.area_id
       where app_user.id = $3 and app_user.disabled_at is null
         and (starts_with(mine.path, area.path) or starts_with(area.path, mine.path))))
     returning id`,
    [id, person.userId, toId, now, note, person.areaPath],
  )
  if (added.length === 0) throw new Refusal('not-found', 'There is no such person at these desks.')
  tx.events.push({
    at: now,
    topic: 'desk',
    name: 'desk.handed-over',
    areaPath: person.areaPath,
    subject: `handover:${id}`,
    body: { handoverId: id },
  })
  return { id }
}

/** The next shift has read it: what the one before owned is now the taker's. Refuses `handover-taken`. */
export async function takeOver(tx: Tx, { id, person, now }: { id: string; person: Person; now: Date }): Promise<void> {
  const [held] = await tx.query<{ fromId: string; takenBy: string | null; path: string }>(
    `select from_id as "fromId", taken_by as "takenBy", area.path from handover join area on area.id = handover.area_id
     where handover.id = $1 and starts_with(area.path, $2) for update of handover`,
    [id, person.areaPath],
  )
  if (!held) throw new Refusal('not-found')
  if (held.takenBy !== null) throw new Refusal('handover-taken')
  if (held.fromId === person.userId) throw new Refusal('handover-own')
  const owned = await tx.query<{ id: string; subject: string }>(
    `select id, subject from alarm where owner_id = $1 and resolved_at is null and starts_with(area_path, $2)`,
    [held.fromId, held.path],
  )
  await lockSubjects(
    tx,
    owned.map(({ subject }) => subject),
  )
  for (const { id: alarmId } of owned) {
    const alarm = await loadAlarm(tx, alarmId)
    if (alarm?.ownerId !== held.fromId || alarm.resolvedAt !== null) continue
    await own(tx, alarm, person.userId, now)
    const body = { toId: person.userId, handoverId: id }
    addEntries(tx, [{ alarmId, at: now, kind: 'handed-over', userId: person.userId, body }])
    tell(tx, alarm, 'handed-over', now, { ownerId: person.userId })
  }
  await tx.query('update handover set taken_by = $2, taken_at = $3 where id = $1', [id, person.userId, now])
  tx.events.push({
    at: now,
    topic: 'desk',
    name: 'desk.taken-over',
    areaPath: person.areaPath,
    subject: `handover:${id}`,
    body: { handoverId: id },
  })
}
