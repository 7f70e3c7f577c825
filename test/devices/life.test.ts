import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DeviceKind } from '@anju/domain/device/kinds'
import { Button } from '@anju/firmware-sim/button'
import { Child } from '@anju/firmware-sim/child'
import { fastClock, realClock } from '@anju/firmware-sim/clock'
import type { Device } from '@anju/firmware-sim/device'
import { DoorReader } from '@anju/firmware-sim/door-reader'
import { Hub } from '@anju/firmware-sim/hub'
import { Link } from '@anju/firmware-sim/link'
import { httpMeter, Meter, type Value } from '@anju/firmware-sim/meter'
import { weakAir } from '@anju/firmware-sim/radio'
import { freshSeed } from '@anju/firmware-sim/random'
import { type ActorKind, playScenario } from '@anju/firmware-sim/scenario'
import { scenarios } from '@anju/firmware-sim/scenarios/index'
import { Ntag424 } from '@anju/firmware-sim/tag/ntag424'
import { type Gateway, startGateway } from '@anju/gateway/main'
import { makeWorld, type World } from '@anju/gateway/world.fixture'
import { bindDevice } from '@anju/prisma/assignment/apply'
import { masterKey } from '@anju/prisma/key'
import { registerElder } from '@anju/prisma/elder/apply'
import { transact } from '@anju/prisma/tx'
import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../postgres.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let world: World
let gateway: Gateway
let folder: string
let broker: string
let ingress: string
const ends: (() => Promise<void>)[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anju-life-'))
  database = await testDatabase()
  world = await makeWorld(database.url)
  gateway = await startGateway(world.config, pino({ level: 'silent' }))
  broker = `mqtt://127.0.0.1:${gateway.ports.mqtt}`
  ingress = `http://127.0.0.1:${gateway.ports.ingress}`
})
afterAll(async () => {
  for (const end of ends) await end()
  await gateway.stop()
  await world.end()
  await database.drop()
  rmSync(folder, { recursive: true })
})

const on = (device: { id: string; secret: string }, url = broker) => ({
  ...device,
  broker: url,
  outboxDir: join(folder, device.id),
  backoff: { minMs: 5, maxMs: 50 },
})
function start<D extends Device>(device: D): D {
  ends.push(() => device.stop())
  device.powerOn()
  return device
}
async function rows<R extends object>(sql: string, ...values: unknown[]): Promise<R[]> {
  return (await world.pool.query<R>(sql, values)).rows
}

test.for<[DeviceKind, Value, Record<string, unknown>]>([
  [
    'glucose-meter',
    { kind: 'glucose', value: 7.4, unit: 'mmol/L', meal: 'after-meal' },
    { value: 7.4, meal: 'after-meal' },
  ],
  ['oximeter', { kind: 'spo2', value: 93, pulse: 88 }, { value: 93, pulse: 88 }],
  ['scale', { kind: 'weight', value: 61.4, unit: 'kg' }, { value: 61.4 }],
  ['thermometer', { kind: 'temperature', value: 37.2, unit: 'Cel' }, { value: 37.2 }],
])(
  'a %s’s reading is stored with its value, by radio, by hub and by signed post alike',
  async ([kind, value, stored]) => {
    const radio = start(new Meter({ ...on(await world.register(kind)), sleeps: true }))
    const post = start(httpMeter({ ...on(await world.register(kind)), ingress }))
    const hubId = await world.register('hub')
    const bound = await world.register(kind, { hubId: hubId.id })
    const hub = start(new Hub({ ...on(hubId), children: [bound.id] }))
    radio.take(value)
    post.take(value)
    new Child({ id: bound.id, hear: hub.hear.bind(hub), clock: realClock }).take(value)
    await Promise.all([radio, post, hub].map((device) => device.settled()))
    for (const id of [radio.id, post.id, bound.id]) {
      const found = await rows(
        'select kind, value::float8, pulse, meal, plausible from reading where device_id = $1',
        id,
      )
      expect(found).toEqual([{ kind: value.kind, value: null, pulse: null, meal: null, plausible: true, ...stored }])
    }
  },
)

test('a strip read as a Bluetooth frame is the same blood as the strip in JSON', async () => {
  const strip = { kind: 'glucose', value: 6.7, unit: 'mmol/L' } as const
  const frame = start(new Meter({ ...on(await world.register('glucose-meter')), speaks: 'gatt' }))
  const milligrams = start(new Meter({ ...on(await world.register('glucose-meter')), speaks: 'gatt' }))
  frame.take(strip)
  milligrams.take({ kind: 'glucose', value: 121, unit: 'mg/dL' })
  await Promise.all([frame.settled(), milligrams.settled()])
  const [molar] = await rows<{ value: number }>('select value::float8 from reading where device_id = $1', frame.id)
  const [mass] = await rows<{ value: number }>('select value::float8 from reading where device_id = $1', milligrams.id)
  expect(molar?.value).toBeCloseTo(6.7, 6)
  expect(mass?.value).toBeCloseTo(6.72, 2)
})

test('a plain badge and a secure one at the door are stored as taps, the secure one with its own message', async () => {
  const reader = start(new DoorReader(on(await world.register('door-reader'))))
  const key = Buffer.alloc(16)
  const chance = { next: () => 0, between: () => 0, whole: () => 0 }
  const badge = new Ntag424('04DE5F1EACC040', { meta: key, file: key }, chance, 60)
  const [plain, secure] = [reader.tap('04A1B2C3D4E5F6'), reader.tapSecure(badge.readEncrypted())]
  await reader.settled()
  const taps = await rows<{ body: Buffer }>(`select body from message where type = 'tap' and device_id = $1`, reader.id)
  const bodies = taps.map(({ body }) => JSON.parse(body.toString()) as { id: string })
  const told = (id: string | undefined) => bodies.find((each) => each.id === id)
  expect(told(plain)).toMatchObject({ uid: '04A1B2C3D4E5F6' })
  expect(told(secure)).toMatchObject({ sun: { cmac: '94EED9EE65337086' } })
})

