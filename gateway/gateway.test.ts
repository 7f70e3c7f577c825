import { once } from 'node:events'
import { connect as connectSocket } from 'node:net'
import type { MqttClient } from 'mqtt'
import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectDevice, type Credentials } from '@anju/test/device'
import { testDatabase } from '@anju/test/postgres'
import { masterKey } from '@anju/prisma/key'
import { type Gateway, LIVE_TOKEN_PURPOSE, startGateway } from './main.ts'
import { makeWorld, type World } from './world.fixture.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let world: World
let gateway: Gateway

beforeAll(async () => {
  database = await testDatabase()
  world = await makeWorld(database.url)
  gateway = await startGateway(world.config, pino({ level: process.env['LOG'] ?? 'silent' }))
})
afterAll(async () => {
  await gateway.stop()
  await world.end()
  await database.drop()
})

const connect = (device: Credentials): Promise<MqttClient> => connectDevice(gateway.ports.mqtt, device)

async function rows(sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const result = await world.pool.query<Record<string, unknown>>(sql, values)
  return result.rows
}

test('an acknowledged press is stored with its message, alarm, deadlines and event', async () => {
  const button = await world.register('button')
  const client = await connect(button)
  await client.publishAsync(`anju/v1/${button.id}/press`, JSON.stringify({ id: 'p1', at: new Date().toISOString() }), {
    qos: 1,
  })
  const [alarm] = await rows('select * from alarm where device_id = $1', [button.id])
  expect(alarm).toMatchObject({
    kind: 'emergency-press',
    state: 'raised',
    presses: 1,
    subject: `elder:${world.elderId}`,
  })
  expect(await rows('select type from message where device_id = $1', [button.id])).toEqual([{ type: 'press' }])
  expect(await rows(`select kind from deadline where ref = $1 order by kind`, [alarm?.['id']])).toEqual([
    { kind: 'alarm-shown' },
    { kind: 'alarm-unowned' },
  ])
  const names = await rows(`select name from event where body->>'alarmId' = $1 order by position`, [alarm?.['id']])
  expect(names).toEqual([{ name: 'alarm.raised' }, { name: 'alarm.escalated' }])

  // the same again is a duplicate and changes nothing; another joins
  const body = JSON.stringify({ id: 'p2', ago: 0 })
  await client.publishAsync(`anju/v1/${button.id}/press`, body, { qos: 1 })
  await client.publishAsync(`anju/v1/${button.id}/press`, body, { qos: 1 })
  expect(await rows('select presses from alarm where device_id = $1', [button.id])).toEqual([{ presses: 2 }])

  // the same id with another body is a new fact, marked
  await client.publishAsync(`anju/v1/${button.id}/press`, JSON.stringify({ id: 'p2', ago: 1 }), { qos: 1 })
  expect(await rows('select presses from alarm where device_id = $1', [button.id])).toEqual([{ presses: 3 }])
  expect(await rows(`select marks from message where device_id = $1 order by id desc limit 1`, [button.id])).toEqual([
    { marks: ['clockless', 'id-reused'] },
  ])

  // an unreadable press raises, too, and repeats itself only while its alarm is open
  for (const payload of ['\u0000\u0001', '\u0000\u0001', '{"id": 5}']) {
    await client.publishAsync(`anju/v1/${button.id}/press`, payload, { qos: 1 })
  }
  expect(await rows('select presses from alarm where device_id = $1', [button.id])).toEqual([{ presses: 5 }])
  await client.endAsync()
})

test('an unreadable press raises again once its alarm is resolved, though counter and clock began anew', async () => {
  const button = await world.register('button')
  const client = await connect(button)
  const press = () =>
    client.publishAsync(`anju/v1/${button.id}/press`, '{"id":"1","at":"0000-00-00T00:00:00Z"}', { qos: 1 })
  await press()
  await press()
  const alarms = () =>
    rows(
      `select presses from alarm_entry e join alarm on alarm.id = e.alarm_id
                             where e.body->>'deviceId' = $1 and e.kind in ('raised', 'pressed') order by e.id`,
      [button.id],
    )
  expect(await alarms()).toHaveLength(1)
  await world.pool.query(`update alarm set state = 'resolved', resolved_at = now() where resolved_at is null`)
  await press()
  expect(await alarms()).toHaveLength(2)
  await client.endAsync()
})

test('a reading whose id is the word null is stored', async () => {
  const scale = await world.register('scale')
  const client = await connect(scale)
  const reading = { id: 'null', ago: 1, kind: 'weight', value: 61, unit: 'kg' }
  await client.publishAsync(`anju/v1/${scale.id}/reading`, JSON.stringify(reading), { qos: 1 })
  expect(await rows('select message_id, value from reading where device_id = $1', [scale.id])).toEqual([
    { message_id: 'null', value: 61 },
  ])
  await client.endAsync()
})

