import { generate, parser, type Packet } from 'mqtt-packet'
import { expect, test } from 'vitest'
import { startPlatform } from '../platform.fixture.ts'
import { load } from './load.ts'
import { packetReader, publishPacket } from './wire.ts'

const devices = (prefix: string, n: number) =>
  Array.from({ length: n }, (_, i) => ({ id: `${prefix}-${i}`, secret: 's' }))

test('a hand-written PUBLISH is what mqtt-packet writes, at every width of its length field', () => {
  for (const size of [0, 90, 127, 128, 16_000, 16_384, 60_000]) {
    const payload = 'x'.repeat(size)
    const theirs = {
      cmd: 'publish',
      topic: 'anju/v1/m-1/reading',
      qos: 1,
      messageId: 300,
      payload,
      dup: false,
      retain: false,
    } as const
    expect(publishPacket(theirs.topic, 300, payload).equals(generate(theirs))).toBe(true)
  }
})

test('packets are found however the bytes are cut', () => {
  const packets: Packet[] = [
    { cmd: 'connack', returnCode: 0, sessionPresent: false },
    { cmd: 'puback', messageId: 258 },
    { cmd: 'pingresp' },
    { cmd: 'publish', topic: 't', payload: 'y'.repeat(300), qos: 0, dup: false, retain: false },
    { cmd: 'puback', messageId: 7 },
  ]
  const bytes = Buffer.concat(packets.map((packet) => generate(packet)))
  expect(packets).toHaveLength(count(bytes))
  for (const step of [1, 2, 3, 5, 64, bytes.length]) {
    const found: number[] = []
    const read = packetReader({ connack: (code) => found.push(code), puback: (id) => found.push(id) })
    for (let at = 0; at < bytes.length; at += step) read(bytes.subarray(at, at + step))
    expect(found).toEqual([0, 258, 7])
  }
})

test('every message of a load is acknowledged, timed, and stored once under its own id', async () => {
  const platform = await startPlatform()
  const result = await load({
    broker: platform.url,
    meters: devices('m', 6),
    buttons: devices('b', 2),
    readingsPerS: 2000,
    pressesPerS: 50,
    seconds: 0.5,
    seed: 7,
  })
  await platform.kill()
  expect(result.unanswered).toBe(0)
  expect(result.readings.count + result.presses.count).toBe(result.sent)
  expect(result.presses.count).toBeGreaterThan(0)
  expect(result.readings.p50).toBeGreaterThan(0)
  expect(result.readings.max).toBeGreaterThanOrEqual(result.readings.p99)
  const ids = platform.stored.map((message) => (JSON.parse(message.body) as { id: string }).id)
  expect(new Set(ids).size).toBe(result.sent)
  expect(platform.stored.length).toBe(result.sent)
  expect(platform.stored.every((message) => ['reading', 'press'].includes(message.topic))).toBe(true)
})

test('a broker that refuses a device ends the load with a sentence', async () => {
  const platform = await startPlatform()
  await platform.kill()
  const none = { meters: devices('m', 1), buttons: [], readingsPerS: 1, pressesPerS: 0, seconds: 0.1, seed: 1 }
  await expect(load({ broker: platform.url, ...none })).rejects.toThrow('ECONNREFUSED')
})

function count(bytes: Buffer): number {
  let packets = 0
  const reader = parser()
  reader.on('packet', () => packets++)
  reader.parse(bytes)
  return packets
}