test('over a weak radio every press and reading is stored, each once', async () => {
  const seed = freshSeed()
  const air = { ...weakAir, delayMs: [0, 10] as const }
  const button = start(new Button({ ...on(await world.register('button')), air, seed }))
  const meter = start(new Meter({ ...on(await world.register('oximeter')), air, seed, window: 4 }))
  for (let n = 0; n < 40; n++) {
    meter.take({ kind: 'spo2', value: 90 + (n % 9) })
    if (n % 8 === 0) button.press()
  }
  await Promise.all([button.settled(), meter.settled()])
  for (const device of [button, meter]) {
    const stored = await rows<{ message_id: string }>(
      `select message_id from message where device_id = $1 and type in ('press', 'reading')`,
      device.id,
    )
    expect(stored.map((row) => row.message_id).toSorted(), `seed ${seed}`).toEqual(device.acknowledged.toSorted())
  }
})

test('a meter moved with a full outbox: each reading belongs to the home it was taken in', async () => {
  const now = Date.now()
  const day = 86_400_000
  const { id: other, homeId } = await transact(world.pool, (tx) =>
    registerElder(tx, masterKey(new Uint8Array(32).fill(7)), {
      name: '后来的老人',
      areaId: world.areaId,
      within: world.areaPath,
      now: new Date(now),
    }),
  )
  const registered = await world.register('bp-meter')
  await world.pool.query(`update assignment set valid_from = $2 where device_id = $1`, [
    registered.id,
    new Date(now - 30 * day),
  ])
  const link = await Link.open(broker)
  ends.push(() => link.close())
  link.cut()
  const meter = start(new Meter({ ...on(registered, link.url), window: 4 }))
  const took = Array.from({ length: 20 }, (_, n) => {
    const atMs = now - (20 - n) * (day / 2)
    return { atMs, id: meter.take({ kind: 'blood-pressure', systolic: 130 + n, diastolic: 80, unit: 'mmHg' }, atMs) }
  })
  const moved = new Date(now - 4.75 * day)
  const move = { homeId, elderId: other, from: moved, move: true, within: world.areaPath, now: new Date() }
  await transact(world.pool, (tx) => bindDevice(tx, meter.id, move))
  link.heal()
  await meter.settled()
  const owners = await rows<{ message_id: string; elder_id: string }>(
    'select message_id, elder_id from reading where device_id = $1',
    meter.id,
  )
  expect(new Map(owners.map((row) => [row.message_id, row.elder_id]))).toEqual(
    new Map(took.map(({ id, atMs }) => [id, atMs < moved.getTime() ? world.elderId : other])),
  )
})

test('a month of a meter without network arrives complete, late and backdated', async () => {
  const { ending, ids } = await played('month-offline')
  expect(ending).toMatchObject({ settled: true, missing: [], rejected: {} })
  const stored = await rows<{ at: Date; late: boolean }>(
    `select r.at, 'late' = any (m.marks) as late from reading r join message m using (device_id, message_id)
      where r.device_id = $1 order by r.at`,
    ids[0],
  )
  expect(stored.length).toBe(ending.sent)
  expect(stored.length).toBeGreaterThan(8)
  expect(stored.every((row) => row.late)).toBe(true)
  const span = (stored.at(-1)?.at.getTime() ?? 0) - (stored[0]?.at.getTime() ?? 0)
  expect(span / 86_400_000).toBeGreaterThan(12) // some of the month may have been spent in hospital
})

test('a press passes a hub’s full outbox: all but what was under way with it is stored after it', async () => {
  const { ending, ids } = await played('hub-backlog')
  expect(ending).toMatchObject({ settled: true, missing: [], rejected: {} })
  expect(ending.received).toBe(ending.sent)
  const order = ending.devices[0]?.acknowledged ?? []
  const press = order.findIndex((id) => id.endsWith('-1501'))
  expect(order.length).toBe(1501)
  expect(press).toBeGreaterThanOrEqual(0)
  expect(press).toBeLessThan(600) // at most the batch of 64 KiB that was written before it
  const [stored] = await rows<{ count: number }>(
    `select count(*)::int from message where via = $1 and type in ('press', 'reading')`,
    ids[0],
  )
  expect(stored?.count).toBe(1501)
})

test('a village without power for a day and a half comes back whole', async () => {
  const { ending } = await played('village-power-cut', [
    'button',
    'bp-meter',
    'glucose-meter',
    'hub',
    'button',
    'scale',
  ])
  expect(ending).toMatchObject({ settled: true, missing: [], rejected: {} })
  expect(ending.received + ending.unproven).toBe(ending.sent)
})

async function played(name: string, kinds?: ActorKind[]) {
  const scenario = scenarios.get(name)
  if (!scenario) throw new Error(`no ${name}`)
  const actors = []
  for (const kind of kinds ?? scenario.cast) {
    const device = await world.register(kind)
    const children = []
    for (const each of kind === 'hub' ? (['button', 'bp-meter'] as const) : []) {
      children.push({ id: (await world.register(each, { hubId: device.id })).id, kind: each })
    }
    actors.push({ ...device, kind, children, home: 'one' })
  }
  const options = { broker, ingress, actors, seed: freshSeed(), clock: realClock, network: fastClock(2), log: () => {} }
  const ending = await playScenario(scenario, options)
  return { ending, ids: actors.map(({ id }) => id) }
}
