import { afterEach, beforeEach, expect, test } from 'vitest'
import { LIMITS } from './limits.ts'
import { device, rawDevice, startTrial, tcp, type RawDevice, type Trial } from './trial.ts'

const CMD = 'anju/v1/button-1/cmd'

let trial: Trial
beforeEach(async () => {
  trial = await startTrial({}, { limits: { pubackTimeoutMs: 1500 } })
})
afterEach(() => trial.stop())

async function subscribed(qos: 0 | 1 | 2): Promise<RawDevice> {
  const one = await rawDevice(trial, 'button-1')
  one.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: CMD, qos }] })
  await one.next('suback')
  return one
}

test('a command reaches the device and counts as sent once it is acknowledged', async () => {
  const client = await device(tcp(trial), 'button-1')
  await client.subscribeAsync([CMD, 'anju/v1/button-1/receipt'], { qos: 1 })
  const told: string[] = []
  client.on('message', (topic, payload) => told.push(`${topic} ${payload.toString()}`))
  expect(await trial.broker.send('button-1', CMD, Buffer.from('{"cmd":"test"}'), 1)).toBe(true)
  expect(await trial.broker.send('button-1', 'anju/v1/button-1/receipt', Buffer.from('{}'), 1)).toBe(true)
  expect(told).toEqual([`${CMD} {"cmd":"test"}`, 'anju/v1/button-1/receipt {}'])
  await client.endAsync()
})

test('a command without PUBACK was not sent', async () => {
  const one = await subscribed(1)
  expect(await trial.broker.send('button-1', CMD, Buffer.from('{}'), 1)).toBe(false)
  expect(await one.next('publish')).toMatchObject({ topic: CMD, qos: 1, dup: false, retain: false })
})

test('each command is acknowledged by its own packet id, in any order', async () => {
  const one = await subscribed(1)
  const first = trial.broker.send('button-1', CMD, Buffer.from('1'), 1)
  const second = trial.broker.send('button-1', CMD, Buffer.from('2'), 1)
  const packets = [await one.next('publish'), await one.next('publish')]
  expect(packets.map((packet) => packet?.payload.toString())).toEqual(['1', '2'])
  const id = packets[1]?.messageId
  if (id === undefined) throw new Error('a QoS 1 publish without an id')
  one.send({ cmd: 'puback', messageId: id }, { cmd: 'puback', messageId: id })
  expect(await second).toBe(true)
  expect(await first).toBe(false)
})

test('a link that breaks fails what was not acknowledged, at once', async () => {
  const other = await startTrial()
  const one = await rawDevice(other, 'button-1')
  one.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: CMD, qos: 1 }] })
  await one.next('suback')
  const sent = other.broker.send('button-1', CMD, Buffer.from('{}'), 1)
  await one.next('publish')
  one.stream.destroy()
  expect(await sent).toBe(false)
  await other.stop()
})

test('a device that subscribed with QoS 0 is told with QoS 0, and written counts', async () => {
  const one = await subscribed(0)
  expect(await trial.broker.send('button-1', CMD, Buffer.from('{}'), 1)).toBe(true)
  expect(await one.next('publish')).toMatchObject({ qos: 0 })
})

test('nothing is sent to the absent, the unsubscribed, or on a topic not subscribed', async () => {
  const send = (topic: string): Promise<boolean> => trial.broker.send('button-1', topic, Buffer.from('{}'), 0)
  expect(await send(CMD)).toBe(false)
  const one = await subscribed(2)
  expect(await send('anju/v1/button-1/receipt')).toBe(false)
  expect(await send(CMD)).toBe(true)
  one.send({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: [CMD] })
  await one.next('unsuback')
  expect(await send(CMD)).toBe(false)
})

test('a subscription is announced after its SUBACK, each time it is made', async () => {
  const one = await subscribed(1)
  one.send({ cmd: 'subscribe', messageId: 2, subscriptions: [{ topic: CMD, qos: 1 }] })
  await one.next('suback')
  await trial.until(() => trial.events.filter((event) => event === `subscribed button-1 ${CMD}`).length === 2)
})

test('other topics are answered with 0x80, the right one beside them is granted', async () => {
  const one = await rawDevice(trial, 'button-1')
  const topics = ['#', '+/+/+/+', 'anju/v1/button-2/cmd', 'anju/v1/+/cmd', '$SYS/#', 'anju/v1/button-1/press', CMD]
  one.send({ cmd: 'subscribe', messageId: 1, subscriptions: topics.map((topic) => ({ topic, qos: 1 })) })
  expect(await one.next('suback')).toMatchObject({ granted: [128, 128, 128, 128, 128, 128, 1] })
  await trial.until(() => trial.events.includes(`subscribed button-1 ${CMD}`))
  expect(trial.events.filter((event) => event.startsWith('subscribed'))).toHaveLength(1)
})

test('a device hears nothing of others, nor of itself', async () => {
  const listener = await subscribed(1)
  const client = await device(tcp(trial), 'button-2')
  await client.subscribeAsync('anju/v1/button-2/cmd')
  await client.publishAsync('anju/v1/button-2/press', '{}', { qos: 1 })
  await client.endAsync()
  listener.send({ cmd: 'pingreq' })
  await listener.next('pingresp')
  expect(listener.packets).toEqual([])
})

test('a subscription to 101 levels ends the connection', async () => {
  const one = await rawDevice(trial, 'button-1')
  one.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: Array(101).fill('a').join('/'), qos: 0 }] })
  await one.closed
})

test('more unacknowledged commands than a connection may have are not sent', async () => {
  const one = await subscribed(1)
  const sends = Array.from({ length: 100 }, () => trial.broker.send('button-1', CMD, Buffer.from('{}'), 1))
  expect(await Promise.all(sends)).not.toContain(true)
  one.send({ cmd: 'pingreq' })
  await one.next('pingresp')
  expect(one.packets).toHaveLength(LIMITS.downlinkUnacked)
})
