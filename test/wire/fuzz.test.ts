import { startGateway } from '@anju/gateway/main'
import { makeWorld } from '@anju/gateway/world.fixture'
import { freshSeed } from '@anju/firmware-sim/random'
import fc from 'fast-check'
import pino from 'pino'
import { expect, test } from 'vitest'
import { connectDevice, type Credentials } from '../device.ts'
import { testDatabase } from '../postgres.ts'

const seed = freshSeed()

const nasty = fc.constantFrom(
  '\u0000',
  '\ud800',
  '\u202e',
  '{}',
  '1e999',
  '__proto__',
  'constructor',
  '',
  'x'.repeat(5000),
  '💊',
  "'; drop table message; --",
)
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  nasty,
  fc.double(),
  fc.constantFrom(
    'weight',
    'kg',
    'glucose',
    'mmol/L',
    'gatt',
    '2A35',
    '00BDF00B009FF0',
    '04DE5F1EACC040',
    '2026-11-22T06:00:00Z',
    true,
  ),
)
const field = fc.constantFrom(
  'id',
  'at',
  'ago',
  'kind',
  'value',
  'unit',
  'uid',
  'sun',
  'online',
  'boot',
  'seq',
  'type',
  'device',
  'firmware',
  'hex',
  'characteristic',
  'meal',
  'user',
  'result',
  'battery',
)
const message = fc.dictionary(field, value, { maxKeys: 8 })
const text = fc
  .oneof(message, fc.record({ items: fc.array(message, { maxLength: 5 }) }), fc.jsonValue())
  .map((json) => Buffer.from(JSON.stringify(json)))
const payload = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
)
const topic = fc.constantFrom('press', 'reading', 'tap', 'state', 'batch', 'ack')

test(`whatever bytes a device sends are acknowledged once stored or kept as rejected, and delay nobody (seed ${seed})`, async () => {
  const database = await testDatabase()
  const world = await makeWorld(database.url)
  const gateway = await startGateway(world.config, pino({ level: 'silent' }))
  const connect = (device: Credentials) => connectDevice(gateway.ports.mqtt, device)
  const [strange, good] = [await world.register('hub'), await world.register('button')]
  const [hostile, button] = [await connect(strange), await connect(good)]
  const sent = fc.sample(fc.tuple(topic, payload), { seed, numRuns: 600 })
  await Promise.all(
    sent.map(([kind, bytes]) => hostile.publishAsync(`anju/v1/${strange.id}/${kind}`, bytes, { qos: 1 })),
  )
  await button.publishAsync(`anju/v1/${good.id}/press`, '{"id":"real"}', { qos: 1 })

  const one = async (sql: string) =>
    (await world.pool.query<{ n: number }>(`select (${sql})::integer as n`)).rows[0]?.n ?? -1
  expect(await one(`select count(*) from message where device_id = '${good.id}'`)).toBe(1)
  // every press, however broken, is in the alarm's count or repeats one that is
  const presses = await one(`select count(distinct sha256) from message where type = 'press'`)
  expect(await one('select sum(presses) from alarm')).toBeGreaterThanOrEqual(presses)
  expect(presses).toBeGreaterThan(10)
  // rejected bodies are bounded, their number is not forgotten
  const total = await one('select sum(total) from rejected_tally')
  expect(total).toBeGreaterThan(100)
  expect(
    await one(`select max(n) from (select count(*) as n from rejected_message group by device_id) as kept`),
  ).toBeLessThanOrEqual(20)
  // nothing half there
  expect(await one(`select count(*) from reading r where not exists (select from message m where m.id = r.id)`)).toBe(0)
  expect(
    await one(
      `select count(*) from message m where type = 'reading' and not exists (select from reading r where r.id = m.id)`,
    ),
  ).toBe(0)

  await Promise.all([hostile.endAsync(), button.endAsync()])
  await gateway.stop()
  await world.end()
  await database.drop()
})
