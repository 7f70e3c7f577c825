import { Writable } from 'node:stream'
import { LiveHub } from '@anju/api/live/hub'
import { Metrics } from '@anju/api/metrics'
import { startGateway } from '@anju/gateway/main'
import { makeWorld } from '@anju/gateway/world.fixture'
import pino from 'pino'
import { expect, test } from 'vitest'
import { connectDevice, type Credentials } from '../device.ts'
import { testDatabase } from '../postgres.ts'

test('one id is in every log line of a press, from its arrival to the screens, and no name is in any', async () => {
  const database = await testDatabase()
  const world = await makeWorld(database.url)
  const lines: Record<string, unknown>[] = []
  const log = pino(
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>)
        done()
      },
    }),
  )
  const gateway = await startGateway(world.config, log)
  const hub = new LiveHub({
    pool: world.pool,
    databaseUrl: database.url,
    log,
    metrics: new Metrics(),
    now: () => new Date(),
    stillStands: async (owners) => new Set(owners),
  })
  hub.start()
  await expect.poll(() => hub.position).toBeDefined()
  const button = await world.register('button')
  const client = await connectDevice(gateway.ports.mqtt, button)
  await client.publishAsync(`anju/v1/${button.id}/press`, '{"id":"p1"}', { qos: 1 })

  const said = (words: string) => lines.filter((line) => line['msg'] === words)
  await expect.poll(() => said('told to screens').length).toBe(1)
  const fact = said('press arrived')[0]?.['fact']
  expect(fact).toMatch(/^[0-9a-f-]{36}$/)
  expect(said('press committed')).toMatchObject([{ fact }])
  expect(said('told to screens')).toMatchObject([{ facts: [fact], event: 'alarm.raised' }])
  const stored = await world.pool.query('select id, message_id from message')
  expect(stored.rows).toEqual([{ id: fact, message_id: 'p1' }])
  expect(JSON.stringify(lines)).not.toContain('测试老人')

  await client.endAsync()
  await hub.stop()
  await gateway.stop()
  await world.end()
  await database.drop()
})

test('after a power cut a press does not queue behind what outboxes held', async () => {
  const database = await testDatabase()
  const world = await makeWorld(database.url)
  const gateway = await startGateway(world.config, pino({ level: 'silent' }))
  const connect = (device: Credentials) => connectDevice(gateway.ports.mqtt, device)
  const meters = await Promise.all(Array.from({ length: 20 }, () => world.register('bp-meter')))
  const clients = await Promise.all(meters.map(connect))
  const button = await world.register('button')
  const presser = await connect(button)
  let open = 0
  const outboxes = clients.flatMap((client, c) =>
    Array.from({ length: 5 }, async (_, b) => {
      const items = Array.from({ length: 400 }, (_item, i) => ({
        type: 'reading',
        id: `${b}-${i}`,
        ago: i + 1,
        kind: 'weight',
        value: 60,
        unit: 'kg',
      }))
      open++
      await client.publishAsync(`anju/v1/${meters[c]?.id}/batch`, JSON.stringify({ items }), { qos: 1 })
      open--
    }),
  )
  await expect.poll(() => open, { interval: 1 }).toBe(100)
  await presser.publishAsync(`anju/v1/${button.id}/press`, '{"id":"now"}', { qos: 1 })
  // forty thousand readings are on their way; the press did not wait for them
  expect(open).toBeGreaterThan(50)
  await Promise.all(outboxes)
  const stored = await world.pool.query<{ n: number }>('select count(*)::integer as n from reading')
  expect(stored.rows).toEqual([{ n: 40_000 }])
  await Promise.all([...clients, presser].map((client) => client.endAsync()))
  await gateway.stop()
  await world.end()
  await database.drop()
}, 60_000)
