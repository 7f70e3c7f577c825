import { decideDue } from '@anju/api/deadline/decider'
import { makeWorld, type World } from '@anju/gateway/world.fixture'
import { scopeOf } from '@anju/domain/access/scope'
import { acknowledgeAlarm, noteAlarm, reportShown } from '@anju/prisma/alarm/apply'
import { closeAlarm, reopenAlarm, resolveAlarm } from '@anju/prisma/alarm/end'
import { giveBackAlarm, handOverAlarm, shelveAlarm } from '@anju/prisma/alarm/own'
import { beginStep, endStep, tellAmbulance } from '@anju/prisma/alarm/step'
import { changeRule } from '@anju/prisma/alarm-rule/apply'
import { handOver, takeOver } from '@anju/prisma/handover/apply'
import { newId } from '@anju/prisma/id'
import { storeFacts } from '@anju/prisma/message/apply'
import { changePlaybook } from '@anju/prisma/playbook/apply'
import { type Tx, transact } from '@anju/prisma/tx'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { testDatabase } from '../postgres.ts'

const log = pino({ level: 'silent' })
let database: Awaited<ReturnType<typeof testDatabase>>
let world: World
let now: Date
let people: Record<'desk1' | 'desk2' | 'lead', string>
let seats: Record<string, string>

/** Seconds after the beginning. */
const at = (s: number) => new Date(now.getTime() + s * 1000)
const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => transact(world.pool, work)
const rows = async (sql: string, values: unknown[] = []) =>
  (await world.pool.query<Record<string, unknown>>(sql, values)).rows
const refused = (code: string) => expect.objectContaining({ code })
/** Three workers look at once, as they do. */
const tick = (s: number) => Promise.all([1, 2, 3].map(() => decideDue(world.pool, at(s), log)))

beforeEach(async () => {
  database = await testDatabase()
  world = await makeWorld(database.url)
  now = new Date()
  people = { desk1: newId(), desk2: newId(), lead: newId() }
  seats = {}
  for (const [name, id] of Object.entries(people)) {
    const role = name === 'lead' ? 'shift-lead' : 'seat'
    await world.pool.query(
      `insert into app_user (id, username, name, role, area_id, password_hash, created_at)
       values ($1, $2, $2, $3, $4, 'none', $5)`,
      [id, name, role, world.areaId, now],
    )
  }
})
afterEach(async () => {
  await world.end()
  await database.drop()
})

/** Somebody sits down, or beats again. */
async function beat(userId: string, s: number): Promise<void> {
  const seatId = seats[userId]
  if (seatId !== undefined) {
    await world.pool.query('update seat set beat_at = $2 where id = $1', [seatId, at(s)])
    return
  }
  const [sessionId, id] = [newId(), newId()]
  seats[userId] = id
  await world.pool.query(
    `insert into session (id, token_hash, user_id, created_at, expires_at, last_seen_at)
     values ($1, $2, $3, $4, $5, $4)`,
    [sessionId, Buffer.from(sessionId), userId, now, at(86_400)],
  )
  await world.pool.query(
    `insert into seat (id, user_id, session_id, area_path, armed, streaming, beat_at)
     values ($1, $2, $3, $4, true, true, $5)`,
    [id, userId, sessionId, world.areaPath, at(s)],
  )
}

let pressed = 0
async function press(deviceId: string, s: number): Promise<string> {
  const fact = {
    type: 'press' as const,
    deviceId,
    messageId: `p${++pressed}`,
    time: { at: at(s), deviceAt: at(s), marks: [] },
    battery: null,
  }
  const body = Buffer.from(fact.messageId)
  await run((tx) =>
    storeFacts(
      tx,
      [{ factId: newId(at(s)), receivedAt: at(s), way: 'mqtt', via: null, sha256: body, body, fact }],
      at(s),
    ),
  )
  const [alarm] = await rows('select id from alarm where device_id = $1 and resolved_at is null', [deviceId])
  return String(alarm?.['id'])
}

