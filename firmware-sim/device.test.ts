import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as mqttConnect, type MqttClient } from 'mqtt'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startButton } from './button.ts'
import { likelyMeasurement, startMeter } from './bp-meter.ts'
import { VirtualClock } from './clock.ts'
import type { Device } from './device.ts'
import { Link } from './link.ts'
import { startMosquitto } from './mosquitto.fixture.ts'
import { startPlatform } from './platform.fixture.ts'
import { freshSeed, seeded } from './random.ts'

/** Somebody who hears all that devices say. */
type Ear = { client: MqttClient; said: { topic: string; body: string }[]; until(n: () => boolean): Promise<void> }

let folder: string
let ends: (() => Promise<unknown> | void)[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anju-sim-'))
  ends = []
})
afterEach(async () => {
  for (const end of ends.reverse()) await end()
  rmSync(folder, { recursive: true })
})

async function broker(port?: number) {
  const started = await startMosquitto(port)
  let alive = true
  const kill = async () => {
    if (alive) await started.kill()
    alive = false
  }
  ends.push(kill)
  return { ...started, kill }
}

async function ear(url: string): Promise<Ear> {
  const client = mqttConnect(url, { protocolVersion: 4, reconnectPeriod: 50 })
  ends.push(() => void client.end(true))
  client.on('error', () => {}) // it comes back by itself
  const said: Ear['said'] = []
  client.on('message', (topic, payload) => said.push({ topic, body: payload.toString() }))
  await client.subscribeAsync('anju/v1/#', { qos: 1 })
  return {
    client,
    said,
    async until(fact) {
      while (!fact()) await new Promise((resolve) => client.once('message', resolve))
    },
  }
}

const quick = { minMs: 5, maxMs: 40 }
const options = (url: string, id = 'b-1') => ({
  broker: url,
  id,
  secret: 'secret',
  outboxDir: join(folder, id),
  backoff: quick,
})
function off<D extends Device>(device: D): D {
  ends.push(() => device.stop())
  return device
}
const idIn = (body: string) => (JSON.parse(body) as { id: string }).id
const idsOf = (heard: Ear, type: string) =>
  heard.said.filter((m) => m.topic.endsWith(`/${type}`)).map((m) => idIn(m.body))

test('a press is stored before it is sent and leaves the outbox only after its PUBACK', async () => {
  const { url } = await broker()
  const link = await Link.open(url)
  ends.push(() => link.close())
  const listener = await ear(url)
  const button = off(startButton({ ...options(link.url), answerTimeoutMs: 500 }))
  await button.until((b) => b.online)
  link.loseAnswers()
  const id = button.press()
  expect(button.pending().map((item) => item.id)).toEqual([id])
  await listener.until(() => idsOf(listener, 'press').includes(id))
  expect(button.pending().map((item) => item.id)).toEqual([id])
  expect(button.acknowledged).toEqual([])

  await button.until((b) => !b.online) // no PUBACK in time: the link is taken for dead
  link.heal()
  await button.settled()
  expect(button.acknowledged).toEqual([id])
  const bodies = listener.said.filter((m) => m.topic === 'anju/v1/b-1/press').map((m) => m.body)
  expect(bodies.length).toBeGreaterThanOrEqual(2)
  expect(new Set(bodies).size).toBe(1)
})

test('a broker that is killed and comes back receives what was pressed meanwhile', async () => {
  const first = await broker()
  const link = await Link.open(first.url)
  ends.push(() => link.close())
  const button = off(startButton(options(link.url)))
  await button.until((b) => b.online)
  await first.kill()
  await button.until((b) => !b.online)
  link.cut() // until somebody listens who can tell what came
  const ids = [button.press(), button.press()]
  expect(button.pending()).toHaveLength(2)
  const second = await broker(first.port)
  const listener = await ear(second.url)
  link.heal()
  await listener.until(() => ids.every((id) => idsOf(listener, 'press').includes(id)))
  await button.settled()
  expect(button.acknowledged).toEqual(ids)
})

