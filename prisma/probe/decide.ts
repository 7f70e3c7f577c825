import { decideProbe, failed, PROBE_RULE, PROBE_WITHIN_MS, type ProbeVerdict } from '@anju/domain/probe/verdict'
import { clearAlarm, raiseAlarm } from '../alarm/raise.ts'
import { addEntries, loadAlarm, tell } from '../alarm/store.ts'
import { closeDeadline, type DueDeadline, rearm } from '../deadline/apply.ts'
import { presentSeats } from '../seat/apply.ts'
import type { Tx } from '../tx.ts'

interface Asked {
  pressedAt: Date
  deviceId: string
  areaId: string
  areaPath: string
  fact: string | null
  alarmId: string | null
  raisedAt: Date | null
  seatsThen: number | null
  shownAt: Date | null
}

/** A browser that left without a word still counts as a seat for a while; one that beat in the last seconds was there. */
const FRESH_BEAT_MS = 6_000

/** What became of a test press. Its alarm ends by itself; a broken way raises one that does not. */
export async function decideProbeDeadline(tx: Tx, due: DueDeadline, now: Date): Promise<void> {
  const [probe] = await tx.query<Asked & Record<string, unknown>>(
    `select probe.pressed_at as "pressedAt", probe.device_id as "deviceId", area.id as "areaId", area.path as "areaPath",
            dedupe.fact_id as fact, raised.id as "alarmId", raised.raised_at as "raisedAt",
            (raised.reasons->>'presentSeats')::integer as "seatsThen",
            (select min(shown_at) from alarm_shown where alarm_id = raised.id) as "shownAt"
     from probe join area on area.id = probe.area_id
     left join message_dedupe dedupe on dedupe.device_id = probe.device_id and dedupe.message_id = probe.id::text
     left join lateral (
       select alarm.id, alarm.raised_at, alarm.reasons from alarm
       where alarm.device_id = probe.device_id and alarm.kind = 'probe'
         and exists (select from alarm_entry where alarm_id = alarm.id and message = dedupe.fact_id)
       order by alarm.raised_at desc limit 1) as raised on true
     where probe.id = $1 and probe.verdict is null`,
    [due.ref],
  )
  if (!probe) return closeDeadline(tx, due, 'moot', { why: 'gone' }, now)
  const beating = (await presentSeats(tx, probe.areaPath, new Date(now.getTime() + FRESH_BEAT_MS))).length
  const answer = decideProbe({ ...probe, seats: Math.min(beating, probe.seatsThen ?? 0) }, now)
  if (answer.kind === 'again') return rearm(tx, due, answer.dueAt)
  const { verdict } = answer
  await tx.query(
    'update probe set verdict = $2, decided_at = $3, fact = $4, alarm_id = $5, shown_at = $6 where id = $1',
    [due.ref, verdict, now, probe.fact, probe.alarmId, probe.shownAt],
  )
  if (probe.alarmId !== null) await endOwn(tx, probe.alarmId, verdict, now)
  await tellFailure(tx, due.ref, probe, verdict, now)
  await closeDeadline(tx, due, 'done', { verdict }, now)
}

/** The probe's own alarm was nobody's to answer. */
async function endOwn(tx: Tx, alarmId: string, verdict: ProbeVerdict, now: Date): Promise<void> {
  const alarm = await loadAlarm(tx, alarmId)
  if (!alarm || alarm.resolvedAt !== null) return
  await tx.query(
    `update alarm set state = 'closed', resolved_at = $2, closed_at = $2, outcome = 'test' where id = $1`,
    [alarmId, now],
  )
  addEntries(tx, [{ alarmId, at: now, kind: 'closed', body: { verdict } }])
  tell(tx, alarm, 'closed', now)
}

/** Raises `probe-failed`, or says on the one that stands that the way is whole again: it stays for whoever answers. */
async function tellFailure(tx: Tx, probeId: string, probe: Asked, verdict: ProbeVerdict, now: Date): Promise<void> {
  const { deviceId, areaId, areaPath } = probe
  const subject = `device:${deviceId}`
  if (failed(verdict)) {
    const reasons = { rule: PROBE_RULE, because: verdict, probe: probeId, withinMs: PROBE_WITHIN_MS }
    await raiseAlarm(tx, { kind: 'probe-failed', subject, areaId, areaPath, reasons, now })
    return
  }
  if (verdict !== 'shown') return
  const [standing] = await tx.query<{ id: string }>(
    `select alarm.id from alarm
     where subject = $1 and kind = 'probe-failed' and resolved_at is null
       and (select entry.kind from alarm_entry entry where entry.alarm_id = alarm.id and entry.kind in ('raised', 'joined', 'cleared')
            order by at desc, id desc limit 1) <> 'cleared'`,
    [subject],
  )
  if (standing) await clearAlarm(tx, { alarmId: standing.id, body: { probe: probeId }, now })
}
