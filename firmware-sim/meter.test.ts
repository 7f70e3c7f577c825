import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Battery } from './battery.ts'
import { Button } from './button.ts'
import { fastClock, realClock, VirtualClock } from './clock.ts'
import type { Device } from './device.ts'
import { DoorReader } from './door-reader.ts'
import { Hub } from './hub.ts'
import { Meter, type MeterOptions, type Value } from './meter.ts'
import { idsIn, type Platform, startPlatform } from './platform.fixture.ts'
import { weakAir } from './radio.ts'
import { freshSeed } from './random.ts'

let folder: string
let platform: Platform
const devices: Device[] = []
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anju-meter-'))
  platform = await startPlatform()
})
afterEach(async () => {
  for (const device of devices.splice(0)) await device.stop()
  await platform.kill()
  rmSync(folder, { recursive: true })
})

const backoff = { minMs: 5, maxMs: 40 }
const on = (id: string) => ({ broker: platform.url, id, secret: 's', outboxDir: join(folder, id), backoff })
function start<D extends Device>(device: D): D {
  devices.push(device)
  device.powerOn()
  return device
}
const clock = () => new VirtualClock(Date.parse('2026-11-22T08:05:09+08:00'))
/** What would be sent, without sending it. */
function bodyOf(device: Device, act: () => void): string {
  start(device)
  act()
  return device.pending().at(-1)?.body ?? ''
}
const away = (id: string, more: Partial<MeterOptions> = {}) => ({
  ...on(id),
  broker: 'mqtt://127.0.0.1:9',
  clock: clock(),
  ...more,
})
const head = '{"id":"b1-1","boot":1,"seq":1,"at":"2026-11-22T08:05:09.000+08:00",'

test.for<[Value, string]>([
  [
    { kind: 'blood-pressure', systolic: 138, diastolic: 84, unit: 'mmHg', pulse: 72, user: 2, motion: true },
    '"kind":"blood-pressure","systolic":138,"diastolic":84,"unit":"mmHg","pulse":72,"user":2,"motion":true}',
  ],
  [
    { kind: 'glucose', value: 5.6, unit: 'mmol/L', meal: 'fasting' },
    '"kind":"glucose","value":5.6,"unit":"mmol/L","meal":"fasting"}',
  ],
  [{ kind: 'spo2', value: 97, pulse: 66 }, '"kind":"spo2","value":97,"pulse":66}'],
  [{ kind: 'weight', value: 61.4, unit: 'kg' }, '"kind":"weight","value":61.4,"unit":"kg"}'],
  [{ kind: 'temperature', value: 36.6, unit: 'Cel' }, '"kind":"temperature","value":36.6,"unit":"Cel"}'],
])('a reading of %j is these bytes', ([value, tail]) => {
  const meter = new Meter(away('m-1'))
  expect(bodyOf(meter, () => meter.take(value))).toBe(head + tail)
})

test('a frame of cuff or strip is these bytes; a scale, which has none, writes JSON', () => {
  const cuff = new Meter(away('m-1', { speaks: 'gatt' }))
  const pressure = { kind: 'blood-pressure', systolic: 138, diastolic: 84, unit: 'mmHg' } as const
  expect(bodyOf(cuff, () => cuff.take(pressure))).toBe(
    `${head}"kind":"gatt","characteristic":"2A35","hex":"008a0054006600"}`,
  )
  const strips = new Meter(away('m-2', { speaks: 'gatt' }))
  const sugar = { kind: 'glucose', value: 6.7, unit: 'mmol/L' } as const
  const at = Date.parse('2026-11-22T07:10:00+08:00')
  expect(bodyOf(strips, () => strips.take(sugar, at))).toContain(
    '"characteristic":"2A18","hex":"060100ea070b16070a0043c011"}',
  )
  const scale = new Meter(away('m-3', { speaks: 'gatt' }))
  expect(bodyOf(scale, () => scale.take({ kind: 'weight', value: 61.4, unit: 'kg' }))).toContain('"kind":"weight"')
})

