import { isTestAlone, TEST_LASTS_MS } from '@anju/domain/device/test-press'
import { Refusal } from '@anju/domain/error'
import { acknowledgeAlarm } from '../alarm/apply.ts'
import { resolveAlarm } from '../alarm/end.ts'
import { addEntries, loadAlarm, tell } from '../alarm/store.ts'
import { recordChange } from '../history/apply.ts'
import { newId } from '../id.ts'
import { lockSubjects, type Tx } from '../tx.ts'
import { type Actor, holdLive } from './apply.ts'

/**
 * Somebody is about to press this device to try it. Nothing about the press changes: it raises and sounds like any
 * other. While a test waits for its press, another start answers that same test.
 */
export async function startTest(tx: Tx, deviceId: string, actor: Actor): Promise<{ id: string }> {
  const { areaPath } = await holdLive(tx, deviceId, actor.within)
  const { now, userId = null } = actor
  const [waiting] = await tx.query<{ id: string }>(
    'select id from device_test where device_id = $1 and fact is null and expires_at > $2 order by started_at desc',
    [deviceId, now],
  )
  if (waiting) return waiting
  const id = newId(now)
  await tx.query(
    'insert into device_test (id, device_id, started_by, started_at, expires_at) values ($1, $2, $3, $4, $5)',
    [id, deviceId, userId, now, new Date(now.getTime() + TEST_LASTS_MS)],
  )
  await recordChange(tx, {
    subject: `device:${deviceId}`,
    action: 'test-started',
    before: {},
    after: {},
    reason: '',
    userId,
    now,
  })
  tellOf(tx, 'test-started', { deviceId, testId: id, areaPath }, now)
  return { id }
}

/** A press that came just as its test ran out may be stored a little later. */
const LINKED_UNTIL_MS = 10 * 60_000

interface Waiting {
  id: string
  deviceId: string
  startedBy: string | null
  startedAt: Date
  areaPath: string
  fact: string
  pressedAt: Date | null
  receivedAt: Date
}

/**
 * Finds the presses that tests waited for, after they were stored: the way of a press itself knows nothing of tests.
 * The alarm is told that a test was expected. `storedAt`: when the log told of it; null when that was missed.
 */
export async function linkTests(tx: Tx, storedAt: Date | null, now: Date): Promise<void> {
  const found = await tx.query<Waiting>(
    `select t.id, t.device_id as "deviceId", t.started_by as "startedBy", t.started_at as "startedAt",
            area.path as "areaPath", press.id as fact, press.at as "pressedAt", press.received_at as "receivedAt"
     from device_test t join device on device.id = t.device_id join area on area.id = device.area_id
     cross join lateral (
       select id, at, received_at from message
       where message.device_id = t.device_id and type = 'press'
         and received_at >= t.started_at and received_at <= t.expires_at
       order by received_at, id limit 1) as press
     where t.fact is null and t.started_at > $1`,
    [new Date(now.getTime() - LINKED_UNTIL_MS)],
  )
  for (const test of found) await linkTest(tx, test, storedAt, now)
}

async function linkTest(tx: Tx, test: Waiting, storedAt: Date | null, now: Date): Promise<void> {
  const { id, deviceId, fact, areaPath } = test
  const [entry] = await tx.query<{ alarmId: string }>(
    `select entry.alarm_id as "alarmId" from alarm join alarm_entry entry on entry.alarm_id = alarm.id
     where alarm.last_press_at >= $1 and entry.message = $2 limit 1`,
    [test.receivedAt, fact],
  )
  const alarmId = entry?.alarmId ?? null
  const linked = await tx.query(
    `update device_test set fact = $2, alarm_id = $3, pressed_at = $4, received_at = $5, stored_at = $6
     where id = $1 and fact is null returning id`,
    [id, fact, alarmId, test.pressedAt, test.receivedAt, storedAt],
  )
  if (linked.length === 0) return // another reader was quicker
  const alarm = alarmId === null ? undefined : await loadAlarm(tx, alarmId)
  if (alarm) {
    const body = { deviceId, testId: id, startedAt: test.startedAt.toISOString() }
    addEntries(tx, [{ alarmId: alarm.id, at: now, kind: 'test-expected', userId: test.startedBy, body }])
    tell(tx, alarm, 'note', now)
  }
  tellOf(tx, 'test-pressed', { deviceId, testId: id, alarmId, areaPath }, now)
}

/**
 * “It was the test”: the alarm that the test's press raised is taken and resolved as a test by this person. Refuses
 * `test-not-pressed`, `test-not-alone` when other presses joined it, and whatever the alarm's own rules refuse.
 */
export async function finishTest(
  tx: Tx,
  { deviceId, testId, within, userId, now }: Actor & { deviceId: string; testId: string; userId: string },
): Promise<void> {
  // With the alarm's own lock, or a press that joins it meanwhile would be ended unseen.
  const alarms = await tx.query<{ subject: string }>(
    'select subject from alarm join device_test on device_test.alarm_id = alarm.id where device_test.id = $1',
    [testId],
  )
  await lockSubjects(tx, [`device:${deviceId}`, ...alarms.map(({ subject }) => subject)])
  await holdLive(tx, deviceId, within)
  const [test] = await tx.query<{ alarmId: string | null; startedAt: Date }>(
    'select alarm_id as "alarmId", started_at as "startedAt" from device_test where id = $1 and device_id = $2',
    [testId, deviceId],
  )
  if (!test) throw new Refusal('not-found')
  const alarm = test.alarmId === null ? undefined : await loadAlarm(tx, test.alarmId)
  if (!alarm) throw new Refusal('test-not-pressed')
  const told = await tx.query<{ deviceId: string | null; at: Date }>(
    `select body->>'deviceId' as "deviceId", at from alarm_entry where alarm_id = $1 and kind in ('raised', 'pressed')`,
    [alarm.id],
  )
  if (!isTestAlone({ ...alarm, told }, { deviceId, startedAt: test.startedAt })) throw new Refusal('test-not-alone')
  const act = { alarmId: alarm.id, userId, now }
  if (alarm.state === 'raised') await acknowledgeAlarm(tx, act)
  await resolveAlarm(tx, { ...act, outcome: 'test', note: '', followUpAt: null })
}

function tellOf(
  tx: Tx,
  what: string,
  { areaPath, ...body }: { areaPath: string; deviceId: string } & Record<string, unknown>,
  now: Date,
): void {
  const subject = `device:${body.deviceId}`
  tx.events.push({ at: now, topic: 'device', name: `device.${what}`, areaPath, subject, body })
}