/** An alarm that desk1 has taken at second 10, and who sits there. */
async function taken(): Promise<{
  alarmId: string
  by: (s: number, who?: keyof typeof people) => Act
  button: string
}> {
  for (const id of Object.values(people)) await beat(id, 0)
  const { id: button } = await world.register('button')
  const alarmId = await press(button, 0)
  const by = (s: number, who: keyof typeof people = 'desk1') => ({ alarmId, userId: people[who], now: at(s) })
  await run((tx) => reportShown(tx, { ...by(1), seatId: seats[people.desk1] ?? '', presses: 1, clockFrom: at(0) }))
  await run((tx) => acknowledgeAlarm(tx, by(10)))
  return { alarmId, by, button }
}
interface Act {
  alarmId: string
  userId: string
  now: Date
}
const story = async (alarmId: string) =>
  (await rows('select kind from alarm_entry where alarm_id = $1 order by at, id', [alarmId])).map(({ kind }) => kind)
const stateOf = async (alarmId: string) =>
  (await rows('select state, owner_id as "ownerId" from alarm where id = $1', [alarmId]))[0]

test('an owner who does nothing is reminded after 150 s, and the lead hears of the second time; each once', async () => {
  const { alarmId, by } = await taken()
  for (const s of [60, 159, 160, 161, 309, 310, 311]) {
    await beat(people.desk1, s)
    await tick(s)
  }
  const told = await rows(`select name, body->>'reason' as reason, body->>'level' as level from event
                           where name in ('alarm.reminded', 'alarm.escalated') order by position`)
  expect(told).toEqual([
    { name: 'alarm.reminded', reason: null, level: '0' },
    { name: 'alarm.escalated', reason: 'no-progress', level: '1' },
    { name: 'alarm.reminded', reason: null, level: '1' },
  ])
  // a note is progress: the reminders begin anew
  await run((tx) => noteAlarm(tx, { ...by(320), text: '正在联系家属' }))
  for (const s of [460, 469]) {
    await beat(people.desk1, s)
    await tick(s)
  }
  expect((await story(alarmId)).filter((kind) => kind === 'reminded')).toHaveLength(2)
})

test('an owner whose screen vanishes for 60 s gives the alarm back; it sounds anew and its clocks begin again', async () => {
  const { alarmId } = await taken()
  await beat(people.desk1, 40)
  for (const s of [70, 99]) {
    await beat(people.desk2, s)
    await tick(s)
  }
  expect(await stateOf(alarmId)).toEqual({ state: 'acknowledged', ownerId: people.desk1 })
  await beat(people.desk2, 100)
  await tick(100)
  expect(await stateOf(alarmId)).toEqual({ state: 'raised', ownerId: null })
  expect(await rows(`select body->>'sounds' as sounds from event where name = 'alarm.given-back'`)).toEqual([
    { sounds: 'true' },
  ])
  // nobody takes it: all again, from its new beginning
  for (const s of [105, 130, 160, 280]) {
    await beat(people.desk2, s)
    await tick(s)
  }
  const told = await rows(
    `select body->>'reason' as reason from event where name = 'alarm.escalated' order by position`,
  )
  expect(told.map(({ reason }) => reason)).toEqual(['not-shown', 'unowned-180'])
})

test('with nobody else there an alarm that is given back goes outside at once', async () => {
  const { alarmId, by } = await taken()
  await run((tx) => giveBackAlarm(tx, { ...by(100), reason: '交班' }))
  const told = await rows(`select body->>'reason' as reason from event where name = 'alarm.escalated'`)
  expect(told).toEqual([{ reason: 'no-seat' }])
  expect(await stateOf(alarmId)).toEqual({ state: 'raised', ownerId: null })
})

test('an alarm is handed to somebody at a desk, not to one who has left', async () => {
  const { alarmId, by } = await taken()
  await beat(people.desk2, 10)
  await expect(run((tx) => handOverAlarm(tx, { ...by(60), toId: people.desk2, note: '' }))).rejects.toEqual(
    refused('seat-absent'),
  )
  await beat(people.desk2, 60)
  await run((tx) => handOverAlarm(tx, { ...by(60), toId: people.desk2, note: '她要找女儿' }))
  expect(await stateOf(alarmId)).toEqual({ state: 'acknowledged', ownerId: people.desk2 })
  await expect(run((tx) => handOverAlarm(tx, { ...by(61), toId: people.desk1, note: '' }))).rejects.toEqual(
    refused('alarm-other-owner'),
  )
})

