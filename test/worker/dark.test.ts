import { decideDue } from '@anju/api/deadline/decider'
import { makeWorld, type World } from '@anju/gateway/world.fixture'
import { acknowledgeAlarm } from '@anju/prisma/alarm/apply'
import { resolveAlarm } from '@anju/prisma/alarm/end'
import { registerDevice } from '@anju/prisma/device/apply'
import { beatGateway, deviceBack, recordHeard } from '@anju/prisma/device/liveness'
import { newId } from '@anju/prisma/id'
import { masterKey } from '@anju/prisma/key'
import { transact } from '@anju/prisma/tx'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { testDatabase } from '../postgres.ts'

/** One power cut, noticed by devices of different patience: hubs after 10 minutes, buttons after 15, readers after 30. */
const log = pino({ level: 'silent' })
const key = masterKey(new Uint8Array(32).fill(7))
let database: Awaited<ReturnType<typeof testDatabase>>
let world: World
let now: Date
let userId: string

beforeEach(async () => {
  database = await testDatabase()
  world = await makeWorld(database.url)
  now = new Date()
  userId = newId()
  await world.pool.query(
    `insert into app_user (id, username, name, role, area_id, password_hash, created_at)
     values ($1, 'seat', '值班员', 'seat', $2, 'none', $3)`,
    [userId, world.areaId, now],
  )
})
afterEach(async () => {
  await world.end()
  await database.drop()
})

const minute = (n: number) => new Date(now.getTime() + n * 60_000)

async function rows<T = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<T[]> {
  return (await world.pool.query<T & Record<string, unknown>>(sql, values)).rows
}

/** Hangs in the village and is nobody's, so that its silence is its own alarm. */
const hung = (kind: 'button' | 'hub' | 'door-reader' | 'scale', hubId?: string) =>
  transact(world.pool, async (tx) => {
    const { areaId, areaPath: within } = world
    const { id } = await registerDevice(tx, key, { kind, areaId, within, now, ...(hubId !== undefined && { hubId }) })
    return id
  })
const heard = (ids: string[], at: Date) =>
  transact(world.pool, (tx) =>
    recordHeard(
      tx,
      ids.map((deviceId) => ({ deviceId, at })),
    ),
  )
async function pass(from: number, to: number): Promise<void> {
  for (let n = from; n <= to; n++) await decideDue(world.pool, minute(n), log)
}
const up = () => transact(world.pool, (tx) => beatGateway(tx, { id: newId(), startedAt: now, now: minute(240) }))
interface Told {
  id: string
  subject: string
  state: string
  outcome: string | null
  devices: string[]
  /** In whole minutes of the test. */
  raisedMin: number
  clockMin: number
}
/** In the order in which they were told. */
const alarms = () =>
  rows<Told>(
    `select alarm.id, subject, state, outcome, devices,
      (extract(epoch from raised_at - $1::timestamptz) / 60)::integer as "raisedMin",
      (extract(epoch from clock_from - $1::timestamptz) / 60)::integer as "clockMin"
    from alarm join alarm_entry told on told.alarm_id = alarm.id and told.kind = 'raised'
    order by told.at, subject collate "C"`,
    [now],
  )
const village = () => `community:${world.areaId}`

test('a cut that hubs tell of first is at last one alarm: singles are folded into the village’s, and later ones join it', async () => {
  const { id: hers } = await world.register('hub')
  const other = await hung('hub')
  const buttons = [await hung('button'), await hung('button'), await hung('button')]
  const reader = await hung('door-reader')
  const scales = [await hung('scale'), await hung('scale'), await hung('scale'), await hung('scale')]
  await up()
  await heard([hers, other, ...buttons, reader, ...scales], now)

  // two of six that would show it: each is its own
  await pass(1, 12)
  const before = await alarms()
  expect(before.map(({ subject, state }) => [subject, state])).toEqual([
    [`device:${other}`, 'raised'],
    [`elder:${world.elderId}`, 'raised'],
  ])

  await pass(13, 17)
  const dark = [hers, other, ...buttons].sort()
  const folded = await alarms()
  expect(folded.map(({ subject, state, outcome }) => [subject, state, outcome])).toEqual([
    [`device:${other}`, 'closed', 'folded'],
    [`elder:${world.elderId}`, 'closed', 'folded'],
    [village(), 'raised', null],
  ])
  const group = folded[2]
  expect(group?.devices).toEqual(dark)
  // it has waited since the first of them, in the queue and by its clocks
  const first = Math.min(...before.map(({ raisedMin }) => raisedMin))
  expect([group?.raisedMin, group?.clockMin]).toEqual([first, first])
  expect(first).toBeLessThan(13)

  await pass(18, 40)
  const [open, ...more] = (await alarms()).filter(({ outcome }) => outcome === null)
  expect([open?.id, open?.devices, more]).toEqual([group?.id, [...dark, reader], []])

  // nothing is lost: both stories name the other, and so does her chain of evidence
  const story = (kind: string) => rows('select alarm_id, body from alarm_entry where kind = $1', [kind])
  expect(await story('folded')).toEqual(
    expect.arrayContaining(before.map(({ id }) => ({ alarm_id: id, body: { into: group?.id } }))),
  )
  expect(await story('took-in')).toMatchObject([
    { alarm_id: group?.id, body: { alarms: before.map(({ id }) => id).sort() } },
  ])
  expect(await story('joined')).toMatchObject([{ alarm_id: group?.id, body: { devices: [reader] } }])
  const chain = await rows<{ body: Buffer }>(`select body from evidence where elder_id = $1 and kind = 'alarm'`, [
    world.elderId,
  ])
  expect(chain.map(({ body }) => body.toString())).toEqual([expect.stringContaining('"outcome":"folded"')])
  // and screens are told to let it go
  expect(await rows(`select 1 from event where name = 'alarm.closed'`)).toHaveLength(2)
})

