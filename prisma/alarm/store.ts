import type { AlarmKind, AlarmState, EscalationReason, Priority } from '@anju/domain/alarm/kinds'
import { newId } from '../id.ts'
import type { Tx } from '../tx.ts'

/** An alarm's row as decisions need it. */
export interface AlarmRow {
  id: string
  subject: string
  kind: AlarmKind
  priority: Priority
  state: AlarmState
  areaId: string | null
  areaPath: string
  elderId: string | null
  homeId: string | null
  deviceId: string | null
  raisedAt: Date
  clockFrom: Date
  presses: number
  lastPressAt: Date | null
  ownerId: string | null
  acknowledgedAt: Date | null
  progressAt: Date | null
  shelvedUntil: Date | null
  resolvedAt: Date | null
  escalation: number
  devices: string[]
  /** The rehearsal it belongs to. */
  drillId?: string | null
}

/** What a new alarm does not have yet. */
export const untouched = {
  state: 'raised',
  ownerId: null,
  acknowledgedAt: null,
  progressAt: null,
  shelvedUntil: null,
  resolvedAt: null,
} as const satisfies Partial<AlarmRow>

/** Of an `AlarmRow`, as a query names them. */
export const columns = `alarm.id, alarm.subject, alarm.kind, alarm.priority, alarm.state, alarm.area_id as "areaId",
  alarm.area_path as "areaPath", alarm.elder_id as "elderId", alarm.home_id as "homeId", alarm.device_id as "deviceId",
  alarm.raised_at as "raisedAt", alarm.clock_from as "clockFrom", alarm.presses, alarm.last_press_at as "lastPressAt",
  alarm.owner_id as "ownerId", alarm.acknowledged_at as "acknowledgedAt", alarm.progress_at as "progressAt",
  alarm.shelved_until as "shelvedUntil", alarm.resolved_at as "resolvedAt", alarm.escalation, alarm.devices,
  alarm.drill_id as "drillId"`

/** Open alarms of these subjects. Only under their locks does the answer stay true. */
export async function loadOpen(tx: Tx, subjects: readonly string[], kind: AlarmKind): Promise<AlarmRow[]> {
  return tx.query<AlarmRow>(
    `select ${columns} from alarm where subject = any($1) and kind = $2 and resolved_at is null`,
    [subjects, kind],
  )
}

export async function loadAlarm(tx: Tx, alarmId: string): Promise<AlarmRow | undefined> {
  const [row] = await tx.query<AlarmRow>(`select ${columns} from alarm where id = $1`, [alarmId])
  return row
}

export interface NewAlarm extends AlarmRow {
  reasons: Record<string, unknown>
}

export function insertAlarms(tx: Tx, alarms: readonly NewAlarm[]): void {
  for (const alarm of alarms) {
    tx.send(
      `insert into alarm (id, subject, kind, priority, state, area_id, area_path, elder_id, home_id, device_id, raised_at,
                          clock_from, presses, last_press_at, escalation, reasons, devices, drill_id)
       values ($1, $2, $3, $4, 'raised', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
      [
        alarm.id,
        alarm.subject,
        alarm.kind,
        alarm.priority,
        alarm.areaId,
        alarm.areaPath,
        alarm.elderId,
        alarm.homeId,
        alarm.deviceId,
        alarm.raisedAt,
        alarm.clockFrom,
        alarm.presses,
        alarm.lastPressAt,
        alarm.escalation,
        JSON.stringify(alarm.reasons),
        alarm.devices,
        alarm.drillId ?? null,
      ],
    )
  }
}

export interface Entry {
  /** Made here unless somebody must know it before. */
  id?: string
  alarmId: string
  at: Date
  kind: string
  userId?: string | null
  message?: string | null
  body?: Record<string, unknown>
}

/** What was done and what happened; only ever added. */
export function addEntries(tx: Tx, entries: readonly Entry[]): void {
  if (entries.length === 0) return
  tx.send(
    `insert into alarm_entry (id, alarm_id, at, kind, user_id, message, body)
     select * from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::uuid[], $6::uuid[], $7::jsonb[])`,
    [
      entries.map((entry) => entry.id ?? newId(entry.at)),
      entries.map((entry) => entry.alarmId),
      entries.map((entry) => entry.at),
      entries.map((entry) => entry.kind),
      entries.map((entry) => entry.userId ?? null),
      entries.map((entry) => entry.message ?? null),
      entries.map((entry) => JSON.stringify(entry.body ?? {})),
    ],
  )
}

/** Tells every reader of the log. Ids and states only: no names (promise 10). */
export function tell(
  tx: Tx,
  alarm: Pick<AlarmRow, 'id' | 'areaPath' | 'subject' | 'kind' | 'priority' | 'elderId' | 'homeId' | 'drillId'>,
  name: string,
  at: Date,
  body: Record<string, unknown> = {},
): void {
  tx.events.push({
    at,
    topic: 'alarm',
    name: `alarm.${name}`,
    areaPath: alarm.areaPath,
    subject: alarm.subject,
    body: {
      alarmId: alarm.id,
      kind: alarm.kind,
      priority: alarm.priority,
      elderId: alarm.elderId,
      homeId: alarm.homeId,
      ...(alarm.drillId && { drillId: alarm.drillId }),
      ...body,
    },
  })
}

/** Somebody beyond the desk's first glance is told: an entry for the record, an event for screens and the outside. */
export async function escalate(
  tx: Tx,
  alarm: AlarmRow,
  reason: EscalationReason,
  escalation: number,
  now: Date,
): Promise<void> {
  await tx.query('update alarm set escalation = $2 where id = $1', [alarm.id, escalation])
  addEntries(tx, [{ alarmId: alarm.id, at: now, kind: 'escalated', body: { reason } }])
  tell(tx, alarm, 'escalated', now, { reason, level: escalation })
}
