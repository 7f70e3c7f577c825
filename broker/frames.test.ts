import { generate, type Packet } from 'mqtt-packet'
import { expect, test } from 'vitest'
import { Frames, readOpening } from './frames.ts'
import { LIMITS } from './limits.ts'
import { hello, publication } from './trial.ts'

const sizes = [0, 1, 80, 100, 127, 128, 129, 16_000, 16_383, 16_384, 65_000]
const packets: Packet[] = [
  ...sizes.map((size, i) => publication('button-1', 'batch', i + 1, Buffer.alloc(size))),
  { cmd: 'pingreq' },
  { cmd: 'puback', messageId: 1 },
  { cmd: 'subscribe', messageId: 2, subscriptions: [{ topic: 'a', qos: 1 }] },
]

test.each([1, 2, 3, 7, 64, 1000, 65_536])('boundaries are found in chunks of %i bytes', (size) => {
  const bytes = Buffer.concat(packets.map((packet) => generate(packet)))
  const frames = new Frames(LIMITS)
  let [found, taken] = [0, 0]
  for (let at = 0; at < bytes.length; at += size) {
    const walk = frames.walk(bytes.subarray(at, at + size), 1000)
    if (!walk.ok) throw new Error(walk.reason)
    found += walk.packets
    taken += walk.bytes
  }
  expect(taken).toBe(bytes.length)
  expect(found).toBe(packets.length)
})

test('a walk stops after as many packets as it may take, at the boundary', () => {
  const one = generate(publication('button-1', 'press', 1))
  const walk = new Frames(LIMITS).walk(Buffer.concat([one, one, one]), 2)
  expect(walk).toEqual({ ok: true, bytes: 2 * one.length, packets: 2 })
})

test('a walk stops after DISCONNECT', () => {
  const frames = new Frames(LIMITS)
  const goodbye = generate({ cmd: 'disconnect' })
  expect(frames.walk(Buffer.concat([goodbye, goodbye]), 10)).toMatchObject({ ok: true, bytes: goodbye.length })
  expect(frames.goodbye).toBe(true)
})

test.each([
  ['a publish of 256 MB', [0x30, 0xff, 0xff, 0xff, 0x7f]],
  ['a publish one byte over the limit', [0x30, ...lengthOf(LIMITS.publishBytes + 1)]],
  ['a subscription over its limit', [0x82, ...lengthOf(LIMITS.controlBytes + 1)]],
  ['a length of five bytes', [0x30, 0x80, 0x80, 0x80, 0x80, 0x01]],
  ['a PINGREQ with a body', [0xc0, 1]],
  ['a PUBACK of three bytes', [0x40, 3]],
  ['a PUBREC of one byte', [0x50, 1]],
  ['a SUBSCRIBE without a topic', [0x82, 2]],
  ['an UNSUBSCRIBE without a topic', [0xa2, 2]],
  ['a second CONNECT', [0x10, 10]],
  ['a CONNACK', [0x20, 2]],
  ['a SUBACK', [0x90, 3]],
  ['an AUTH', [0xf0, 0]],
  ['packet type 0', [0x00, 0]],
])('%s is refused by its header alone', (_name, bytes) => {
  expect(new Frames(LIMITS).walk(Buffer.from(bytes), 10).ok).toBe(false)
})

test('a publish at the limit passes', () => {
  const bytes = Buffer.from([0x30, ...lengthOf(LIMITS.publishBytes)])
  expect(new Frames(LIMITS).walk(bytes, 10).ok).toBe(true)
})

test('a CONNECT is recognised only when whole, and its end is found', () => {
  const connect = generate(hello('button-1'))
  for (let length = 0; length < connect.length; length++) {
    expect(readOpening(connect.subarray(0, length), LIMITS)).toEqual({ state: 'partial' })
  }
  expect(readOpening(Buffer.concat([connect, connect]), LIMITS)).toEqual({ state: 'whole', bytes: connect.length })
})

test.each([
  ['a CONNECT over the limit', [0x10, ...lengthOf(LIMITS.connectBytes + 1)], 'malformed'],
  ['an endless length', [0x10, 0xff, 0xff, 0xff, 0xff], 'malformed'],
  ['HTTP', [...Buffer.from('GET / HTTP/1.1\r\n')], 'malformed'],
  ['another protocol', [0x10, 8, 0, 4, ...Buffer.from('QTTM'), 4, 2], 'malformed'],
  ['an empty body', [0x10, 0], 'malformed'],
  ['a bridge', [0x10, 8, 0, 4, ...Buffer.from('MQTT'), 0x84, 2], 'wrong-level'],
  ['MQTT 5', [0x10, 8, 0, 4, ...Buffer.from('MQTT'), 5, 2], 'wrong-level'],
  ['MQTT 3.1', [0x10, 10, 0, 6, ...Buffer.from('MQIsdp'), 3, 2], 'wrong-level'],
])('%s is no opening', (_name, bytes, state) => {
  expect(readOpening(Buffer.from(bytes), LIMITS).state).toBe(state)
})

function lengthOf(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...lengthOf(value >> 7)]
}