test('over random power cuts and platform crashes nothing pressed is lost and nothing acknowledged is unstored', async () => {
  const seed = freshSeed()
  const random = seeded(seed)
  let platform = await startPlatform()
  ends.push(() => platform.kill())
  const { stored } = platform
  const button = off(startButton({ ...options(platform.url), seed, duplicates: 0.1 }))
  const pressed: string[] = []
  for (let round = 0; round < 20; round++) {
    for (let n = random.whole(1, 6); n > 0; n--) pressed.push(button.press())
    const goal = button.acknowledged.length + random.whole(0, 4)
    await button.until((b) => b.acknowledged.length >= goal || b.pending().length === 0)
    if (random.next() < 0.2) {
      await platform.kill()
      platform = await startPlatform(platform.port, stored)
    }
    if (random.next() < 0.7) {
      await button.powerCut()
      expect(() => button.press()).toThrow('off')
      button.powerOn()
    }
  }
  await button.settled()
  const acknowledged = new Set(button.acknowledged)
  const bodies = new Map<string, Set<string>>()
  for (const { topic, body } of stored) {
    const id = idIn(body)
    if (topic === 'press') bodies.set(id, (bodies.get(id) ?? new Set()).add(body))
  }
  for (const id of pressed) expect(acknowledged.has(id), `seed ${seed}: ${id} was never acknowledged`).toBe(true)
  for (const id of acknowledged) expect(bodies.get(id)?.size, `seed ${seed}: ${id} unstored or changed`).toBe(1)
  expect(new Set(pressed).size, `seed ${seed}: an id was used twice`).toBe(pressed.length)
})

test('a press does not wait for a reading whose PUBACK is held back', async () => {
  const platform = await startPlatform()
  ends.push(() => platform.kill())
  platform.withhold = (message) => message.topic === 'reading'
  const button = off(startButton(options(platform.url)))
  await button.until((b) => b.online)
  button.firmware.keep('reading', 'r1', { id: 'r1', kind: 'spo2', value: 97 })
  const press = button.press()
  await button.until((b) => b.acknowledged.includes(press))
  expect(button.pending().map((item) => item.id)).toEqual(['r1'])
})

test('a power cut is told by the will with its boot, a switch-off by the device itself with its counters', async () => {
  const { url } = await broker()
  const listener = await ear(url)
  const states = () =>
    listener.said.filter((m) => m.topic === 'anju/v1/b-1/state').map((m) => JSON.parse(m.body) as { seq: number })
  const button = startButton(options(url))
  await button.until((b) => b.online)
  await button.powerCut()
  await listener.until(() => states().length === 2)
  expect(states()[0]).toMatchObject({ online: true, boot: 1, seq: 1 })
  expect(states()[1]).toEqual({ online: false, boot: 1 })
  button.powerOn()
  await button.until((b) => b.online)
  await button.stop()
  await listener.until(() => states().length === 4)
  expect(states()[2]).toMatchObject({ online: true, boot: 2 })
  expect(states()[3]).toMatchObject({ online: false, boot: 2, seq: (states()[2]?.seq ?? 0) + 1 })
})

test('a half-open socket is given up and the press goes over a new one', async () => {
  const { url } = await broker()
  const link = await Link.open(url)
  ends.push(() => link.close())
  const button = off(startButton({ ...options(link.url), answerTimeoutMs: 300 }))
  await button.until((b) => b.online)
  link.goDead()
  const id = button.press()
  await button.until((b) => !b.online)
  expect(button.pending().map((item) => item.id)).toEqual([id])
  link.heal()
  await button.settled()
  expect(button.acknowledged).toEqual([id])
})

test('after a battery change ids begin anew: the same id goes out with another body', async () => {
  const { url } = await broker()
  const button = startButton(options(url))
  const before = button.press()
  await button.settled()
  await button.powerCut()
  button.changeBattery()
  button.powerOn()
  off(button)
  const after = button.press()
  await button.settled()
  expect(after).toBe(before)
  expect(button.acknowledged).toEqual([before, after])
})

test('the same seed and the same clock give the same readings, byte for byte', async () => {
  const clock = new VirtualClock(Date.parse('2026-11-22T08:00:00+08:00'))
  const bodies = (run: string) => {
    const meter = startMeter({ ...options('mqtt://127.0.0.1:9', 'm-1'), outboxDir: join(folder, run), clock, seed: 7 })
    ends.push(() => meter.powerCut())
    const random = seeded(7, 'elder')
    for (let i = 0; i < 5; i++) meter.measure(likelyMeasurement(random))
    return meter.pending().map((item) => item.body)
  }
  const [first, second] = [bodies('one'), bodies('two')]
  expect(first).toEqual(second)
  expect(JSON.parse(first[0] ?? '')).toMatchObject({
    at: '2026-11-22T08:00:00.000+08:00',
    boot: 1,
    kind: 'blood-pressure',
  })
})
