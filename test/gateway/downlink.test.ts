import { queueCommand } from '@anju/prisma/command/apply'
import { revokeDevice } from '@anju/prisma/device/apply'
import { transact } from '@anju/prisma/tx'
import { signatureKey, signedHeaders } from '@anju/firmware-sim/http'
import type { MqttClient } from 'mqtt'
import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectDevice, type Credentials } from '../device.ts'
import { testDatabase, WAITING } from '../postgres.ts'
import { type Gateway, startGateway } from '@anju/gateway/main'
import { makeWorld, type World } from '@anju/gateway/world.fixture'

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

const connect = (device: Credentials): Promise<MqttClient> => connectDevice(gateway.ports.mqtt, device)

function order(device: Credentials, expiresInMs: number): Promise<{ id: string }> {
  const now = new Date()
  const expiresAt = new Date(now.getTime() + expiresInMs)
  return transact(world.pool, (tx) =>
    queueCommand(tx, { deviceId: device.id, cmd: 'locate', body: {}, alarmId: null, expiresAt, now }),
  )
}

async function stateOf(id: string): Promise<string> {
  const result = await world.pool.query<{ state: string }>('select state from command where id = $1', [id])
  return result.rows[0]?.state ?? 'gone'
}

test('a command reaches a connected device at once, and is done when it answers', async () => {
  const button = await world.register('button')
  const client = await connect(button)
  await client.subscribeAsync(`anju/v1/${button.id}/cmd`, { qos: 1 })
  const heard = new Promise<Buffer>((resolve) => client.once('message', (_topic, payload) => resolve(payload)))
  const { id } = await order(button, 60_000)
  expect(JSON.parse((await heard).toString())).toMatchObject({
    id,
    cmd: 'locate',
    expires: expect.any(String) as unknown,
  })
  await expect.poll(() => stateOf(id)).toBe('sent')
  await client.publishAsync(`anju/v1/${button.id}/ack`, JSON.stringify({ id, result: 'played' }), { qos: 1 })
  expect(await stateOf(id)).toBe('done')
  await client.endAsync()
})

test('a command waits for a device that is away and is sent again until answered, but never after it expired', async () => {
  const button = await world.register('button')
  const late = await order(button, -1)
  const { id } = await order(button, 60_000)
  const everHeard: string[] = []
  for (let turn = 0; turn < 2; turn++) {
    const heard: string[] = []
    const client = await connect(button)
    client.on('message', (_topic, payload) => heard.push((JSON.parse(payload.toString()) as { id: string }).id))
    await client.subscribeAsync(`anju/v1/${button.id}/cmd`, { qos: 1 })
    await expect.poll(() => heard).toContain(id) // once or more: the news of it may come beside what was waiting
    await client.endAsync()
    everHeard.push(...heard)
  }
  expect(everHeard).not.toContain(late.id)
})

test('who comes back while it is noted that a command was sent is sent it again', async () => {
  const button = await world.register('button')
  const { id } = await order(button, 60_000)
  const holder = await world.pool.connect()
  await holder.query('begin')
  await holder.query('select from command where id = $1 for update', [id])
  const listen = async (heard: string[]): Promise<MqttClient> => {
    const client = await connect(button)
    client.on('message', (_topic, payload) => heard.push((JSON.parse(payload.toString()) as { id: string }).id))
    await client.subscribeAsync(`anju/v1/${button.id}/cmd`, { qos: 1 })
    return client
  }
  try {
    const before: string[] = []
    const first = await listen(before)
    await expect.poll(() => before).toContain(id)
    await first.endAsync()
    await expect.poll(async () => (await world.pool.query(WAITING)).rowCount).toBe(1)
    const heard: string[] = []
    const second = await listen(heard)
    const next = await order(button, 60_000)
    await expect.poll(() => heard).toContain(next.id) // by then it was asked what waits for it
    expect(heard).not.toContain(id)
    await holder.query('commit')
    await expect.poll(() => heard).toContain(id)
    await second.endAsync()
  } finally {
    holder.release()
  }
})

test("a device cannot answer another's command", async () => {
  const [one, other] = [await world.register('button'), await world.register('button')]
  const { id } = await order(one, 60_000)
  const client = await connect(other)
  await client.publishAsync(`anju/v1/${other.id}/ack`, JSON.stringify({ id, result: 'played' }), { qos: 1 })
  expect(await stateOf(id)).toBe('queued')
  await client.endAsync()
})

test('a revoked device is cut off at once and stays out', async () => {
  const button = await world.register('button')
  const client = await connect(button)
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
  await transact(world.pool, (tx) => revokeDevice(tx, { deviceId: button.id, within: world.areaPath, now: new Date() }))
  await closed
  await expect(connect(button)).rejects.toThrow(/not authorized/i)
})

test('the same messages come in by signed HTTP, and are answered after they are stored', async () => {
  const meter = await world.register('bp-meter')
  const url = `http://127.0.0.1:${gateway.ports.ingress}`
  const path = `/anju/v1/${meter.id}/reading`
  const body = Buffer.from('{"id":"h1","kind":"weight","value":61,"unit":"kg"}')
  const headers = signedHeaders(signatureKey(meter.secret), meter.id, path, body, Math.floor(Date.now() / 1000))
  const post = (where: string, sent: Buffer, signed: Record<string, string>) =>
    fetch(`${url}${where}`, { method: 'POST', headers: signed, body: new Uint8Array(sent) })

  for (let i = 0; i < 2; i++) {
    const answer = await post(path, body, headers)
    expect([answer.status, await answer.json()]).toEqual([200, { ids: ['h1'], rejected: [] }])
  }
  const stored = await world.pool.query(`select way from message where device_id = $1`, [meter.id])
  expect(stored.rows).toEqual([{ way: 'http' }])

  // another body, another path, another device, no signature: refused, nothing stored
  const other = await world.register('bp-meter')
  for (const [where, sent, signed] of [
    [path, Buffer.from('{"id":"h2"}'), headers],
    [`/anju/v1/${meter.id}/press`, body, headers],
    [`/anju/v1/${other.id}/reading`, body, headers],
    [path, body, {}],
    ['/anju/v1/nobody/reading', body, headers],
  ] as const) {
    const answer = await post(where, sent, signed)
    expect([answer.status, await answer.json()]).toMatchObject([401, { code: 'signature-refused' }])
  }
  expect((await post(path, Buffer.alloc(70_000), headers)).status).toBe(413)
  expect((await fetch(`${url}/internal/unstored`)).status).toBe(403)
})
