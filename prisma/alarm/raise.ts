import type { AlarmKind } from '@anju/domain/alarm/kinds'
import { ALARM_RULE } from '@anju/domain/alarm/limits'
import { armDeadlines } from '../deadline/apply.ts'
import { newId } from '../id.ts'
import { presentSeats } from '../seat/apply.ts'
import type { Tx } from '../tx.ts'
import { waitingClocks } from './clocks.ts'
import { loadRule } from './rule.ts'
import { addEntries, escalate, insertAlarms, loadAlarm, loadOpen, type NewAlarm, tell, untouched } from './store.ts'

/** What is the matter; `reasons` are the verdict's inputs and the rule behind it (promise 8). */
export interface Raise {
  kind: Exclude<AlarmKind, 'emergency-press'>
  /** 'elder:<id>', 'home:<id>', 'device:<id>', 'community:<area>', 'channel:<id>', 'broker:<name>'. */
  subject: string
  areaId: string | null
  areaPath: string
  elderId?: string | null
  homeId?: string | null
  deviceId?: string | null
  /** The devices a shared cause took. */
  devices?: readonly string[]
  reasons: Record<string, unknown>
  drillId?: string | null
  now: Date
}

/**
 * Raises an alarm that no press made, or joins the open one of its subject and kind: its devices are added, and it
 * does not sound again. The caller holds the subject's lock. Answers its id.
 */
export async function raiseAlarm(tx: Tx, raise: Raise): Promise<string> {
  const { kind, subject, areaId, areaPath, now } = raise
  const devices = [...(raise.devices ?? [])]
  const [open] = await loadOpen(tx, [subject], kind)
  if (open) {
    const added = devices.filter((id) => !open.devices.includes(id))
    if (added.length > 0) {
      await tx.query('update alarm set devices = $2 where id = $1', [open.id, [...open.devices, ...added]])
    }
    addEntries(tx, [{ alarmId: open.id, at: now, kind: 'joined', body: { ...raise.reasons, devices: added } }])
    tell(tx, open, 'pressed', now, {
      devices: open.devices.length + added.length,
      sounds: false,
      presses: open.presses,
    })
    return open.id
  }
  const { priority } = await loadRule(tx, kind, areaPath)
  const alarm: NewAlarm = {
    ...untouched,
    id: newId(now),
    subject,
    kind,
    priority,
    areaId,
    areaPath,
    elderId: raise.elderId ?? null,
    homeId: raise.homeId ?? null,
    deviceId: raise.deviceId ?? null,
    raisedAt: now,
    clockFrom: now,
    presses: 0,
    lastPressAt: null,
    escalation: 0,
    devices,
    drillId: raise.drillId ?? null,
    reasons: { rule: ALARM_RULE, ...raise.reasons },
  }
  insertAlarms(tx, [alarm])
  addEntries(tx, [{ alarmId: alarm.id, at: now, kind: 'raised', body: { devices } }])
  const [shown, unowned] = waitingClocks(alarm)
  armDeadlines(tx, [...(priority === 'high' && shown ? [shown] : []), ...(unowned ? [unowned] : [])])
  tell(tx, alarm, 'raised', now, { presses: 0, sounds: true, devices: devices.length })
  // Nobody would hear it: what is high goes outside in the same transaction.
  if (priority === 'high' && (await presentSeats(tx, areaPath, now)).length === 0) {
    await escalate(tx, alarm, 'no-seat', 2, now)
  }
  return alarm.id
}

/** Its cause is gone. It stays: alarms latch, and whoever answers reads that it passed (IEC 60601-1-8). */
export async function clearAlarm(
  tx: Tx,
  { alarmId, body, now }: { alarmId: string; body: Record<string, unknown>; now: Date },
): Promise<void> {
  const alarm = await loadAlarm(tx, alarmId)
  if (!alarm || alarm.resolvedAt !== null) return
  addEntries(tx, [{ alarmId, at: now, kind: 'cleared', body }])
  tell(tx, alarm, 'cleared', now)
}
