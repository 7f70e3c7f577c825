import { type DrillAlarm, type DrillReport, reportOf } from '@anju/domain/drill/report'
import { isScenario, planOf } from '@anju/domain/drill/scenario'
import type { Tx } from '../tx.ts'

/** What became of a drill's alarms so far, and its figures. */
export async function loadReport(
  db: Pick<Tx, 'query'>,
  drill: { id: string; scenario: string; seed: number },
): Promise<DrillReport> {
  const alarms = await db.query<DrillAlarm & Record<string, unknown>>(
    `select alarm.id, alarm.kind, alarm.device_id as "deviceId", cardinality(alarm.devices) as devices, alarm.presses,
            ${instant('alarm.raised_at')} as "raisedAt",
            (select ${instant('min(shown_at)')} from alarm_shown where alarm_id = alarm.id) as "shownAt",
            ${instant('taken.at')} as "acknowledgedAt", taken.name as owner,
            (select ${instant('min(at)')} from alarm_entry where alarm_id = alarm.id and kind = 'step') as "firstStepAt",
            -- what Anju itself put away at the end was resolved by nobody
            (select ${instant('min(at)')} from alarm_entry where alarm_id = alarm.id and kind = 'resolved') as "resolvedAt",
            coalesce((select jsonb_agg(jsonb_build_object('at', ${instant('at')}, 'reason', body->>'reason') order by at)
                      from alarm_entry where alarm_id = alarm.id and kind = 'escalated'), '[]') as escalations,
            (select count(*)::integer from notification told left join notification lead on lead.id = told.covered_by
             where told.alarm_id = alarm.id and coalesce(lead.state, told.state) = 'delivered') as delivered
     from alarm
     left join lateral (
       select entry.at, app_user.name from alarm_entry entry join app_user on app_user.id = entry.user_id
       where entry.alarm_id = alarm.id and entry.kind = 'acknowledged' order by entry.at limit 1) as taken on true
     where alarm.drill_id = $1 order by alarm.raised_at, alarm.id`,
    [drill.id],
  )
  const steps = isScenario(drill.scenario) ? planOf(drill.scenario, drill.seed) : []
  return reportOf(alarms, {
    planned: steps.filter(({ act }) => act === 'press').length,
    stored: alarms.reduce((sum, { presses }) => sum + presses, 0),
  })
}

/** An instant as RFC 3339 in UTC, null for none. */
function instant(sql: string): string {
  return `to_char(${sql} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
}
