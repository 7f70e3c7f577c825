import { CARE_RULE, groupOverdue, nextAsked, type OverdueElder } from '@anju/domain/care-check/due'
import { clearAlarm, raiseAlarm } from '../alarm/raise.ts'
import { armDeadlines, closeDeadline, type DueDeadline, rearm } from '../deadline/apply.ts'
import { lockSubjects, type Tx } from '../tx.ts'
import { loadOverdue, loadOverdueAfter } from './due.ts'

const DAY_MS = 86_400_000

/** Every community in which somebody lives is asked after each morning; one that is on the list already stays there. */
export async function armCareChecks(tx: Tx, now: Date): Promise<void> {
  const areas = await tx.query<{ id: string; timeZone: string }>(
    `select area.id, area.time_zone as "timeZone" from area
     where exists (select from home where home.area_id = area.id) and not exists (
       select from deadline where deadline.kind = 'care-check-overdue' and deadline.ref = area.id::text
         and deadline.state = 'pending')`,
  )
  armDeadlines(
    tx,
    areas.map(({ id, timeZone }) => ({
      kind: 'care-check-overdue',
      ref: id,
      subject: `community:${id}`,
      dueAt: nextAsked(timeZone, now),
    })),
  )
}

interface OpenAlarm {
  id: string
  subject: string
  elders: string[]
  open: boolean
  cleared: boolean
}

/**
 * Whose checks are overdue in a community? The few get an alarm each, the many one that lists them; nobody is told of
 * twice for the same lapse, nor again within as many days of somebody having resolved it. The caller holds the
 * community's lock.
 */
export async function decideCareChecks(tx: Tx, due: DueDeadline, now: Date): Promise<void> {
  const [area] = await tx.query<{ id: string; path: string; timeZone: string }>(
    'select id, path, time_zone as "timeZone" from area where id = $1',
    [due.ref],
  )
  if (!area) return closeDeadline(tx, due, 'moot', { why: 'gone' }, now)
  const afterDays = await loadOverdueAfter(tx)
  const overdue = await loadOverdue(tx, area.id, afterDays, now)
  const alarms = await loadTold(tx, area.id, new Date(now.getTime() - afterDays * DAY_MS))
  await clearDone(tx, alarms, overdue, now)
  const told = new Set(alarms.flatMap(({ elders }) => elders))
  const groupIsOpen = alarms.some(({ open, subject }) => open && subject === due.subject)
  const groups = groupOverdue(
    overdue.filter(({ id }) => !told.has(id)),
    groupIsOpen,
  )
  const subjectOf = (group: (typeof groups)[number]) =>
    group.of === 'community' ? due.subject : `elder:${first(group)}`
  await lockSubjects(tx, groups.map(subjectOf))
  for (const group of groups) {
    const [one] = group.elders
    await raiseAlarm(tx, {
      kind: 'care-check-overdue',
      subject: subjectOf(group),
      areaId: area.id,
      areaPath: area.path,
      ...(group.of === 'elder' && { elderId: one?.id ?? null, homeId: one?.homeId ?? null }),
      reasons: {
        rule: CARE_RULE,
        because: group.of,
        afterDays,
        elders: group.elders.map(({ id, dueAt }) => ({ id, dueAt: dueAt.toISOString() })),
      },
      now,
    })
  }
  await rearm(tx, due, nextAsked(area.timeZone, now))
}

const first = ({ elders }: { elders: readonly OverdueElder[] }): string => elders[0]?.id ?? ''

/** Alarms of this kind in the community that are open or were resolved after `since`, with whom they tell of. */
async function loadTold(tx: Tx, areaId: string, since: Date): Promise<OpenAlarm[]> {
  return tx.query<OpenAlarm & Record<string, unknown>>(
    `select alarm.id, alarm.subject, alarm.resolved_at is null as open,
            exists (select from alarm_entry where alarm_id = alarm.id and kind = 'cleared') as cleared,
            array(select jsonb_array_elements(coalesce(alarm.reasons -> 'elders', '[]')) ->> 'id'
                  union select jsonb_array_elements(coalesce(entry.body -> 'elders', '[]')) ->> 'id'
                        from alarm_entry entry where entry.alarm_id = alarm.id and entry.kind = 'joined') as elders
     from alarm
     where alarm.area_id = $1 and alarm.kind = 'care-check-overdue'
       and (alarm.resolved_at is null or alarm.resolved_at > $2)`,
    [areaId, since],
  )
}

/** Open alarms none of whose elders is overdue any more read so; they stay until somebody resolves them. */
async function clearDone(tx: Tx, alarms: OpenAlarm[], overdue: readonly OverdueElder[], now: Date): Promise<void> {
  const still = new Set(overdue.map(({ id }) => id))
  for (const { id, open, cleared, elders } of alarms) {
    if (open && !cleared && !elders.some((elderId) => still.has(elderId))) {
      await clearAlarm(tx, { alarmId: id, body: { why: 'none-overdue' }, now })
    }
  }
}
