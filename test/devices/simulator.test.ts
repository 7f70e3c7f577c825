import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startHttpMeter, startMeter } from '@anju/firmware-sim/bp-meter'
import { startButton } from '@anju/firmware-sim/button'
import { startHub } from '@anju/firmware-sim/hub'
import { type Gateway, startGateway } from '@anju/gateway/main'
import { makeWorld, type World } from '@anju/gateway/world.fixture'
import { queueCommand } from '@anju/prisma/command/apply'
import { transact } from '@anju/prisma/tx'
import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../postgres.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let world: World
let gateway: Gateway
let folder: string
const ends: (() => Promise<void>)[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anju-sim-'))
  database = await testDatabase()
  world = await makeWorld(database.url)
  gateway = await startGateway(world.config, pino({ level: 'silent' }))
})
afterAll(async () => {
  for (const end of ends) await end()
  await gateway.stop()
  await world.end()
  await database.drop()
  rmSync(folder, { recursive: true })
})

const on = (device: { id: string; secret: string }) => ({
  ...device,
  broker: `mqtt://127.0.0.1:${gateway.ports.mqtt}`,
  outboxDir: join(folder, device.id),
  backoff: { minMs: 5, maxMs: 50 },
})
const messagesOf = async (deviceId: string, type: string) =>
  (
    await world.pool.query<{ message_id: string; way: string; via: string | null }>(
      'select message_id, way, via from message where device_id = $1 and type = $2 order by received_at, message_id',
      [deviceId, type],
    )
  ).rows

test('a press of the simulated button is stored when it leaves the outbox, and its power cuts lose none', async () => {
  const button = startButton({ ...on(await world.register('button')), duplicates: 0.5 })
  ends.push(() => button.stop())
  const pressed: string[] = []
  for (let round = 0; round < 5; round++) {
    pressed.push(button.press(), button.press())
    await button.until((b) => b.acknowledged.length > round || b.pending().length === 0)
    await button.powerCut()
    button.powerOn()
  }
  await button.settled()
  expect(new Set(button.acknowledged)).toEqual(new Set(pressed))
  const stored = (await messagesOf(button.id, 'press')).map((row) => row.message_id)
  expect(stored.toSorted()).toEqual(pressed.toSorted()) // each once
})

test('the simulated button plays help-coming and its answer ends the command', async () => {
  const button = startButton(on(await world.register('button')))
  ends.push(() => button.stop())
  await button.until((b) => b.online)
  const now = new Date()
  const order = { deviceId: button.id, cmd: 'help-coming', body: {}, alarmId: null, now } as const
  const { id } = await transact(world.pool, (tx) =>
    queueCommand(tx, { ...order, expiresAt: new Date(now.getTime() + 60_000) }),
  )
  await button.until((b) => b.heard.length > 0)
  await button.settled()
  expect(button.heard).toMatchObject([{ id, cmd: 'help-coming', result: 'played' }])
  const { rows } = await world.pool.query('select state, result from command where id = $1', [id])
  expect(rows).toEqual([{ state: 'done', result: 'played' }])
})

test('a reading is the same whether it comes as JSON, as a Bluetooth frame or by the 4G meter’s signed POST', async () => {
  const json = startMeter(on(await world.register('bp-meter')))
  const gatt = startMeter({ ...on(await world.register('bp-meter')), speaks: 'gatt' })
  const ingress = `http://127.0.0.1:${gateway.ports.ingress}`
  const http = startHttpMeter({ ...on(await world.register('bp-meter')), ingress })
  for (const meter of [json, gatt, http]) {
    ends.push(() => meter.stop())
    const id = meter.measure({ systolic: 148, diastolic: 92, unit: 'mmHg', pulse: 77, irregular: true })
    await meter.settled()
    await meter.until((m) => m.receipts.includes(id))
    const { rows } = await world.pool.query<object>(
      'select systolic, diastolic, pulse, irregular, elder_id from reading where device_id = $1 and message_id = $2',
      [meter.id, id],
    )
    expect(rows).toEqual([{ systolic: 148, diastolic: 92, pulse: 77, irregular: true, elder_id: world.elderId }])
  }
  expect((await messagesOf(http.id, 'reading'))[0]).toMatchObject({ way: 'http' })
})

test('a hub that keeps its outbox until the receipt speaks for its children, and empties it', async () => {
  const registered = await world.register('hub')
  const button = await world.register('button', { hubId: registered.id })
  const meter = await world.register('bp-meter', { hubId: registered.id })
  const stranger = await world.register('button')
  const children = [button.id, meter.id]
  const hub = startHub({ ...on(registered), children, keepUntil: 'receipt' })
  ends.push(() => hub.stop())
  const press = hub.press(button.id)
  const readings = [1, 2, 3].map((n) => hub.measure(meter.id, { systolic: 130 + n, diastolic: 80, unit: 'mmHg' }))
  const refused = hub.press(stranger.id)
  await hub.settled()
  expect(new Set(hub.acknowledged)).toEqual(new Set([press, ...readings, refused]))
  expect(await messagesOf(button.id, 'press')).toEqual([{ message_id: press, way: 'mqtt', via: hub.id }])
  expect((await messagesOf(meter.id, 'reading')).map((row) => row.message_id)).toEqual(readings)
  expect(await messagesOf(stranger.id, 'press')).toEqual([])
})
