import { ALARM_RULE, SHOWN_WITHIN_MS, UNOWNED_FIRST_MS } from '@anju/domain/alarm/limits'
import { ALARM_KINDS } from '@anju/domain/alarm/kinds'
import { decidePress, type OpenAlarm, type PressVerdict } from '@anju/domain/alarm/press'
import { type Assignment, subjectOf } from '@anju/domain/device/attribute'
import { armDeadlines, type Deadline } from '../deadline/apply.ts'
import { newId } from '../id.ts'
import type { ArrivedFact } from '../message/arrived.ts'
import { presentSeats } from '../seat/apply.ts'
import type { Tx } from '../tx.ts'
import { addEntries, type AlarmRow, type Entry, insertAlarms, loadOpen, type NewAlarm, tell } from './store.ts'

export type OwnedPress = ArrivedFact<'press'> & {
  owner: Assignment | null
  /** The device's own area: where a press goes whose device hangs in no home. */
  area: { id: string; path: string }
  messageId: string
  marks: readonly string[]
}

export function subjectOfPress(press: OwnedPress): string {
  return subjectOf(press.fact.deviceId, press.owner)
}

/** Open press alarms by subject, with how often each was pressed in the last minute. */
export async function loadPressed(tx: Tx, subjects: readonly string[], now: Date): Promise<Map<string, Pressed>> {
  const [open, counts] = await Promise.all([
    loadOpen(tx, subjects, 'emergency-press'),
    tx.query<{ alarmId: string; recent: number }>(
      `select alarm.id as "alarmId", count(*)::integer as recent
       from alarm join alarm_entry entry on entry.alarm_id = alarm.id
       where alarm.subject = any($1) and alarm.kind = 'emergency-press' and alarm.resolved_at is null
         and entry.at > $2 and entry.kind in ('raised', 'pressed')
       group by alarm.id`,
      [subjects, new Date(now.getTime() - 60_000)],
    ),
  ])
  const recent = new Map(counts.map((row) => [row.alarmId, row.recent]))
  return new Map(open.map((alarm) => [alarm.subject, { alarm, recentPresses: recent.get(alarm.id) ?? 0 }]))
}

/** How many seats would hear a press in each of the areas it may be in. */
export async function loadPresent(
  tx: Tx,
  presses: readonly OwnedPress[],
  now: Date,
): Promise<ReadonlyMap<string, number>> {
  const paths = [...new Set(presses.map(areaPathOf))]
  const seats = await Promise.all(paths.map((path) => presentSeats(tx, path, now)))
  return new Map(paths.map((path, i) => [path, seats[i]?.length ?? 0]))
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
 * one subject are folded in their order. `open` and `present` are what `loadPressed` and `loadPresent` answered under
 * those locks.
 */
export function raiseOrJoin(
  tx: Tx,
  presses: readonly OwnedPress[],
  open: ReadonlyMap<string, Pressed>,
  present: ReadonlyMap<string, number>,
  now: Date,
): void {
  const entries: Entry[] = []
  const deadlines: Deadline[] = []
  for (const [subject, ofSubject] of Map.groupBy(presses, subjectOfPress)) {
    const seats = Math.max(...ofSubject.map((press) => present.get(areaPathOf(press)) ?? 0))
    const before = open.get(subject)
    const step = fold(subject, ofSubject, before, seats, now)
    if (step.raised) insertAlarms(tx, [step.raised])
    else {
      const { id, presses: count, clockFrom, escalation, areaId, areaPath, homeId, deviceId } = step.alarm
      tx.send(
        `update alarm set presses = $2, last_press_at = $3, clock_from = $4, escalation = $5, area_id = $6,
                area_path = $7, home_id = $8, device_id = $9 where id = $1`,
        [id, count, now, clockFrom, escalation, areaId, areaPath, homeId, deviceId],
      )
    }
    entries.push(...step.entries)
    if (step.sounds) deadlines.push(...clocksOf(step.alarm))
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
    const verdict = decidePress(alarm && asOpen(alarm, recentPresses), seats, now)
    if (alarm === null) {
      const raised = raise(subject, press, verdict, seats, now)
      reasons = raised.reasons
      alarm = raised
    } else {
      const { presses: count, clockFrom, escalation } = verdict
      alarm = { ...alarm, presses: count, clockFrom, escalation, lastPressAt: now, ...placeOfJoining(alarm, press) }
    }
    recentPresses++
    sounds ||= verdict.sounds
    outside ||= verdict.escalate !== null
    // Beyond the sounding limit a press is counted into the alarm; its message is stored like any other.
    if (verdict.sounds) entries.push(entryOf(alarm.id, verdict, press, now))
  }
  if (alarm === null) throw new Error('a fold of no presses')
  if (outside) entries.push({ alarmId: alarm.id, at: now, kind: 'escalated', body: { reason: 'no-seat' } })
  return { alarm, raised: reasons && { ...alarm, reasons }, entries, sounds, outside }
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
  return state === 'resolved' ? null : { state, presses, clockFrom, escalation, recentPresses }
}

function raise(subject: string, press: OwnedPress, verdict: PressVerdict, seats: number, now: Date): NewAlarm {
  return {
    id: newId(now),
    subject,
    kind: 'emergency-press',
    priority: ALARM_KINDS['emergency-press'],
    state: 'raised',
    areaId: press.owner?.areaId ?? press.area.id,
    areaPath: areaPathOf(press),
    elderId: press.owner?.elderId ?? null,
    homeId: press.owner?.homeId ?? null,
    deviceId: press.fact.deviceId,
    raisedAt: now,
    clockFrom: now,
    presses: 1,
    lastPressAt: now,
    ownerId: null,
    acknowledgedAt: null,
    escalation: verdict.escalation,
    devices: [],
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

function clocksOf(alarm: AlarmRow): Deadline[] {
  const { id: ref, subject, clockFrom } = alarm
  const due = (ms: number) => new Date(clockFrom.getTime() + ms)
  return [
    { kind: 'alarm-shown', ref, subject, dueAt: due(SHOWN_WITHIN_MS) },
    { kind: 'alarm-unowned', ref, subject, dueAt: due(UNOWNED_FIRST_MS) },
  ]
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