test('steps run, end once, and bring the alarm into handling; the ambulance is told as 120 tells it', async () => {
  const { alarmId, by } = await taken()
  const contactId = newId()
  const family = { step: 'family', contactId, caregiverId: null, deviceId: null } as const
  const stepId = await run((tx) => beginStep(tx, { ...by(20), ...family }))
  expect(await stateOf(alarmId)).toMatchObject({ state: 'handling' })
  await expect(run((tx) => beginStep(tx, { ...by(21), ...family }))).rejects.toEqual(refused('step-begun'))
  await expect(run((tx) => endStep(tx, { ...by(22), stepId, outcome: 'admitted', text: '' }))).rejects.toEqual(
    refused('invalid-request'),
  )
  await run((tx) => endStep(tx, { ...by(30), stepId, outcome: 'no-answer', text: '' }))
  await expect(run((tx) => endStep(tx, { ...by(31), stepId, outcome: 'reached', text: '' }))).rejects.toEqual(
    refused('step-unknown'),
  )
  await run((tx) => tellAmbulance(tx, { ...by(60), status: 'under-way', hospital: '县医院', text: '' }))
  await expect(run((tx) => beginStep(tx, { ...by(61, 'desk2'), ...family }))).rejects.toEqual(
    refused('alarm-other-owner'),
  )
  expect((await story(alarmId)).slice(-3)).toEqual(['step', 'step-ended', 'ambulance'])
})

test('of two who take it at once one wins, and the other is told who', async () => {
  for (const id of Object.values(people)) await beat(id, 0)
  const { id } = await world.register('button')
  const alarmId = await press(id, 0)
  const claims = await Promise.allSettled(
    [people.desk1, people.desk2].map((userId) => run((tx) => acknowledgeAlarm(tx, { alarmId, userId, now: at(2) }))),
  )
  const lost = claims.filter((claim) => claim.status === 'rejected')
  expect(lost).toHaveLength(1)
  const { ownerId } = (await stateOf(alarmId)) ?? {}
  expect(lost[0]?.reason).toMatchObject({ code: 'alarm-owned', more: { owner: { id: ownerId } } })
})

test('on the shelf it neither sounds nor escalates until its time; a press takes it down at once', async () => {
  const { alarmId, by, button } = await taken()
  const shelf = { until: at(3600), reason: '按钮短路，已报修' }
  await expect(run((tx) => shelveAlarm(tx, { ...by(20), ...shelf }))).rejects.toEqual(refused('alarm-high'))
  await expect(run((tx) => shelveAlarm(tx, { ...by(20, 'lead'), ...shelf, until: at(90_000) }))).rejects.toEqual(
    refused('date-impossible'),
  )
  await run((tx) => shelveAlarm(tx, { ...by(20, 'lead'), ...shelf }))
  for (const s of [60, 180, 600]) await tick(s)
  expect(await rows(`select 1 from event where name = 'alarm.escalated'`)).toEqual([])
  for (const id of Object.values(people)) await beat(id, 700)
  await press(button, 700)
  const [alarm] = await rows('select shelved_until as until, presses from alarm where id = $1', [alarmId])
  expect(alarm).toEqual({ until: null, presses: 2 })
  await run((tx) => shelveAlarm(tx, { ...by(710, 'lead'), ...shelf }))
  for (const id of Object.values(people)) await beat(id, 3600)
  await tick(3600)
  expect(await story(alarmId)).toContain('unshelved')
  expect(await stateOf(alarmId)).toEqual({ state: 'raised', ownerId: null })
})

