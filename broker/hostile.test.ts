import { once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { generate } from 'mqtt-packet'
import { afterEach, expect, test } from 'vitest'
import type { Limits } from './limits.ts'
import { LIMITS } from './limits.ts'
import type { Incoming, Verdict } from './main.ts'
import {
  device,
  hello,
  publication,
  raw,
  RawDevice,
  rawDevice,
  rawSocket,
  startTrial,
  tcp,
  type Trial,
} from './trial.ts'

let trial: Trial
afterEach(() => trial.stop())

async function start(limits: Partial<Limits> = {}, receive?: (message: Incoming) => Promise<void>): Promise<void> {
  trial = await startTrial(receive ? { receive } : {}, { limits })
}

/** A well-behaved device presses, and is heard. */
async function pressHeard(bystander: RawDevice, times = 1): Promise<void> {
  for (let i = 0; i < times; i++) {
    bystander.send(publication('bystander', 'press', 1))
    if ((await bystander.next('puback')) === undefined) throw new Error('the bystander lost its connection')
  }
}

/** Writes until the other side has had enough; gives the bytes that left. */
async function pour(one: RawDevice, chunk: Buffer): Promise<number> {
  let poured = 0
  while (!one.stream.destroyed) {
    await new Promise<void>((resolve) => {
      one.stream.write(chunk, () => resolve())
      void one.closed.then(resolve)
    })
    poured += chunk.length
  }
  return poured
}

const MB = 1024 * 1024

test.each(['before', 'after'])('a packet of 256 MB %s CONNECT is refused by its length, not buffered', async (when) => {
  await start()
  const bystander = await rawDevice(trial, 'bystander')
  const one = when === 'before' ? await raw(trial) : await rawDevice(trial, 'hostile')
  const rss = process.memoryUsage().rss
  one.stream.write(Buffer.from([when === 'before' ? 0x10 : 0x30, 0xff, 0xff, 0xff, 0x7f]))
  const poured = await pour(one, Buffer.alloc(64 * 1024))
  expect(poured).toBeLessThan(16 * MB) // what the kernel's own buffers held
  expect(process.memoryUsage().rss - rss).toBeLessThan(64 * MB)
  await pressHeard(bystander)
})

test('publishes sent one at a time do not pile up while they cannot be stored', async () => {
  const stored = Promise.withResolvers<void>()
  await start({}, (message) => (message.deviceId === 'hostile' ? stored.promise : Promise.resolve()))
  const bystander = await rawDevice(trial, 'bystander')
  const one = await rawDevice(trial, 'hostile')
  const count = 1500
  for (let i = 1; i <= count; i++) {
    one.send(publication('hostile', 'press', i))
    await turn() // each arrives by itself, which is when aedes would read on regardless
  }
  await pressHeard(bystander, 10)
  const held = trial.received.filter((message) => message.deviceId === 'hostile').length
  expect(held).toBeGreaterThan(0)
  expect(held).toBeLessThanOrEqual(LIMITS.windowPackets)
  stored.resolve()
  for (let i = 0; i < count; i++) await one.next('puback')
  expect(trial.received.filter((message) => message.deviceId === 'hostile')).toHaveLength(count)
})

test('large batches that cannot be stored are held by bytes, not by count', async () => {
  const never = new Promise<void>(() => {})
  await start({ stopGraceMs: 10 }, (message) => (message.deviceId === 'hostile' ? never : Promise.resolve()))
  const bystander = await rawDevice(trial, 'bystander')
  const one = await rawDevice(trial, 'hostile')
  for (let i = 1; i <= 200; i++) one.send(publication('hostile', 'batch', i, Buffer.alloc(60_000)))
  await pressHeard(bystander, 50)
  const held = trial.received.filter((message) => message.deviceId === 'hostile')
  expect(held.length).toBeGreaterThan(0)
  expect(held.reduce((sum, message) => sum + message.payload.length, 0)).toBeLessThanOrEqual(4 * LIMITS.windowBytes)
})

test('a device that pours out presses is heard in full, and others are heard meanwhile', async () => {
  await start()
  const bystander = await rawDevice(trial, 'bystander')
  const one = await rawDevice(trial, 'hostile')
  const count = 50_000
  const press = (i: number): Buffer => generate(publication('hostile', 'press', (i % 65_535) + 1))
  one.stream.write(Buffer.concat(Array.from({ length: count }, (_, i) => press(i))))
  await pressHeard(bystander, 20)
  const acked = one.packets.length
  expect(acked).toBeLessThan(count)
  for (let i = 0; i < count; i++) await one.next('puback')
  expect(trial.received).toHaveLength(count + 20)
})

test('a flood of PINGREQ delays nobody', async () => {
  await start()
  const bystander = await rawDevice(trial, 'bystander')
  const one = await rawDevice(trial, 'hostile')
  const count = 200_000
  one.stream.write(Buffer.alloc(2 * count, Buffer.from([0xc0, 0])))
  await pressHeard(bystander, 20)
  expect(one.packets.length).toBeLessThan(count)
})

test('2,000 silent sockets keep nobody out, connected or new', async () => {
  await start()
  const bystander = await rawDevice(trial, 'bystander')
  const flood = await Promise.all(Array.from({ length: 2_000 }, () => rawSocket(trial)))
  for (const socket of flood) socket.on('error', () => {})
  await pressHeard(bystander, 10)
  const newcomer = await device(tcp(trial), 'newcomer')
  await newcomer.publishAsync('anju/v1/newcomer/press', '{}', { qos: 1 })
  const closed = flood.filter((socket) => socket.destroyed || socket.readyState !== 'open').length
  await newcomer.endAsync()
  expect(flood.length - closed).toBeGreaterThanOrEqual(500) // the flood was still standing when the newcomer was heard
  for (const socket of flood) socket.destroy()
})

test('beyond the strangers of one address its oldest is shown out, and devices do not count', async () => {
  await start({ strangersPerAddress: 5 })
  const bystander = await rawDevice(trial, 'bystander')
  const elsewhere = await raw(trial)
  const strangers: RawDevice[] = []
  for (let i = 0; i < 6; i++) strangers.push(new RawDevice(await rawSocket(trial, '127.0.0.2')))
  await strangers[0]?.closed
  expect([elsewhere, ...strangers.slice(1)].some((one) => one.stream.destroyed)).toBe(false)
  await pressHeard(bystander)
})

test('beyond all strangers the oldest is shown out, but not one whose CONNECT is being decided', async () => {
  const verdict = Promise.withResolvers<Verdict>()
  trial = await startTrial({ authenticate: () => verdict.promise }, { limits: { strangers: 2 } })
  const waiting = await raw(trial)
  waiting.send(hello('bystander'))
  const oldest = await raw(trial)
  await Promise.all([raw(trial), raw(trial)])
  await oldest.closed
  verdict.resolve({ ok: true })
  expect(await waiting.next('connack')).toMatchObject({ returnCode: 0 })
})

test('when the house is full of devices a newcomer is turned away, and let in once one leaves', async () => {
  await start({ connections: 2 })
  const first = await rawDevice(trial, 'first')
  const bystander = await rawDevice(trial, 'bystander')
  await (
    await raw(trial)
  ).closed
  first.stream.destroy()
  await trial.until(() => trial.events.includes('disconnected first 1'))
  await rawDevice(trial, 'second')
  await pressHeard(bystander)
})

test('a CONNECT that is never finished ends in time', async () => {
  await start({ connectTimeoutMs: 200 })
  const one = await raw(trial)
  const bytes = generate(hello('hostile'))
  one.stream.write(bytes.subarray(0, 1))
  let sent = 1
  const drip = setInterval(() => one.stream.write(bytes.subarray(sent, ++sent)), 20)
  await one.closed
  clearInterval(drip)
  expect(sent).toBeLessThan(bytes.length)
})

const cmd = (id: string): string => `anju/v1/${id}/cmd`

async function subscriber(id: string): Promise<RawDevice> {
  const one = await rawDevice(trial, id)
  one.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: cmd(id), qos: 0 }] })
  await one.next('suback')
  return one
}

