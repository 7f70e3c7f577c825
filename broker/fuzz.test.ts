import { setImmediate as turn } from 'node:timers/promises'
import { generate, type Packet } from 'mqtt-packet'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hello, publication, raw, rawDevice, startTrial, type RawDevice, type Trial } from './trial.ts'

// Replay a run with ANJU_SEED=… . An uncaught exception or unhandled rejection anywhere fails the run by itself.
const SEED = Number(process.env['ANJU_SEED'] ?? Date.now() % 1_000_000_007)
const ROUNDS = Number(process.env['ANJU_ROUNDS'] ?? 400)

/** mulberry32: small, seedable, good enough to choose bytes. */
function dice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * sides)
  }
}

const will = { topic: 'anju/v1/fuzz/state', payload: Buffer.from('{}'), qos: 1, retain: false } as const
const subscription = { topic: 'anju/v1/fuzz/cmd', qos: 1 } as const
const VALID: readonly Packet[] = [
  hello('fuzz'),
  hello('fuzz', { will }),
  publication('fuzz', 'press', 1),
  publication('fuzz', 'batch', 2, Buffer.alloc(300)),
  { cmd: 'publish', topic: 'anju/v1/fuzz/tap', payload: '{}', qos: 2, messageId: 3, dup: false, retain: true },
  { cmd: 'publish', topic: 'anju/v1/fuzz/ack', payload: '{}', qos: 0, dup: false, retain: false },
  { cmd: 'subscribe', messageId: 4, subscriptions: [subscription, { topic: '#', qos: 0 }] },
  { cmd: 'unsubscribe', messageId: 5, unsubscriptions: ['anju/v1/fuzz/cmd', 'x/+'] },
  { cmd: 'puback', messageId: 1 },
  { cmd: 'pubrec', messageId: 1 },
  { cmd: 'pubrel', messageId: 3 },
  { cmd: 'pubcomp', messageId: 1 },
  { cmd: 'pingreq' },
  { cmd: 'disconnect' },
  { cmd: 'connack', returnCode: 0, sessionPresent: false },
]

type Roll = ReturnType<typeof dice>

function noise(roll: Roll, most: number): Buffer {
  return Buffer.from(Array.from({ length: roll(most) + 1 }, () => roll(256)))
}

/** A fixed header of any type and flags with a true length, over noise: past the framing, into the parser. */
function framedNoise(roll: Roll): Buffer {
  const body = noise(roll, 120)
  return Buffer.concat([Buffer.from([roll(256), body.length]), body])
}

/** Valid packets with bytes changed, cut out, doubled or put in. */
function mutated(roll: Roll): Buffer {
  const some = Array.from({ length: roll(4) + 1 }, () => generate(VALID[roll(VALID.length)] ?? { cmd: 'pingreq' }))
  let bytes = Buffer.concat(some)
  for (let changes = roll(5); changes > 0; changes--) {
    const at = roll(bytes.length)
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)]
    const kind = roll(4)
    if (kind === 0) bytes = Buffer.concat([before, Buffer.from([roll(256)]), after.subarray(1)])
    else if (kind === 1) bytes = Buffer.concat([before, after.subarray(roll(8) + 1)])
    else if (kind === 2) bytes = Buffer.concat([before, after.subarray(0, 4), after])
    else bytes = Buffer.concat([before, noise(roll, 6), after])
    if (bytes.length === 0) return Buffer.from([0])
  }
  return bytes
}

let trial: Trial
let bystander: RawDevice
beforeAll(async () => {
  trial = await startTrial({}, { limits: { connectTimeoutMs: 500, authenticateTimeoutMs: 500, pubackTimeoutMs: 50 } })
  bystander = await rawDevice(trial, 'bystander')
})
afterAll(() => trial.stop())

async function round(roll: Roll, one: RawDevice, bytes: Buffer): Promise<void> {
  const cut = roll(bytes.length + 1)
  one.stream.write(bytes.subarray(0, cut))
  if (roll(2) === 0) await turn()
  one.stream.write(bytes.subarray(cut))
  void trial.broker.send('fuzz', 'anju/v1/fuzz/cmd', Buffer.from('{}'), 1)
  bystander.send(publication('bystander', 'press', 1))
  expect(await bystander.next('puback')).toBeDefined()
  if (roll(3) === 0) one.stream.end()
  else one.stream.destroy()
}

const kinds: [string, (roll: Roll) => Buffer][] = [
  ['noise', (roll) => noise(roll, 200)],
  ['framed noise', framedNoise],
  ['mutated packets', mutated],
]

for (const [name, make] of kinds) {
  test(`${name} before CONNECT ends at most its own connection (seed ${SEED})`, async () => {
    const roll = dice(SEED)
    for (let i = 0; i < ROUNDS; i++) await round(roll, await raw(trial), make(roll))
  })

  test(`${name} after CONNECT ends at most its own connection (seed ${SEED})`, async () => {
    const roll = dice(SEED + 1)
    for (let i = 0; i < ROUNDS; i++)
      await round(roll, await rawDevice(trial, 'fuzz', i % 2 ? { will } : {}), make(roll))
  })
}

test('a CONNECT with any one byte changed to any value ends at most its own connection', async () => {
  const connect = generate(hello('fuzz', { will }))
  for (let at = 0; at < connect.length; at++) {
    for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
      const one = await raw(trial)
      one.stream.write(Buffer.concat([connect.subarray(0, at), Buffer.from([value]), connect.subarray(at + 1)]))
      await turn()
      one.stream.destroy()
    }
  }
  bystander.send(publication('bystander', 'press', 1))
  expect(await bystander.next('puback')).toBeDefined()
})

test('afterwards only the bystander is connected, and nothing foreign was received', async () => {
  const gone = await rawDevice(trial, 'fuzz') // takes over whatever was left
  gone.stream.destroy()
  await trial.until(() => trial.broker.connections() === 1)
  const foreign = trial.received.filter((message) => !message.topic.startsWith(`anju/v1/${message.deviceId}/`))
  expect(foreign).toEqual([])
})
