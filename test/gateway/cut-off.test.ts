import { bindDevice, unbindDevice } from '@anju/prisma/assignment/apply'
import { revokeDevice, rotateSecret } from '@anju/prisma/device/apply'
import { linkTests, startTest } from '@anju/prisma/device/test-press'
import { masterKey } from '@anju/prisma/key'
import { transact } from '@anju/prisma/tx'
import { type Gateway, startGateway } from '@anju/gateway/main'
import { makeWorld, type World } from '@anju/gateway/world.fixture'
import mqtt from 'mqtt'
import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectDevice, optionsOf } from '../device.ts'
import { testDatabase } from '../postgres.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let world: World
let gateway: Gateway

beforeAll(async () => {
  database = await testDatabase()
  world = await makeWorld(database.url)
  gateway = await startGateway(world.config, pino({ level: 'silent' }))
})
afterAll(async () => {
  await gateway.stop()
  await world.end()
  await database.drop()
})

const connect = (id: string, secret: string) => connectDevice(gateway.ports.mqtt, { id, secret })

/** The code a CONNACK refuses with. */
function refusedWith(id: string, secret: string): Promise<number | undefined> {
  const client = mqtt.connect(optionsOf(gateway.ports.mqtt, { id, secret }))
  return new Promise((resolve) => {
    client.once('error', (error) => resolve('code' in error && typeof error.code === 'number' ? error.code : undefined))
    client.once('connect', () => resolve(0))
  }).then(async (code) => {
    await client.endAsync(true)
    return typeof code === 'number' ? code : undefined
  })
}

const press = (client: mqtt.MqttClient, id: string, message: string) =>
  client.publishAsync(`anju/v1/${id}/press`, JSON.stringify({ id: message, at: new Date().toISOString() }), { qos: 1 })
const actor = () => ({ within: world.areaPath, now: new Date() })
const key = () => masterKey(world.config.key!)

test('a new secret cuts the old one off at once, connected or not, and lets the new one press', async () => {
  const { id, secret } = await world.register('button')
  const old = await connect(id, secret)
  const closed = new Promise<void>((resolve) => old.once('close', () => resolve()))
  const made = await transact(world.pool, (tx) => rotateSecret(tx, key(), id, actor()))
  await closed
  expect(await refusedWith(id, secret)).toBe(4)
  const fresh = await connect(id, made.secret)
  await press(fresh, id, 'with-the-new-one')
  const { rows } = await world.pool.query(`select 1 from message where device_id = $1 and type = 'press'`, [id])
  expect(rows).toHaveLength(1)
  await fresh.endAsync()
})

test('a revoked device is cut off at once and for good', async () => {
  const { id, secret } = await world.register('button')
  const client = await connect(id, secret)
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
  await transact(world.pool, (tx) => revokeDevice(tx, { deviceId: id, reason: '丢失', ...actor() }))
  await closed
  expect(await refusedWith(id, secret)).toBe(5)
})

test('a bound and unbound device stays connected, and its press goes where it hangs', async () => {
  const { id, secret } = await world.register('button')
  const client = await connect(id, secret)
  const subject = async () =>
    (
      await world.pool.query<{ subject: string }>(
        'select subject from alarm where device_id = $1 order by raised_at desc limit 1',
        [id],
      )
    ).rows[0]?.subject
  await transact(world.pool, (tx) => unbindDevice(tx, id, { at: new Date(), ...actor() }))
  await press(client, id, 'on-the-shelf')
  expect(await subject()).toBe(`device:${id}`)
  await transact(world.pool, (tx) => bindDevice(tx, id, { homeId: world.homeId, from: new Date(), ...actor() }))
  await press(client, id, 'in-the-home')
  expect(await subject()).toBe(`home:${world.homeId}`)
  expect(client.connected).toBe(true)
  await client.endAsync()
})

test('a test press is timed from the button’s clock to the store', async () => {
  const { id, secret } = await world.register('button')
  const client = await connect(id, secret)
  await transact(world.pool, (tx) => startTest(tx, id, actor()))
  await press(client, id, 'the-test')
  const now = new Date()
  await transact(world.pool, (tx) => linkTests(tx, now, now))
  const { rows } = await world.pool.query(
    `select pressed_at <= received_at + interval '1 second' and received_at <= stored_at as ordered,
            alarm_id is not null as raised from device_test where device_id = $1`,
    [id],
  )
  expect(rows).toEqual([{ ordered: true, raised: true }])
  await client.endAsync()
})