test('resolved it can be taken back for ten minutes, then it is closed; with a follow-up only when that is done', async () => {
  const { alarmId, by } = await taken()
  const end = { outcome: 'need-met', note: '', followUpAt: null } as const
  await run((tx) => resolveAlarm(tx, { ...by(60), ...end }))
  await run((tx) => reopenAlarm(tx, { ...by(90), reason: '点错了' }))
  expect(await stateOf(alarmId)).toEqual({ state: 'handling', ownerId: people.desk1 })
  await run((tx) => resolveAlarm(tx, { ...by(120), ...end }))
  await tick(661)
  expect(await stateOf(alarmId)).toMatchObject({ state: 'resolved' })
  await tick(720)
  expect(await stateOf(alarmId)).toMatchObject({ state: 'closed' })
  await expect(run((tx) => reopenAlarm(tx, { ...by(730), reason: '' }))).rejects.toEqual(refused('alarm-closed'))
  // both ends stand in the evidence: what was said is not taken away
  expect(await rows('select n, kind from evidence order by n')).toEqual([
    { n: 1, kind: 'alarm' },
    { n: 2, kind: 'alarm' },
  ])

  const { id } = await world.register('button')
  const second = await press(id, 800)
  const act = { alarmId: second, userId: people.desk1 }
  await run((tx) => acknowledgeAlarm(tx, { ...act, now: at(805) }))
  await run((tx) => resolveAlarm(tx, { ...act, ...end, followUpAt: at(90_000), now: at(810) }))
  await tick(2000)
  expect(await stateOf(second)).toMatchObject({ state: 'follow-up' })
  await run((tx) => closeAlarm(tx, { ...act, userId: people.desk2, text: '已回访，安好', now: at(90_000) }))
  expect(await stateOf(second)).toMatchObject({ state: 'closed' })
})

test('an area’s own clocks hold, and a playbook edited in use leaves the alarm its own', async () => {
  const lead = scopeOf({ userId: people.lead, role: 'shift-lead', areaPath: world.areaPath })
  const rule = { areaId: world.areaId, kind: 'emergency-press', priority: null, progressS: null } as const
  await run((tx) => changeRule(tx, { ...rule, unownedFirstS: 30, unownedLastS: 90, version: 0 }, lead, now))
  await expect(
    run((tx) => changeRule(tx, { ...rule, unownedFirstS: 40, unownedLastS: 90, version: 0 }, lead, now)),
  ).rejects.toEqual(refused('changed-meanwhile'))
  await expect(
    run((tx) =>
      changeRule(tx, { ...rule, priority: 'low', unownedFirstS: 30, unownedLastS: 90, version: 1 }, lead, now),
    ),
  ).rejects.toEqual(refused('rule-of-help'))
  const book = { areaId: world.areaId, kind: 'emergency-press', steps: [{ step: 'speak', script: '问清楚' }] } as const
  await run((tx) => changePlaybook(tx, { ...book, basedOn: null }, lead, now))
  for (const id of Object.values(people)) await beat(id, 0)
  const { id } = await world.register('button')
  const alarmId = await press(id, 0)
  const seatId = seats[people.desk1] ?? ''
  await run((tx) =>
    reportShown(tx, { alarmId, seatId, userId: people.desk1, presses: 1, clockFrom: at(0), now: at(1) }),
  )
  for (const s of [29, 30, 60, 90]) await tick(s)
  const told = await rows(
    `select body->>'reason' as reason, at from event where name = 'alarm.escalated' order by position`,
  )
  expect(told).toEqual([
    { reason: 'unowned-60', at: at(30) },
    { reason: 'unowned-180', at: at(90) },
  ])
  await run((tx) => acknowledgeAlarm(tx, { alarmId, userId: people.desk1, now: at(95) }))
  const [kept] = await rows('select playbook_id as id from alarm where id = $1', [alarmId])
  await run((tx) => changePlaybook(tx, { ...book, steps: null, basedOn: String(kept?.['id']) }, lead, at(96)))
  expect(await rows('select steps from playbook where id = $1', [kept?.['id']])).toEqual([{ steps: book.steps }])
})

test('a shift hands over what is open, and who takes it owns it; nobody takes his own or twice', async () => {
  const { alarmId } = await taken()
  const scope = (who: 'desk1' | 'desk2') => scopeOf({ userId: people[who], role: 'seat', areaPath: world.areaPath })
  const { id } = await run((tx) => handOver(tx, { toId: null, note: '王奶奶在等救护车' }, scope('desk1'), at(100)))
  const take = (who: 'desk1' | 'desk2', s: number) => run((tx) => takeOver(tx, { id, person: scope(who), now: at(s) }))
  await expect(take('desk1', 110)).rejects.toEqual(refused('handover-own'))
  await take('desk2', 120)
  expect(await stateOf(alarmId)).toMatchObject({ ownerId: people.desk2 })
  await expect(take('desk2', 130)).rejects.toEqual(refused('handover-taken'))
})
