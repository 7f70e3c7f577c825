import mqtt from 'mqtt'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { device, hello, publication, raw, rawDevice, startTrial, tcp, type Trial } from './trial.ts'
import type { Verdict } from './main.ts'

let trial: Trial
beforeEach(async () => {
  trial = await startTrial()
})
afterEach(() => trial.stop())

test('a device with its id as client id and username is let in', async () => {
  const client = await device(tcp(trial), 'button-1')
  await trial.until(() => trial.events.includes('connected button-1 1'))
  expect(trial.broker.connections()).toBe(1)
  await client.endAsync()
  await trial.until(() => trial.events.includes('disconnected button-1 1'))
  expect(trial.broker.connections()).toBe(0)
})

test.each([
  ['no username', { username: undefined, password: undefined }, 4],
  ['no secret', { password: undefined }, 4],
  ['another username', { username: 'other' }, 4],
  ['a client id outside the alphabet', { clientId: 'a/b', username: 'a/b' }, 2],
  ['an empty client id', { clientId: '', username: '' }, 2],
  ['a client id of 65 characters', { clientId: 'a'.repeat(65), username: 'a'.repeat(65) }, 2],
])('%s is refused', async (_name, more, returnCode) => {
  const one = await raw(trial)
  const { username, password, ...rest } = { ...hello('button-1'), ...more }
  one.send({
    ...rest,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  })
  expect(await one.next('connack')).toMatchObject({ returnCode, sessionPresent: false })
  await one.closed
  expect(trial.broker.connections()).toBe(0)
})

test.each<[string, () => Promise<Verdict>, number]>([
  ['refuses with 4', async () => ({ ok: false, returnCode: 4 }), 4],
  ['refuses with 5', async () => ({ ok: false, returnCode: 5 }), 5],
])('when authentication %s the CONNACK says so', async (_name, authenticate, returnCode) => {
  const other = await startTrial({ authenticate })
  const one = await raw(other)
  one.send(hello('button-1'))
  expect(await one.next('connack')).toMatchObject({ returnCode })
  await one.closed
  await other.stop()
})

test.each<[string, () => Promise<Verdict>]>([
  ['fails', () => Promise.reject(new Error('database away'))],
  ['never answers', () => new Promise(() => {})],
])('when authentication %s the connection is closed without CONNACK', async (_name, authenticate) => {
  const other = await startTrial({ authenticate }, { limits: { authenticateTimeoutMs: 50 } })
  const one = await raw(other)
  one.send(hello('button-1'), publication('button-1', 'press', 1))
  await one.closed
  expect(one.packets).toEqual([])
  expect(other.received).toEqual([])
  await other.stop()
})

test('a client as it comes, that could not be verified, tries again until it can', async () => {
  let away = true
  const other = await startTrial({
    authenticate: () => (away ? Promise.reject(new Error('database away')) : Promise.resolve({ ok: true })),
  })
  const who = { clientId: 'button-1', username: 'button-1', password: 'secret' }
  const client = mqtt.connect({ host: '127.0.0.1', port: other.broker.ports.tcp, ...who, reconnectPeriod: 10 })
  await new Promise<void>((resolve) => client.once('close', () => resolve()))
  const connected = new Promise((resolve) => client.once('connect', resolve))
  away = false
  await connected
  await client.endAsync()
  await other.stop()
})

test('authentication is given the secret and the address', async () => {
  const asked: string[] = []
  const other = await startTrial({
    authenticate: async (id, secret, address) => {
      asked.push(`${id} ${secret.toString()} ${address}`)
      return { ok: true }
    },
  })
  await rawDevice(other, 'button-1')
  expect(asked).toEqual(['button-1 secret 127.0.0.1'])
  await other.stop()
})

test.each([
  ['MQTT 5', { protocolVersion: 5 }],
  ['MQTT 3.1', { protocolId: 'MQIsdp', protocolVersion: 3 }],
] as const)('%s is answered with “unacceptable protocol version”', async (_name, more) => {
  const one = await raw(trial)
  one.send(hello('button-1', more))
  expect(await one.next('connack')).toMatchObject({ returnCode: 1 })
  await one.closed
})

