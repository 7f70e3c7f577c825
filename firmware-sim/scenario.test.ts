import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fastClock, VirtualClock } from './clock.ts'
import { calmLife } from './fleet.ts'
import type { Measurement } from './gatt.ts'
import { type Platform, startPlatform } from './platform.fixture.ts'
import { freshSeed, seeded } from './random.ts'
import { playScenario } from './scenario.ts'
import { scenarios } from './scenarios/index.ts'

let platform: Platform
let folder: string
beforeEach(async () => {
  platform = await startPlatform()
  folder = mkdtempSync(join(tmpdir(), 'anju-stage-'))
})
afterEach(async () => {
  await platform.kill()
  rmSync(folder, { recursive: true })
})

const parsed = (body: string) => JSON.parse(body) as { id: string; at: string }

const short = [...scenarios].filter(([name]) => name !== 'demo-household')
test.for(short)('scenario %s plays to its end, and all that was acknowledged was stored', async ([, scenario]) => {
  const seed = freshSeed()
  const actors = scenario.cast.map((kind) => ({ id: `${kind}-1`, secret: 's' }))
  const ending = await playScenario(scenario, {
    broker: platform.url,
    actors,
    seed,
    clock: fastClock(20),
    log: () => {},
  })
  expect(ending.settled, `seed ${seed}`).toBe(true)
  const stored = new Set(platform.stored.map((m) => `${m.device} ${String(parsed(m.body).id)}`))
  for (const { id, acknowledged, waiting } of ending.devices) {
    expect(waiting).toBe(0)
    expect(acknowledged.length, `seed ${seed}`).toBeGreaterThan(0)
    for (const one of acknowledged) expect(stored, `seed ${seed}`).toContain(`${id} ${one}`)
  }
})

test('two days of an outage arrive as readings of their own times', async () => {
  const scenario = scenarios.get('outage-backfill')
  if (!scenario) throw new Error('gone')
  const actors = [{ id: 'm-1', secret: 's' }]
  await playScenario(scenario, { broker: platform.url, actors, seed: 7, clock: fastClock(20), log: () => {} })
  const times = platform.stored.filter((m) => m.topic === 'reading').map((m) => Date.parse(parsed(m.body).at))
  expect(times).toHaveLength(24)
  expect(times.toSorted((a, b) => a - b)).toEqual(times)
  expect((Math.max(...times) - Math.min(...times)) / 3_600_000).toBeGreaterThan(40)
})

test('a scenario that lacks a device says which', async () => {
  const scenario = scenarios.get('drift')
  if (!scenario) throw new Error('gone')
  const options = {
    broker: platform.url,
    actors: [{ id: 'b-1', secret: 's' }],
    seed: 1,
    clock: fastClock(20),
    log: () => {},
  }
  await expect(playScenario(scenario, options)).rejects.toThrow('needs a further bp-meter')
})

test('a calm life presses first after 20 s, then every 4 to 8 minutes, and measures every 2 to 5', async () => {
  const clock = new VirtualClock(0)
  const presses: number[] = []
  const readings: number[] = []
  const over = new AbortController()
  const life = calmLife({ clock, random: seeded(7), over: over.signal }, [
    { press: () => `${presses.push(clock.now())}` },
    { measure: (_: Measurement) => `${readings.push(clock.now())}` },
  ])
  await clock.advance(2 * 3_600_000)
  over.abort()
  await life
  expect(presses[0]).toBe(20_000)
  const gaps = (times: number[]) => times.slice(1).map((time, i) => (time - (times[i] ?? 0)) / 60_000)
  expect(Math.min(...gaps(presses))).toBeGreaterThanOrEqual(4)
  expect(Math.max(...gaps(presses))).toBeLessThanOrEqual(8)
  expect(Math.min(...gaps(readings))).toBeGreaterThanOrEqual(2)
  expect(Math.max(...gaps(readings))).toBeLessThanOrEqual(5)
  expect(presses.length).toBeGreaterThan(14)
})

test('the demo fleet runs as a child process and ends with its parent’s channel', async () => {
  const path = join(folder, 'fleet.json')
  const devices = [
    { id: 'b-1', kind: 'button', secret: 's' },
    { id: 'h-1', kind: 'hub', secret: 's', children: [{ id: 'c-1', kind: 'bp-meter' }] },
    { id: 'd-1', kind: 'door-reader', secret: 's' },
  ]
  writeFileSync(path, JSON.stringify({ broker: platform.url, devices }))
  const child = fork(join(import.meta.dirname, 'main.ts'), ['demo'], { env: { ANJU_SIM_FLEET: path }, stdio: 'pipe' })
  let said = ''
  child.stdout?.on('data', (bytes: Buffer) => (said += bytes.toString()))
  const gone = once(child, 'exit')
  await platform.until(() =>
    ['b-1', 'h-1'].every((id) => platform.stored.some((m) => m.device === id && m.topic === 'state')),
  )
  child.disconnect()
  const [code] = (await gone) as [number]
  expect(code).toBe(0)
  expect(said).toContain('a door-reader is not simulated')
  const last = platform.stored.filter((m) => m.device === 'b-1' && m.topic === 'state').at(-1)
  expect(JSON.parse(last?.body ?? '{}')).toMatchObject({ online: false, boot: 1 })
})
