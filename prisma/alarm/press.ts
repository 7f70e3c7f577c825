import { ALARM_RULE } from '@anju/domain/alarm/limits'
import { ALARM_KINDS, isOpenState } from '@anju/domain/alarm/kinds'
import { decidePress, type OpenAlarm, type PressVerdict } from '@anju/domain/alarm/press'
import { type Assignment, subjectOf } from '@anju/domain/device/attribute'
import { armDeadlines, type Deadline } from '../deadline/apply.ts'
import { newId } from '../id.ts'
import type { ArrivedFact } from '../message/arrived.ts'
import { LOCKED, type Tx } from '../tx.ts'
import { waitingClocks } from './clocks.ts'
import {
  addEntries,
  type AlarmRow,
  columns,
  type Entry,
  insertAlarms,
  type NewAlarm,
  tell,
  untouched,
} from './store.ts'

export type OwnedPress = ArrivedFact<'press'> & {
  owner: Assignment | null
  /** The device's own area: where a press goes whose device hangs in no home; and what the device is there for. */
  area: { id: string; path: string; probe: boolean; drillId: string | null }
  messageId: string
  marks: readonly string[]
}

export function subjectOfPress(press: OwnedPress): string {
  return subjectOf(press.fact.deviceId, press.owner)
}

/** Open press alarms of the subjects that are locked, with how often each was pressed in the last minute. */
export async function loadPressed(db: Pick<Tx, 'query'>, now: Date): Promise<Map<string, Pressed>> {
  const rows = await db.query<AlarmRow & { recentPresses: number }>(
    `select ${columns}, (select count(*)::integer from alarm_entry entry where entry.alarm_id = alarm.id
                          and entry.at > $1 and entry.kind in ('raised', 'pressed')) as "recentPresses"
     from alarm where subject = any(${LOCKED}) and kind in ('emergency-press', 'probe') and resolved_at is null`,
    [new Date(now.getTime() - 60_000)],
  )
  return new Map(rows.map(({ recentPresses, ...alarm }) => [alarm.subject, { alarm, recentPresses }]))
}

function seatsHearing(areaPath: string, seatsByArea: ReadonlyMap<string, number>): number {
  let seats = 0
  for (const [path, n] of seatsByArea) if (areaPath.startsWith(path)) seats += n
  return seats
}

function areaPathOf(press: OwnedPress): string {
  return press.owner?.areaPath ?? press.area.path
}

export interface Pressed {
  alarm: AlarmRow
  recentPresses: number
}

/**
 * Raises an alarm for each press or joins it to the open one. The subjects' locks are held by the caller; presses of
 * one subject are folded in their order. `open` and `seatsByArea` are what `loadPressed` and `presentByArea`
 * answered under those locks.
 */
export function raiseOrJoin(
  tx: Tx,
  presses: readonly OwnedPress[],
  open: ReadonlyMap<string, Pressed>,
  seatsByArea: ReadonlyMap<string, number>,
  now: Date,
): void {
  const entries: Entry[] = []
  const deadlines: Deadline[] = []
  for (const [subject, ofSubject] of Map.groupBy(presses, subjectOfPress)) {
    const seats = Math.max(...ofSubject.map((press) => seatsHearing(areaPathOf(press), seatsByArea)))
    const before = open.get(subject)
    const step = fold(subject, ofSubject, before, seats, now)
    if (step.raised) insertAlarms(tx, [step.raised])
    else {
      const { id, presses: count, clockFrom, escalation, areaId, areaPath, homeId, deviceId, shelvedUntil } = step.alarm
      tx.send(
        `update alarm set presses = $2, last_press_at = $3, clock_from = $4, escalation = $5, area_id = $6,
                area_path = $7, home_id = $8, device_id = $9, shelved_until = $10 where id = $1`,
        [id, count, now, clockFrom, escalation, areaId, areaPath, homeId, deviceId, shelvedUntil],
      )
    }
    entries.push(...step.entries)
    if (step.sounds) deadlines.push(...waitingClocks(step.alarm))
    tellOf(tx, step, ofSubject, now)
    // Those who were told of it learn that it is elsewhere now.
    const left = before?.alarm.areaPath
    if (left !== undefined && left !== step.alarm.areaPath) {
      tellOf(tx, { ...step, alarm: { ...step.alarm, areaPath: left }, outside: false }, ofSubject, now)
    }
  }
  addEntries(tx, entries)
  armDeadlines(tx, deadlines)
}