/** Sends to a device that reads nothing, until far more has been tried than the system's buffers hold. */
async function overfill(id: string): Promise<Promise<boolean>[]> {
  const sends: Promise<boolean>[] = []
  for (let i = 0; i < 5_000; i++) {
    sends.push(trial.broker.send(id, cmd(id), Buffer.alloc(16 * 1024), 0))
    if (i % 50 === 0) await turn()
  }
  return sends
}

test('a subscriber that stops reading is dropped, and others are told meanwhile', async () => {
  await start({ drainTimeoutMs: 3_000 })
  const bystander = await subscriber('bystander')
  const frozen = await subscriber('frozen')
  frozen.stream.pause()
  const rss = process.memoryUsage().rss
  const sends = await overfill('frozen')
  expect(await trial.broker.send('bystander', cmd('bystander'), Buffer.from('{}'), 0)).toBe(true)
  await pressHeard(bystander, 10)
  expect(trial.broker.connections()).toBe(2) // the frozen one had not been dropped yet
  await trial.until(() => trial.events.includes('disconnected frozen 2'))
  expect(await Promise.all(sends)).toContain(false)
  expect(process.memoryUsage().rss - rss).toBeLessThan(64 * MB)
  await pressHeard(bystander)
})

test('a device that reads nothing is not read either, and dropped', async () => {
  await start({ drainTimeoutMs: 3_000 })
  const bystander = await rawDevice(trial, 'bystander')
  const frozen = await subscriber('frozen')
  frozen.stream.pause()
  const sends = await overfill('frozen')
  for (let i = 1; i <= 100; i++) frozen.send(publication('frozen', 'press', i))
  await pressHeard(bystander, 10)
  expect(trial.broker.connections()).toBe(2)
  await trial.until(() => trial.events.includes('disconnected frozen 2'))
  expect(trial.received.filter((message) => message.deviceId === 'frozen')).toEqual([])
  expect(await Promise.all(sends)).toContain(false)
})