test('with the database stuck, desks are told of a press of a button behind a hub, in the hub’s area', async () => {
  const hub = await world.register('hub')
  const button = await world.register('button', { hubId: hub.id })
  const client = await connect(hub)
  const token = masterKey(world.config.key ?? new Uint8Array())
    .subKey(LIVE_TOKEN_PURPOSE)
    .toString('hex')
  const answer = await fetch(`http://127.0.0.1:${gateway.ports.ingress}/internal/unstored`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const stuck = await world.pool.connect()
  await stuck.query('begin; lock table message in access exclusive mode')
  const item = { type: 'press', device: button.id, id: 'p', ago: 0 }
  const acknowledged = client.publishAsync(`anju/v1/${hub.id}/batch`, JSON.stringify({ items: [item] }), { qos: 1 })
  let told = ''
  for await (const chunk of answer.body ?? []) {
    told += Buffer.from(chunk).toString()
    if (told.includes('}')) break
  }
  expect(JSON.parse(told)).toMatchObject({ deviceId: button.id, areaPath: world.areaPath, place: '井边第二家' })
  await stuck.query('rollback')
  stuck.release()
  await acknowledged
  await client.endAsync()
})

test('a press does not wait with the readings that its hub, over its rate, sent before it', async () => {
  const hub = await world.register('hub')
  const client = await connect(hub)
  const acknowledged: string[] = []
  const publish = (topic: string, body: object) =>
    client
      .publishAsync(`anju/v1/${hub.id}/${topic}`, JSON.stringify(body), { qos: 1 })
      .then(() => acknowledged.push(topic))
  const reading = { ago: 1, kind: 'weight', value: 61, unit: 'kg' }
  const readings = Array.from({ length: 1120 }, (_, i) => publish('reading', { ...reading, id: `r${i}` }))
  await publish('press', { id: 'p', ago: 0 })
  const before = acknowledged.length
  await Promise.all(readings)
  expect(before).toBeLessThan(acknowledged.length)
  expect(await rows(`select from alarm_entry where body->>'deviceId' = $1`, [hub.id])).toHaveLength(1)
  await client.endAsync()
})

test('a batch of good and bad items is answered item by item', async () => {
  const meter = await world.register('bp-meter')
  const client = await connect(meter)
  const receipt = new Promise<unknown>((resolve) =>
    client.once('message', (_topic, payload) => resolve(JSON.parse(payload.toString()))),
  )
  await client.subscribeAsync(`anju/v1/${meter.id}/receipt`)
  const reading = { type: 'reading', kind: 'blood-pressure', systolic: 18.9, diastolic: 11, unit: 'kPa' }
  await client.publishAsync(
    `anju/v1/${meter.id}/batch`,
    JSON.stringify({
      items: [
        { ...reading, id: 'r1', at: '2026-11-01T08:00:00+08:00' },
        { ...reading, id: 'r2', unit: 'psi' },
        { ...reading, id: 'r3', device: 'somebody-else' },
        {
          ...reading,
          id: 'r4',
          kind: 'gatt',
          characteristic: '2A35',
          hex: '1E8A005800780000000411142 93B3C00012700'.replace(' ', ''),
        },
        { type: 'dance' },
        { ...reading, id: 'bad\ud800' },
      ],
    }),
    { qos: 1 },
  )
  expect(await receipt).toMatchObject({
    ids: expect.arrayContaining(['r1', 'r4']) as unknown,
    rejected: expect.arrayContaining([
      expect.objectContaining({ id: 'r2', code: 'bad-field' }),
      expect.objectContaining({ id: 'r3', code: 'not-your-device' }),
      expect.objectContaining({ code: 'unknown-type' }),
    ]) as unknown,
  })
  const readings = await rows(
    `select message_id, systolic, diastolic, pulse, plausible, marks, elder_id from reading where device_id = $1 order by message_id`,
    [meter.id],
  )
  expect(readings).toEqual([
    {
      message_id: 'r1',
      systolic: 141.76,
      diastolic: 82.51,
      pulse: null,
      plausible: true,
      marks: ['late', 'backfilled'],
      elder_id: null,
    },
    {
      message_id: 'r4',
      systolic: 138,
      diastolic: 88,
      pulse: 60,
      plausible: true,
      marks: ['clockless', 'backfilled'],
      elder_id: world.elderId,
    },
  ])
  expect(await rows('select count(*) as n from rejected_message')).toEqual([{ n: 4 }])
  await client.endAsync()
})

test('a state is kept in its order and a will speaks for its connection', async () => {
  const hub = await world.register('hub')
  const client = await connectDevice(gateway.ports.mqtt, hub, {
    will: { topic: `anju/v1/${hub.id}/state`, payload: Buffer.from('{"online":false,"boot":3}'), qos: 1 },
  })
  const publish = (state: object) => client.publishAsync(`anju/v1/${hub.id}/state`, JSON.stringify(state), { qos: 1 })
  await publish({ online: true, boot: 3, seq: 2, battery: 80 })
  await publish({ online: true, boot: 3, seq: 1, battery: 90 })
  expect(await rows('select boot, seq, battery, online from device_state where device_id = $1', [hub.id])).toEqual([
    { boot: 3, seq: 2, battery: 80, online: true },
  ])
  client.stream.destroy()
  await expect
    .poll(() => rows('select online from device_state where device_id = $1', [hub.id]))
    .toEqual([{ online: false }])
})

test('after a battery change the boot counter begins anew, and the device is believed', async () => {
  const hub = await world.register('hub')
  const say = async (state: object) => {
    const client = await connect(hub)
    await client.publishAsync(`anju/v1/${hub.id}/state`, JSON.stringify(state), { qos: 1 })
    await client.endAsync()
  }
  await say({ online: true, boot: 9, seq: 40 })
  await say({ online: true, boot: 1, seq: 1, battery: 100 })
  expect(await rows('select boot, seq, battery from device_state where device_id = $1', [hub.id])).toEqual([
    { boot: 1, seq: 1, battery: 100 },
  ])
})

test('a meter that connected and says nothing does not hold up the end', async () => {
  const another = await startGateway(world.config, pino({ level: 'silent' }))
  const mute = connectSocket(another.ports.ingress, '127.0.0.1')
  await once(mute, 'connect')
  await another.stop()
  expect(mute.closed || (await once(mute, 'close'))).toBeTruthy()
}, 20_000)
