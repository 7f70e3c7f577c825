import { FOLDED } from '@anju/domain/alarm/kinds'
import { appendEvidence } from '../evidence/apply.ts'
import type { Tx } from '../tx.ts'
import { addEntries, type AlarmRow, columns, tell } from './store.ts'

/**
 * These alarms told singly of what `into` lists: they end there, and both stories name the other. One that somebody
 * took, shelved or ended meanwhile stays as it is. Whoever waits in the queue has waited since the oldest of them: so
 * does `into`. Under the locks of their subjects and of their elders.
 */
export async function foldAlarms(tx: Tx, ids: readonly string[], into: string, now: Date): Promise<void> {
  if (ids.length === 0) return
  const folded = await tx.query<AlarmRow>(
    `update alarm set state = 'closed', outcome = '${FOLDED}', resolved_at = $2, closed_at = $2
     where id = any($1) and state = 'raised' and (shelved_until is null or shelved_until <= $2)
     returning ${columns}`,
    [ids, now],
  )
  if (folded.length === 0) return
  const oldest = (key: 'raisedAt' | 'clockFrom'): Date => new Date(Math.min(...folded.map((one) => one[key].getTime())))
  await tx.query(
    `update alarm set raised_at = least(raised_at, $2), clock_from = least(clock_from, $3)
     where id = $1 and state = 'raised'`,
    [into, oldest('raisedAt'), oldest('clockFrom')],
  )
  const alarms = folded.map(({ id }) => id).sort()
  addEntries(tx, [
    { alarmId: into, at: now, kind: 'took-in', body: { alarms, devices: folded.flatMap(({ devices }) => devices) } },
    ...alarms.map((alarmId) => ({ alarmId, at: now, kind: FOLDED, body: { into } })),
  ])
  for (const alarm of folded) tell(tx, alarm, 'closed', now, { into })
  await appendEvidence(
    tx,
    ...folded.flatMap(({ id, kind, elderId, raisedAt }) =>
      elderId === null
        ? []
        : [
            {
              elderId,
              kind: 'alarm' as const,
              at: now,
              body: { alarmId: id, kind, raisedAt: raisedAt.toISOString(), outcome: FOLDED, into },
            },
          ],
    ),
  )
}