test('presses, taps and a hub’s items are these bytes', () => {
  const battery = new Battery({ lifeDays: 100, sinceMs: clock().now() })
  const button = new Button(away('b-1', { battery }))
  expect(bodyOf(button, () => button.press())).toBe(`${head}"button":"sos","battery":100}`)
  const reader = new DoorReader(away('d-1'))
  expect(bodyOf(reader, () => reader.tap('04A1B2C3D4E5F6'))).toBe(`${head}"uid":"04A1B2C3D4E5F6"}`)
  const hub = new Hub({ ...away('h-1'), children: ['c-1', 'c-2'] })
  const said = bodyOf(hub, () => hub.hear('c-2', { says: 'tap', uid: '04A1B2C3', count: 9, atMs: hub.clock.now() }))
  expect(said).toBe(
    '{"type":"tap","device":"c-2","id":"h1-1.9","boot":1,"seq":9,"at":"2026-11-22T08:05:09.000+08:00","uid":"04A1B2C3"}',
  )
})

test('a badge held to the reader is one tap until it has been away for three seconds', async () => {
  const time = clock()
  const reader = start(new DoorReader({ ...away('d-1'), clock: time }))
  expect(reader.tap('04AA0001')).toBe('b1-1')
  expect(reader.tap('04AA0001')).toBeUndefined()
  expect(reader.tap('04AA0002')).toBe('b1-2')
  await time.advance(3_000)
  expect(reader.tap('04AA0002')).toBe('b1-3')
})

test('a meter on small cells connects to say that it lives, sleeps, and wakes to send', async () => {
  const meter = start(new Meter({ ...on('m-1'), network: fastClock(20), sleeps: true }))
  const slept: string[] = []
  meter.events.on('offline', (reason) => slept.push(reason))
  await meter.until(() => slept.length === 1)
  expect(platform.stored.map((m) => m.topic)).toEqual(['state'])
  const id = meter.take({ kind: 'weight', value: 61.4, unit: 'kg' })
  await meter.settled()
  expect(meter.acknowledged).toEqual([id])
  await meter.until(() => slept.length === 2)
  expect(slept).toEqual(['asleep', 'asleep'])
  expect(platform.stored.every((m) => !m.body.includes('"online":false'))).toBe(true) // asleep is not switched off
})

test('over a radio that loses, doubles and overtakes, nothing acknowledged is unstored and nothing is lost', async () => {
  const seed = freshSeed()
  const air = { ...weakAir, delayMs: [0, 8] as const }
  const meter = start(new Meter({ ...on('m-1'), air, window: 4, seed }))
  const ids = Array.from({ length: 60 }, (_, n) => meter.take({ kind: 'spo2', value: 90 + (n % 9) }))
  await meter.settled()
  const arrived = platform.stored.filter((m) => m.topic === 'reading').flatMap((m) => idsIn(m.body))
  expect(new Set(arrived), `seed ${seed}`).toEqual(new Set(ids))
  expect(meter.acknowledged.toSorted(), `seed ${seed}`).toEqual(ids.toSorted())
  expect(arrived.length, `seed ${seed}`).toBeGreaterThan(ids.length) // some came twice
  const firsts = [...new Set(arrived)]
  expect(firsts, `seed ${seed}`).not.toEqual(ids) // and some overtook others
})

test('a battery gives way towards its end, kills the device at nothing, and a new one is full', async () => {
  const time = clock()
  const day = 86_400_000
  const battery = new Battery({ lifeDays: 10, sinceMs: time.now() })
  const levels = [0, 2, 5, 8, 9, 10, 30].map((days) => battery.level(time.now() + days * day))
  expect(levels).toEqual([100, 91, 65, 28, 15, 0, 0])
  const button = start(new Button({ ...on('b-1'), clock: time, network: realClock, battery, heartbeatMs: 5 }))
  for (let beats = 1; button.on; beats++) {
    await platform.until(() => !button.on || platform.stored.filter((m) => m.topic === 'state').length >= beats)
    await time.advance(day)
    if (battery.level(time.now()) === 0) await button.until((b) => !b.on && !b.online)
  }
  expect(() => button.press()).toThrow('off')
  battery.change(time.now())
  button.powerOn()
  button.press()
  expect(JSON.parse(button.pending()[0]?.body ?? '')).toMatchObject({ battery: 100 })
})

test.each([
  ['soon', 17],
  ['late', 8],
] as const)('a battery that a household changes %s never falls below %i %%', (changed, least) => {
  const battery = new Battery({ lifeDays: 10, used: 0.5, sinceMs: 0, changed })
  const levels = Array.from({ length: 400 }, (_, n) => battery.level(n * 3_600_000))
  expect(Math.min(...levels)).toBeGreaterThanOrEqual(least)
  expect(Math.max(...levels)).toBe(100)
})
