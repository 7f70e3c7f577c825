import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { decideDue } from '@anju/api/deadline/decider'
import { createArea } from '@anju/prisma/area/apply'
import { bindDevice, unbindDevice } from '@anju/prisma/assignment/apply'
import { beatGateway, recordHeard } from '@anju/prisma/device/liveness'
import { moveElder, undoMove } from '@anju/prisma/elder/move'
import { newId } from '@anju/prisma/id'
import { transact } from '@anju/prisma/tx'
import { testDatabase } from '../postgres.ts'
import { makeVillage, type Village } from './village.fixture.ts'

/** A button is silent after 15 minutes of a day on which the gateway was always up, and collected for one. */
const now = new Date()
const minute = (n: number) => new Date(now.getTime() + n * 60_000)
const log = pino({ level: 'silent' })

let database: Awaited<ReturnType<typeof testDatabase>>
let village: Village
let her: { id: string; homeId: string }
let other: { id: string; homeId: string }
let east: { id: string; path: string }
beforeEach(async () => {
  database = await testDatabase()
  village = await makeVillage(database.url, now, 100)
  const { rows } = await village.pool.query<{ id: string }>('select id from area')
  east = await transact(village.pool, (tx) =>
    createArea(tx, { parentId: rows[0]?.id ?? null, name: '东村', kind: 'community', now }),
  )
  her = await village.elder('她')
  other = await village.elder('别人')
  await village.pool.query('update home set area_id = $2 where id = $1', [other.homeId, east.id])
  await transact(village.pool, (tx) => beatGateway(tx, { id: newId(), startedAt: now, now: minute(300) }))
})
afterEach(async () => {
  await village.pool.end()
  await database.drop()
})

async function silent(...devices: string[]): Promise<void> {
  await transact(village.pool, (tx) =>
    recordHeard(
      tx,
      devices.map((deviceId) => ({ deviceId, at: now })),
    ),
  )
  for (let n = 14; n <= 18; n++) await decideDue(village.pool, minute(n), log)
}
const alarms = async () =>
  (
    await village.pool.query<{ id: string }>(
      `select id, subject, area_id, home_id, elder_id, device_id, devices from alarm
       where kind = 'device-silent' and resolved_at is null order by raised_at, id`,
    )
  ).rows
const entries = async (alarmId: unknown) =>
  (await village.pool.query('select kind, body from alarm_entry where alarm_id = $1 order by at, id', [alarmId])).rows
const bind = (deviceId: string, elderId: string, at = minute(20)) =>
  transact(village.pool, (tx) => bindDevice(tx, deviceId, { elderId, from: at, move: true, ...village.by, now: at }))

test('the alarm of a silent device goes with it into another home, and says so to both areas', async () => {
  const button = await village.device('button', her.id)
  await silent(button)
  const [raised] = await alarms()
  expect(raised).toMatchObject({ subject: `elder:${her.id}`, home_id: her.homeId })
  await bind(button, other.id)
  const moved = await alarms()
  expect(moved).toMatchObject([
    { id: raised?.id, area_id: east.id, home_id: other.homeId, elder_id: other.id, device_id: button },
  ])
  expect((await entries(raised?.id)).at(-1)).toMatchObject({
    kind: 'device-moved',
    body: { devices: [button], fromHomeId: her.homeId, homeId: other.homeId },
  })
  const told = await village.pool.query(
    `select area_path from event where name = 'alarm.pressed' and body->>'alarmId' = $1 and body->>'sounds' = 'false'`,
    [raised?.id],
  )
  expect(told.rows.map((row: { area_path: string }) => row.area_path).toSorted()).toEqual(
    [village.by.within, east.path].toSorted(),
  )
})

test('what falls silent in the home that was left raises there, beside the alarm that went along', async () => {
  const button = await village.device('button', her.id)
  await silent(button)
  await bind(button, other.id)
  const second = await village.device('button', her.id)
  await transact(village.pool, (tx) => recordHeard(tx, [{ deviceId: second, at: minute(21) }]))
  for (let n = 35; n <= 40; n++) await decideDue(village.pool, minute(n), log)
  expect(await alarms()).toMatchObject([
    { home_id: other.homeId, devices: [button] },
    { home_id: her.homeId, devices: [second] },
  ])
})

test('it comes into a home where another is silent already', async () => {
  const [button, there] = [await village.device('button', her.id), await village.device('button', other.id)]
  await silent(button, there)
  expect(await alarms()).toHaveLength(2)
  await bind(button, other.id)
  expect((await alarms()).map(({ home_id }: Record<string, unknown>) => home_id)).toEqual([other.homeId, other.homeId])
})

test('taken down to the shelf it is nobody’s: the alarm names no home', async () => {
  const button = await village.device('button', her.id)
  await silent(button)
  await transact(village.pool, (tx) => unbindDevice(tx, button, { at: minute(20), ...village.by, now: minute(20) }))
  expect(await alarms()).toMatchObject([{ subject: `device:${button}`, home_id: null, elder_id: null }])
})

test('when she moves with her button the alarm goes along, and comes back with the undo', async () => {
  const button = await village.device('button', her.id)
  await silent(button)
  const at = minute(20)
  await transact(village.pool, (tx) =>
    moveElder(
      tx,
      { id: her.id, version: 1, to: { homeId: other.homeId }, from: at, going: 'with', reason: '' },
      { ...village.by, now: at },
    ),
  )
  expect(await alarms()).toMatchObject([{ subject: `elder:${her.id}`, home_id: other.homeId, area_id: east.id }])
  await transact(village.pool, (tx) => undoMove(tx, { id: her.id, reason: '' }, { ...village.by, now: minute(21) }))
  expect(await alarms()).toMatchObject([{ subject: `elder:${her.id}`, home_id: her.homeId }])
})

test('a village’s alarm lets go of a device that leaves, whose silence is decided anew where it is', async () => {
  const buttons = [
    await village.device('button', her.id),
    await village.device('button', (await village.elder('三')).id),
  ]
  buttons.push(await village.device('button', (await village.elder('四')).id))
  await silent(...buttons)
  const [whole] = await alarms()
  expect(whole).toMatchObject({ devices: buttons.toSorted() })
  const [leaver = ''] = buttons
  await bind(leaver, other.id)
  expect(await alarms()).toMatchObject([{ devices: buttons.slice(1).toSorted() }])
  await decideDue(village.pool, minute(22), log)
  expect(await alarms()).toMatchObject([
    { id: whole?.id },
    { home_id: other.homeId, devices: [leaver], subject: `elder:${other.id}` },
  ])
})