test('a device that reads again in time is read again, and loses nothing', async () => {
  await start({ drainTimeoutMs: 10_000 })
  const slow = await subscriber('slow')
  slow.stream.pause()
  const sends = await overfill('slow')
  for (let i = 1; i <= 100; i++) slow.send(publication('slow', 'press', i))
  slow.stream.resume()
  for (let i = 0; i < 100; i++) expect(await slow.next('puback')).toBeDefined()
  expect(await Promise.all(sends)).toContain(true)
})

test('a device that resets its connection in mid-packet ends alone', async () => {
  await start()
  const bystander = await rawDevice(trial, 'bystander')
  const socket = await rawSocket(trial)
  socket.on('error', () => {})
  socket.write(generate(hello('hostile')))
  await once(socket, 'data')
  socket.write(generate(publication('hostile', 'batch', 1, Buffer.alloc(1000))).subarray(0, 500))
  socket.resetAndDestroy()
  await trial.until(() => trial.events.includes('disconnected hostile 2'))
  await pressHeard(bystander)
})

test.each([
  ['SUBSCRIBE', [0x82, 1, 0]],
  ['UNSUBSCRIBE', [0xa2, 1, 0]],
  ['PUBREC', [0x50, 0]],
  ['PUBREL', [0x62, 1, 0]],
  ['QoS 1 PUBLISH', [0x32, 23, 0, 21, ...Buffer.from('anju/v1/hostile/press')]],
])('a %s too short for a packet id is answered with nothing, not with half a packet', async (_name, bytes) => {
  await start()
  const one = await rawDevice(trial, 'hostile')
  const answers: Buffer[] = []
  one.stream.on('data', (chunk: Buffer) => answers.push(chunk))
  one.stream.write(Buffer.from([...bytes, 0xc0, 0, 0xc0, 0]))
  await one.closed
  expect(Buffer.concat(answers).toString('hex')).toBe('')
})