test('a client that asks for a lasting session gets a clean one each time', async () => {
  for (let round = 0; round < 2; round++) {
    const one = await raw(trial)
    one.send(hello('button-1', { clean: false }))
    expect(await one.next('connack')).toMatchObject({ returnCode: 0, sessionPresent: false })
    const topic = 'anju/v1/button-1/cmd'
    expect(await trial.broker.send('button-1', topic, Buffer.from('{}'), 1)).toBe(false)
    one.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 1 }] })
    await one.next('suback')
    one.stream.destroy()
    await trial.until(
      () => trial.broker.connections() === 0 && trial.events.includes(`disconnected button-1 ${round + 1}`),
    )
  }
})

test('a device that asks never to be timed out is let in, and timed out', async () => {
  const other = await startTrial({}, { limits: { keepaliveLimitS: 1 } })
  const ones = await Promise.all([0, 3600].map((keepalive) => rawDevice(other, `button-${keepalive}`, { keepalive })))
  await Promise.all(ones.map((one) => one.closed))
  await other.until(() => other.events.filter((event) => event.startsWith('disconnected')).length === 2)
  await other.stop()
})

test('a second CONNECT ends the connection', async () => {
  const one = await rawDevice(trial, 'button-1')
  one.send(hello('button-1'))
  await one.closed
})

test('a publish before CONNECT ends the connection', async () => {
  const one = await raw(trial)
  one.send(publication('button-1', 'press', 1))
  await one.closed
  expect(trial.received).toEqual([])
})

test('packets sent along with CONNECT, however many, are handled after it is accepted', async () => {
  const one = await raw(trial)
  const count = 300
  one.send(hello('button-1'), ...Array.from({ length: count }, (_, i) => publication('button-1', 'press', i + 1)))
  for (let i = 0; i < count; i++) await one.next('puback')
  expect(trial.received).toHaveLength(count)
})

test('packets sent along with a CONNECT that is refused are not looked at', async () => {
  trial.refused.add('button-1')
  const one = await raw(trial)
  one.send(hello('button-1'), publication('button-1', 'press', 1))
  expect(await one.next('connack')).toMatchObject({ returnCode: 5 })
  await one.closed
  expect(trial.received).toEqual([])
})

test('a CONNECT that arrives byte by byte is understood', async () => {
  const one = await raw(trial)
  const { generate } = await import('mqtt-packet')
  for (const byte of generate(hello('button-1'))) one.stream.write(Buffer.from([byte]))
  expect(await one.next('connack')).toMatchObject({ returnCode: 0 })
})

test('the newer connection takes over, and only the older one ends', async () => {
  const older = await rawDevice(trial, 'button-1')
  const newer = await rawDevice(trial, 'button-1')
  await older.closed
  await trial.until(() => trial.events.includes('disconnected button-1 1'))
  expect(trial.broker.connections()).toBe(1)
  newer.send(publication('button-1', 'press', 7))
  expect(await newer.next('puback')).toMatchObject({ messageId: 7 })
  expect(trial.received).toMatchObject([{ connection: 2 }])
})

test('a device cut off is gone at once and may not return once it is refused', async () => {
  const one = await rawDevice(trial, 'button-1')
  const other = await rawDevice(trial, 'button-2')
  trial.refused.add('button-1')
  trial.broker.disconnect('button-1')
  await one.closed
  await expect(rawDevice(trial, 'button-1')).rejects.toThrow('refused with 5')
  other.send(publication('button-2', 'press', 1))
  expect(await other.next('puback')).toBeDefined()
})

test('a device cut off while its CONNECT is being decided does not get in', async () => {
  const verdict = Promise.withResolvers<Verdict>()
  const asked = Promise.withResolvers<undefined>()
  const other = await startTrial({
    authenticate: () => {
      asked.resolve(undefined)
      return verdict.promise
    },
  })
  const one = await raw(other)
  one.send(hello('button-1'))
  await asked.promise
  other.broker.disconnect('button-1')
  verdict.resolve({ ok: true })
  await one.closed
  expect(one.packets).toEqual([])
  expect(other.broker.connections()).toBe(0)
  await other.stop()
})

test('a port in use is an error that names the cause, and leaves nothing open', async () => {
  await expect(startTrial({}, { tcpPort: trial.broker.ports.tcp })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})