interface Step {
  alarm: AlarmRow
  raised: NewAlarm | null
  entries: Entry[]
  sounds: boolean
  outside: boolean
}

function fold(
  subject: string,
  presses: readonly OwnedPress[],
  before: Pressed | undefined,
  seats: number,
  now: Date,
): Step {
  let alarm: AlarmRow | null = before?.alarm ?? null
  let reasons: Record<string, unknown> | null = null
  let recentPresses = before?.recentPresses ?? 0
  const entries: Entry[] = []
  let sounds = false
  let outside = false
  for (const press of presses) {
    // Our own test press troubles nobody, not even where nobody sits.
    const verdict = decidePress(alarm && asOpen(alarm, recentPresses), press.area.probe ? 1 : seats, now)
    if (alarm === null) {
      const raised = raise(subject, press, verdict, seats, now)
      reasons = raised.reasons
      alarm = raised
    } else {
      const { presses: count, clockFrom, escalation } = verdict
      alarm = { ...alarm, presses: count, clockFrom, escalation, lastPressAt: now, ...placeOfJoining(alarm, press) }
      if (verdict.sounds) alarm.shelvedUntil = null // whoever calls again is not left on the shelf
    }
    recentPresses++
    sounds ||= verdict.sounds
    outside ||= verdict.escalate !== null
    // Beyond the sounding limit a press is counted into the alarm; its message is stored like any other.
    if (verdict.sounds) entries.push(entryOf(alarm.id, verdict, press, now))
  }
  if (alarm === null) throw new Error('a fold of no presses')
  if (outside) entries.push({ alarmId: alarm.id, at: now, kind: 'escalated', body: { reason: 'no-seat' } })
  return { alarm, raised: reasons && { ...alarm, reasons }, entries, sounds: sounds && alarm.kind !== 'probe', outside }
}

/**
 * Help goes to where the last press came from: she may have moved since the first. A late press from where the device
 * no longer stands changes nothing.
 */
function placeOfJoining(
  alarm: AlarmRow,
  press: OwnedPress,
): Partial<Pick<AlarmRow, 'areaId' | 'areaPath' | 'homeId' | 'deviceId'>> {
  const { owner, area, fact } = press
  if (owner !== null && owner.validTo !== null) return {}
  const { areaId, areaPath, homeId } = owner ?? { areaId: area.id, areaPath: area.path, homeId: null }
  return { areaId, areaPath, homeId, ...(homeId !== alarm.homeId && { deviceId: fact.deviceId }) }
}

function asOpen(alarm: AlarmRow, recentPresses: number): OpenAlarm | null {
  const { state, presses, clockFrom, escalation } = alarm
  return isOpenState(state) ? { state, presses, clockFrom, escalation, recentPresses } : null
}

function raise(subject: string, press: OwnedPress, verdict: PressVerdict, seats: number, now: Date): NewAlarm {
  const kind = press.area.probe ? 'probe' : 'emergency-press'
  return {
    id: newId(now),
    subject,
    kind,
    priority: ALARM_KINDS[kind],
    ...untouched,
    areaId: press.owner?.areaId ?? press.area.id,
    areaPath: areaPathOf(press),
    elderId: press.owner?.elderId ?? null,
    homeId: press.owner?.homeId ?? null,
    deviceId: press.fact.deviceId,
    raisedAt: now,
    clockFrom: now,
    presses: 1,
    lastPressAt: now,
    escalation: verdict.escalation,
    devices: [],
    drillId: press.area.drillId,
    reasons: { rule: ALARM_RULE, because: 'press', message: press.factId, presentSeats: seats, marks: press.marks },
  }
}

function entryOf(alarmId: string, verdict: PressVerdict, press: OwnedPress, now: Date): Entry {
  return {
    alarmId,
    at: now,
    kind: verdict.step === 'raise' ? 'raised' : 'pressed',
    message: press.factId,
    body: {
      deviceId: press.fact.deviceId,
      messageId: press.messageId,
      at: press.fact.time.at.toISOString(),
      deviceAt: press.fact.time.deviceAt?.toISOString() ?? null,
      marks: press.marks,
    },
  }
}

function tellOf(tx: Tx, step: Step, presses: readonly OwnedPress[], now: Date): void {
  const facts = presses.map((press) => press.factId)
  tell(tx, step.alarm, step.raised ? 'raised' : 'pressed', now, {
    presses: step.alarm.presses,
    sounds: step.sounds,
    facts: facts.slice(0, 20),
  })
  if (step.outside) tell(tx, step.alarm, 'escalated', now, { reason: 'no-seat', level: 2 })
}
