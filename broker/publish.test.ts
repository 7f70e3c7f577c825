import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Incoming } from './main.ts'
import { device, publication, rawDevice, startTrial, tcp, type Trial } from './trial.ts'

let trial: Trial
let store: (message: Incoming) => Promise<void>
beforeEach(async () => {
  store = async () => {}
  trial = await startTrial({ receive: (message) => store(message) })
})
afterEach(() => trial.stop())

test('a message arrives with its device, kind, bytes and connection', async () => {
  const client = await device(tcp(trial), 'meter-1')
  await client.publishAsync('anju/v1/meter-1/reading', Buffer.from([0, 255, 128]), { qos: 1, retain: true })
  expect(trial.received).toEqual([
    {
      deviceId: 'meter-1',
      topic: 'anju/v1/meter-1/reading',
      kind: 'reading',
      payload: Buffer.from([0, 255, 128]),
      qos: 1,
      will: false,
      connection: 1,
    },
  ])
  await client.endAsync()
})

test('PUBACK goes out only after the message is stored', async () => {
  const stored = Promise.withResolvers<void>()
  store = () => stored.promise
  const one = await rawDevice(trial, 'button-1')
  one.send(publication('button-1', 'press', 9))
  await trial.until(() => trial.received.length === 1)
  one.send({ cmd: 'pingreq' })
  await one.next('pingresp') // whatever was to be said before it has been said
  expect(one.packets).toEqual([])
  stored.resolve()
  expect(await one.next('puback')).toMatchObject({ messageId: 9 })
})

test('what cannot be stored is not acknowledged, and the connection ends', async () => {
  store = (message) => (message.kind === 'press' ? Promise.reject(new Error('database away')) : Promise.resolve())
  const one = await rawDevice(trial, 'button-1')
  const other = await rawDevice(trial, 'button-2')
  one.send(publication('button-1', 'press', 1))
  await one.closed
  expect(one.packets).toEqual([])
  other.send(publication('button-2', 'reading', 1))
  expect(await other.next('puback')).toBeDefined()
})

test('a hook that throws outright ends that connection alone', async () => {
  store = (message) => {
    if (message.deviceId === 'button-1') throw new Error('a mistake')
    return Promise.resolve()
  }
  const one = await rawDevice(trial, 'button-1')
  one.send(publication('button-1', 'press', 1))
  await one.closed
  expect(await rawDevice(trial, 'button-2')).toBeDefined()
})

test.each(['press', 'reading', 'tap', 'state', 'batch', 'ack'])('a device may publish its %s', async (kind) => {
  const one = await rawDevice(trial, 'hub.1_A-z')
  one.send(publication('hub.1_A-z', kind, 1))
  expect(await one.next('puback')).toBeDefined()
  expect(trial.received).toMatchObject([{ kind }])
})

test.each([
  'anju/v1/button-2/press',
  'anju/v1/button-1/cmd',
  'anju/v1/button-1/receipt',
  'anju/v1/button-1/',
  'anju/v1/button-1',
  'anju/v1/button-1/press/',
  'anju/v1/button-1/press/more',
  'anju/v1/button-1/toString',
  'anju/v2/button-1/press',
  '/anju/v1/button-1/press',
  'anju/v1/button-1/Press',
  'anju/v1/button-1/press\u0000',
  '$SYS/anju/v1/button-1/press',
  'anju/v1/+/press',
  'anju/v1/#',
  'press',
  '',
  Array(101).fill('a').join('/'),
])('publishing to %j ends the connection unheard', async (topic) => {
  const one = await rawDevice(trial, 'button-1')
  // Written by hand: the library refuses to make some of these.
  const name = Buffer.from(topic)
  const body = Buffer.concat([
    Buffer.from([name.length >> 8, name.length & 255]),
    name,
    Buffer.from([0, 5]),
    Buffer.from('{}'),
  ])
  const length = body.length < 128 ? [body.length] : [(body.length & 127) | 128, body.length >> 7]
  one.stream.write(Buffer.concat([Buffer.from([0x32, ...length]), body]))
  await one.closed
  expect(one.packets).toEqual([])
  expect(trial.received).toEqual([])
})

test('QoS 0 is received, and nothing is answered', async () => {
  const client = await device(tcp(trial), 'button-1')
  await client.publishAsync('anju/v1/button-1/state', '{}', { qos: 0 })
  await trial.until(() => trial.received.length === 1)
  expect(trial.received).toMatchObject([{ qos: 0 }])
  await client.endAsync()
})

test('QoS 2 completes its handshake, each message once, again and again', async () => {
  const client = await device(tcp(trial), 'button-1')
  const count = 250 // more than may await release at once
  for (let i = 0; i < count; i++) await client.publishAsync('anju/v1/button-1/press', `{"n":${i}}`, { qos: 2 })
  expect(trial.received.map((message) => message.payload.toString())).toEqual(
    Array.from({ length: count }, (_, i) => `{"n":${i}}`),
  )
  await client.endAsync()
})

test('a device that never releases its QoS 2 messages is dropped', async () => {
  const one = await rawDevice(trial, 'button-1')
  for (let i = 1; i <= 101; i++) {
    one.send({
      cmd: 'publish',
      topic: 'anju/v1/button-1/press',
      payload: '{}',
      qos: 2,
      messageId: i,
      dup: false,
      retain: false,
    })
  }
  await one.closed
  expect(trial.received.length).toBeGreaterThanOrEqual(100)
})

test('a packet id used again, or sent as a duplicate, is stored and acknowledged again', async () => {
  const one = await rawDevice(trial, 'button-1')
  one.send(publication('button-1', 'press', 5, '1'), publication('button-1', 'press', 5, '2'))
  one.send({
    cmd: 'publish',
    topic: 'anju/v1/button-1/press',
    payload: '2',
    qos: 1,
    messageId: 5,
    dup: true,
    retain: false,
  })
  for (let i = 0; i < 3; i++) expect(await one.next('puback')).toMatchObject({ messageId: 5 })
  expect(trial.received.map((message) => message.payload.toString())).toEqual(['1', '2', '2'])
})

test('packet id 0 ends the connection', async () => {
  const one = await rawDevice(trial, 'button-1')
  const topic = Buffer.from('anju/v1/button-1/press')
  one.stream.write(Buffer.concat([Buffer.from([0x32, topic.length + 4, 0, topic.length]), topic, Buffer.from([0, 0])]))
  await one.closed
  expect(trial.received).toEqual([])
})

test('retained messages are not kept', async () => {
  const one = await device(tcp(trial), 'button-1')
  await one.publishAsync('anju/v1/button-1/state', '{}', { qos: 1, retain: true })
  const grants = await one.subscribeAsync('anju/v1/button-1/cmd', { qos: 1 })
  expect(grants).toMatchObject([{ qos: 1 }])
  let told = 0
  one.on('message', () => told++)
  expect(await trial.broker.send('button-1', 'anju/v1/button-1/cmd', Buffer.from('{}'), 1)).toBe(true)
  expect(told).toBe(1)
  await one.endAsync()
})

test('a stop lets what is being stored be acknowledged', async () => {
  const stored = Promise.withResolvers<void>()
  const other = await startTrial({ receive: () => stored.promise })
  const one = await rawDevice(other, 'button-1')
  one.send(publication('button-1', 'press', 3))
  await other.until(() => other.received.length === 1)
  const stopped = other.stop()
  stored.resolve()
  expect(await one.next('puback')).toMatchObject({ messageId: 3 })
  await one.closed
  await stopped
})