test('a hub noticed after its button, which has more patience here, takes in the button’s alarm and its wait', async () => {
  const hub = await hung('hub')
  const child = await hung('button', hub)
  const later = await hung('button')
  const well = await Promise.all(Array.from({ length: 6 }, () => hung('button')))
  await up()
  await heard([child], now)
  await heard([hub], minute(12))
  await heard([later], minute(26))
  await heard(well, minute(90))
  await pass(1, 20)
  const [single] = await alarms()
  expect(single).toMatchObject({ subject: `device:${child}`, state: 'raised', devices: [child] })
  await pass(21, 25)
  const wait = { raisedMin: single?.raisedMin, clockMin: single?.clockMin }
  expect(await alarms()).toMatchObject([
    { id: single?.id, state: 'closed', outcome: 'folded' },
    { subject: `device:${hub}`, state: 'raised', devices: [child, hub].sort(), ...wait },
  ])
  // ended by a person, it told of this silence: another one's, decided later, brings neither back
  const [, group] = await alarms()
  const act = { alarmId: group?.id ?? '', userId, now: minute(26) }
  await transact(world.pool, (tx) => acknowledgeAlarm(tx, act))
  await transact(world.pool, (tx) => resolveAlarm(tx, { ...act, outcome: 'device-fault', note: '', followUpAt: null }))
  await pass(27, 43)
  expect((await alarms()).map(({ devices }) => devices)).toEqual([[child], [child, hub].sort(), [later]])
})

test('what a person has in hand stays theirs, and the village’s alarm lists its device beside', async () => {
  const hubs = [await hung('hub'), await hung('hub')]
  const buttons = [await hung('button'), await hung('button')]
  await up()
  await heard([...hubs, ...buttons], now)
  // half of the four, and only two: no village yet
  await pass(1, 12)
  const [taken, waiting] = await alarms()
  await transact(world.pool, (tx) => acknowledgeAlarm(tx, { alarmId: taken?.id ?? '', userId, now: minute(13) }))
  await pass(13, 17)
  const told = await alarms()
  expect(told.map(({ id, state, devices }) => [id, state, devices])).toEqual([
    [taken?.id, 'acknowledged', taken?.devices],
    [waiting?.id, 'closed', waiting?.devices],
    [told[2]?.id, 'raised', [...hubs, ...buttons].sort()],
  ])
  // back again, it says so in both
  const [device = ''] = taken?.devices ?? []
  await transact(world.pool, (tx) => deviceBack(tx, device, minute(18)))
  const back = await rows<{ alarm_id: string }>(`select alarm_id from alarm_entry where kind = 'device-back'`)
  expect(back.map((row) => row.alarm_id).sort()).toEqual([taken?.id, told[2]?.id].sort())
})

test('a village that speaks again is dark no more: what falls silent later has an alarm of its own', async () => {
  const buttons = [await hung('button'), await hung('button'), await hung('button')]
  const others = [await hung('button'), await hung('button')]
  await up()
  await heard(buttons, now)
  await heard(others, minute(100))
  await pass(1, 17)
  for (const id of buttons) await heard([id], minute(20))
  for (const id of buttons) await transact(world.pool, (tx) => deviceBack(tx, id, minute(20)))
  await heard([...buttons, others[1] ?? ''], minute(130))
  await pass(100, 118)
  const told = await alarms()
  expect(told.map(({ subject, state, devices }) => [subject, state, devices])).toEqual([
    [village(), 'raised', buttons.toSorted()],
    [`device:${others[0]}`, 'raised', [others[0]]],
  ])
})

test('a hub’s devices, noticed after it, join its alarm where the village is not dark', async () => {
  const hub = await hung('hub')
  const child = await hung('button', hub)
  const well = await Promise.all(Array.from({ length: 6 }, () => hung('button')))
  await up()
  await heard([hub, child], now)
  await heard(well, minute(60))
  await pass(1, 20)
  const told = await alarms()
  expect(told.map(({ subject, state, devices }) => [subject, state, devices])).toEqual([
    [`device:${hub}`, 'raised', [hub, child]],
  ])
})
