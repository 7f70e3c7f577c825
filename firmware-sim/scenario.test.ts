import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fastClock, realClock } from './clock.ts'
import { parseActor, parseDuration, sentenceOf } from './play.ts'
import { idsIn, type Platform, startPlatform } from './platform.fixture.ts'
import { freshSeed } from './random.ts'
import { type Actor, playScenario, type Scenario } from './scenario.ts'
import { scenarios } from './scenarios/index.ts'
import { StoryClock } from './story.ts'

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

const village: Actor[] = [
  { id: 'b-1', secret: 's', kind: 'button', home: 'one' },
  {
    id: 'm-1',
    secret: 's',
    kind: 'bp-meter',
    home: 'one',
    way: 'http',
    people: [{ conditions: ['hypertension', 'diabetes'] }],
  },
  { id: 'g-1', secret: 's', kind: 'glucose-meter', home: 'one' },
  { id: 'd-1', secret: 's', kind: 'door-reader', home: 'one', badges: ['04AABBCCDDEE80'] },
  {
    id: 'h-1',
    secret: 's',
    kind: 'hub',
    home: 'two',
    children: [
      { id: 'c-1', kind: 'button' },
      { id: 'c-2', kind: 'bp-meter' },
      { id: 'c-3', kind: 'door-reader' },
    ],
  },
  { id: 'b-2', secret: 's', kind: 'button', home: 'three' },
  { id: 's-1', secret: 's', kind: 'scale', home: 'three' },
]
const actorsOf = (scenario: Scenario): Actor[] =>
  scenario.village === undefined
    ? scenario.cast.map((kind, n) => ({ id: `${kind}-${n}`, secret: 's', children: [{ id: 'c-1', kind: 'bp-meter' }] }))
    : village

/** Caregivers' phones speak to the whole platform: `test/devices/visits.test.ts`. */
const short = [...scenarios].filter(([, { caregivers }]) => caregivers === undefined)
/** A household is told how long to live: until after its first press. Others only wait for so long. */
const lengthMs: Readonly<Record<string, number>> = { 'demo-household': 25_000 }
test.for(short)('scenario %s plays to its end, and all that was acknowledged was stored', async ([name, scenario]) => {
  const seed = freshSeed()
  platform.receipts = true
  const ending = await playScenario(scenario, {
    broker: platform.url,
    actors: actorsOf(scenario),
    seed,
    clock: fastClock(20),
    forMs: lengthMs[name] ?? 20,
    log: () => {},
  })
  expect(ending, `seed ${seed}`).toMatchObject({ settled: true, missing: [], rejected: {} })
  expect(ending.sent, `seed ${seed}`).toBeGreaterThan(0)
  expect(ending.acknowledged, `seed ${seed}`).toBe(ending.sent)
  expect(ending.received + ending.unproven, `seed ${seed}`).toBe(ending.acknowledged)
  const stored = new Set(platform.stored.flatMap((m) => idsIn(m.body).map((id) => `${m.device} ${id}`)))
  for (const { id, acknowledged, waiting } of ending.devices) {
    expect(waiting).toBe(0)
    for (const one of acknowledged) expect(stored, `seed ${seed}`).toContain(`${id} ${one}`)
  }
})

test('what was acknowledged and never named in a receipt is called missing', async () => {
  const scenario = scenarios.get('double-press')
  if (!scenario) throw new Error('gone')
  const actors = actorsOf(scenario)
  const ending = await playScenario(scenario, {
    broker: platform.url,
    actors,
    seed: 7,
    clock: fastClock(50),
    log: () => {},
  })
  expect(ending).toMatchObject({ settled: true, sent: 2, acknowledged: 2, received: 0, unproven: 0 })
  expect(ending.missing).toEqual(['button-0 b1-1', 'button-0 b1-2'])
  expect(sentenceOf(ending)).toBe(
    'sent 2 · acknowledged 2 · receipts 0 · ACKNOWLEDGED WITHOUT RECEIPT button-0 b1-1, button-0 b1-2 (seed 7)',
  )
})

test('the same seed tells the same day in the same bodies, another seed another', async () => {
  const scenario = scenarios.get('county-day')
  if (!scenario) throw new Error('gone')
  platform.receipts = true
  const noon = new StoryClock(Date.parse('2026-11-22T12:00:00+08:00'), realClock)
  const bodies = async (seed: number) => {
    platform.stored.splice(0)
    const options = { broker: platform.url, actors: village, seed, clock: noon, forMs: 0, log: () => {} }
    await playScenario(scenario, options)
    const facts = platform.stored
      .filter((m) => m.topic !== 'state')
      .flatMap((m) => {
        const said = JSON.parse(m.body) as { items?: { type: string; device: string }[] }
        return (
          said.items?.filter((item) => item.type !== 'state').map((item) => [item.device, JSON.stringify(item)]) ?? [
            [m.device, m.body],
          ]
        )
      })
    // A weak radio repeats; and two devices are not heard in the same order twice.
    return [...new Map(facts.map(([device, body]) => [`${device} ${body}`, body]))].map(([key]) => key).toSorted()
  }
  const [first, again, other] = [await bodies(7), await bodies(7), await bodies(8)]
  expect(first.length).toBeGreaterThan(3)
  expect(again).toEqual(first)
  expect(other).not.toEqual(first)
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

test('durations and devices are read from the command line, and what they are not is said', () => {
  expect(['90s', '10m', '2h', '1d', '250ms', '7'].map(parseDuration)).toEqual([
    90_000, 600_000, 7_200_000, 86_400_000, 250, 7_000,
  ])
  expect(() => parseDuration('soon')).toThrow('say 90s')
  expect(parseActor('hub=h-1:s3cret:c-1,c-2')).toEqual({
    id: 'h-1',
    secret: 's3cret',
    kind: 'hub',
    children: [
      { id: 'c-1', kind: '' },
      { id: 'c-2', kind: '' },
    ],
  })
  expect(() => parseActor('toaster=t-1:s')).toThrow('kinds are button')
  expect(() => parseActor('t-1')).toThrow('not <id>:<secret>')
})

test('the demo fleet runs as a child process and ends with its parent’s channel', async () => {
  const path = join(folder, 'fleet.json')
  const devices = [
    { id: 'b-1', kind: 'button', secret: 's' },
    { id: 'h-1', kind: 'hub', secret: 's', children: [{ id: 'c-1', kind: 'bp-meter' }] },
    { id: 't-1', kind: 'toaster', secret: 's' },
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
  expect(said).toContain('a toaster is not simulated')
  const last = platform.stored.filter((m) => m.device === 'b-1' && m.topic === 'state').at(-1)
  expect(JSON.parse(last?.body ?? '{}')).toMatchObject({ online: false, boot: 1 })
})
