import { decideDrillOver, type DrillState } from '@anju/domain/drill/scenario'
import { addEntries, type AlarmRow, columns, tell } from '../alarm/store.ts'
import { closeDeadline, type DueDeadline, rearm } from '../deadline/apply.ts'
import { lockSubjects, type Tx } from '../tx.ts'
import { tellDrill } from './apply.ts'
import { loadReport } from './report.ts'

interface Running {
  id: string
  scenario: string
  seed: number
  areaPath: string
}

/**
 * Ends a drill: what is open of it is put away, its devices are retired, its report is kept. Nothing happens to one
 * that is over. Answers whether it ended now.
 */
export async function endDrill(
  tx: Tx,
  { drillId, state, now }: { drillId: string; state: Exclude<DrillState, 'running'>; now: Date },
): Promise<boolean> {
  const open = `select ${columns} from alarm where drill_id = $1 and resolved_at is null`
  const seen = await tx.query<AlarmRow>(open, [drillId])
  await lockSubjects(tx, [`drill:${drillId}`, ...seen.map(({ subject }) => subject)])
  const [drill] = await tx.query<Running>(
    `select drill.id, scenario, seed, area.path as "areaPath" from drill join area on area.id = drill.area_id
     where drill.id = $1 and state = 'running' for update of drill`,
    [drillId],
  )
  if (!drill) return false
  const devices = await tx.query<{ id: string }>(
    'update device set revoked_at = $2, version = version + 1 where drill_id = $1 and revoked_at is null returning id',
    [drillId, now],
  )
  await tx.query(
    `update assignment set valid_to = $2
     where valid_to is null and device_id in (select id from device where drill_id = $1)`,
    [drillId, now],
  )
  const alarms = await tx.query<AlarmRow>(open, [drillId])
  await tx.query(
    `update alarm set state = 'closed', resolved_at = $2, closed_at = $2, outcome = 'test', shelved_until = null
     where id = any($1)`,
    [alarms.map(({ id }) => id), now],
  )
  addEntries(
    tx,
    alarms.map(({ id }) => ({ alarmId: id, at: now, kind: 'drill-over', body: { state } })),
  )
  for (const alarm of alarms) tell(tx, alarm, 'closed', now)
  for (const { id } of devices) {
    const body = { deviceId: id }
    tx.events.push({
      at: now,
      topic: 'device',
      name: 'device.revoked',
      areaPath: drill.areaPath,
      subject: `device:${id}`,
      body,
    })
  }
  await tx.flush()
  const report = await loadReport(tx, drill)
  await tx.query('update drill set state = $2, ended_at = $3, report = $4 where id = $1', [
    drillId,
    state,
    now,
    JSON.stringify(report),
  ])
  tellDrill(tx, drill, 'ended', now, { state })
  return true
}

/** Does somebody still play this drill? One whose player died is over, as failed. */
export async function decideDrillDeadline(tx: Tx, due: DueDeadline, now: Date): Promise<void> {
  const [drill] = await tx.query<{ state: DrillState; startedAt: Date; playedAt: Date | null; endsAt: Date }>(
    'select state, started_at as "startedAt", played_at as "playedAt", ends_at as "endsAt" from drill where id = $1',
    [due.ref],
  )
  const verdict = drill ? decideDrillOver(drill, now) : ({ kind: 'moot' } as const)
  if (verdict.kind === 'again') return rearm(tx, due, verdict.dueAt)
  if (verdict.kind === 'failed') await endDrill(tx, { drillId: due.ref, state: 'failed', now })
  await closeDeadline(tx, due, verdict.kind === 'moot' ? 'moot' : 'done', { verdict: verdict.kind }, now)
}
