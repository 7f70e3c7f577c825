import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decideDue } from '@anju/api/deadline/decider'
import { HELD_BY_ALL } from '@anju/domain/visit/credential'
import type { Visiting } from '@anju/firmware-sim/fleet/file'
import { truthOf } from '@anju/firmware-sim/play'
import { freshSeed } from '@anju/firmware-sim/random'
import { type Ending, playScenario } from '@anju/firmware-sim/scenario'
import { scenarios } from '@anju/firmware-sim/scenarios/index'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, PASSWORD, startTestApi } from '../api/api.fixture.ts'
import { type Village, village } from '../api/visit.fixture.ts'
import { hungAt, leaping, type LeapingClock } from './phone.fixture.ts'

const HOMES = 28
const CAREGIVERS = 14

let api: Api
let here: Village
let clock: LeapingClock
let folder: string
let visiting: Visiting
const seed = freshSeed()
const worker = new AbortController()
let working: Promise<void>

/** A village with homes, doors and caregivers enough, and a worker that decides what is due. */
beforeAll(async () => {
  api = await startTestApi()
  here = await village(api)
  folder = mkdtempSync(join(tmpdir(), 'anju-visits-'))
  const doors = []
  for (let n = 0; n < HOMES; n++) {
    const elder = (await here.lead.post('/api/elders', { name: `老人${n}`, areaId: here.areaId, address: `${n} 号` }))
      .body
    const [lat, lon] = [30.6 + n / 500, 104.1]
    await api.pool.query(
      `update home set lon = $2, lat = $3, given_lon = $2, given_lat = $3, position_system = 'wgs84' where id = $1`,
      [elder.home.id, lon, lat],
    )
    const uid = `04A1B2C3D4E5${n.toString(16).padStart(2, '0').toUpperCase()}`
    doors.push(await hungAt(here, elder.home.id, uid, { lat, lon }))
    // an office knows its homes by the visits that are planned there
    const from = api.deps.now().getTime() + 3 * 86_400_000
    await here.office.post('/api/visits', {
      elderIds: [elder.id],
      providerId: here.providerId,
      serviceIds: [here.serviceId],
      plannedFrom: new Date(from).toISOString(),
      plannedTo: new Date(from + 3_600_000).toISOString(),
    })
  }
  const caregivers = here.caregivers.map(({ id }) => ({ id, badge: '', provider: here.providerId }))
  while (caregivers.length < CAREGIVERS) {
    const name = `护工${caregivers.length}`
    const { id } = (await here.lead.post('/api/caregivers', { name, providerId: here.providerId })).body
    await api.pool.query(
      `insert into credential (id, caregiver_id, kind, issued_on, entered_at)
       select gen_random_uuid(), $1, kind, '2020-01-01', now() from unnest($2::text[]) as kind`,
      [id, Object.keys(HELD_BY_ALL)],
    )
    caregivers.push({ id, badge: '', provider: here.providerId })
  }
  const sign = (username: string) => ({ username: `柳树村 ${username}`, password: PASSWORD })
  visiting = {
    site: api.url,
    bureau: sign('bureau'),
    desk: sign('lead'),
    provider: { ...sign('office'), id: here.providerId },
    caregivers,
    doors,
  }
  clock = leaping(api)
  working = (async () => {
    while (!worker.signal.aborted) {
      for (const lane of ['prompt', 'check'] as const) {
        await clock.work(() => decideDue(api.pool, api.deps.now(), api.deps.log, api.key, lane))
      }
      await clock.sleep(2_000, worker.signal)
    }
  })()
}, 120_000)
afterAll(async () => {
  worker.abort()
  await working
  clock.stop()
  await api.stop()
  rmSync(folder, { recursive: true })
})

async function played(name: string, most?: number, log = (_line: string): void => {}): Promise<Ending> {
  const scenario = scenarios.get(name)
  if (!scenario) throw new Error('gone')
  const { caregivers } = scenario
  const of = visiting.caregivers
  // the last of them never played
  const cast = { ...visiting, caregivers: most === undefined ? of.slice(0, caregivers?.most) : of.slice(-most) }
  return playScenario(scenario, {
    broker: '',
    actors: [],
    seed,
    clock,
    log,
    visiting: { visiting: cast, home: folder },
  })
}

test('visits: two are proved and verified, the one without signal is supported', async () => {
  const { truths } = await played('visits')
  expect(
    truths.map(({ found }) => found),
    `seed ${seed}`,
  ).toEqual([
    ['evaluated', 'begin proved, end proved', 'verified'],
    ['evaluated', 'begin proved, end proved', 'verified'],
    // what an area accepts is its policy's: usually only what is proved
    ['evaluated', expect.stringContaining('begin supported'), 'not verified'],
  ])
}, 120_000)

test('visits-late: late, missing and missed are alarms of their own, and who comes at last is let in', async () => {
  const ending = await played('visits-late')
  expect(
    ending.truths.map(({ seen }) => seen),
    truthOf(ending).join('\n'),
  ).toEqual([true, true, true])
  expect(new Set(ending.truths.map(({ found }) => found.at(-1)))).toEqual(new Set(['evaluated', 'missed']))
}, 120_000)

test('staged: every scheme is seen, and the honest visits beside them are left alone', async () => {
  const ending = await played('staged')
  const told = `seed ${seed}\n${truthOf(ending).join('\n')}`
  expect(
    ending.truths.filter(({ staged, seen }) => staged && !seen),
    told,
  ).toEqual([])
  expect(
    ending.truths.filter(({ staged }) => !staged).map(({ found }) => found),
    told,
  ).toEqual([['verified'], ['verified']])
}, 180_000)

test('staged with few who are free plays what they can, says what it does not, and finds all that it plays', async () => {
  const said: string[] = []
  const ending = await played('staged', 5, (line) => said.push(line))
  const staged = ending.truths.filter((one) => one.staged)
  expect([staged.length, staged.every(({ seen }) => seen)], truthOf(ending).join('\n')).toEqual([3, true])
  expect(ending.truths.filter((one) => !one.staged).map(({ found }) => found)).toEqual([['verified'], ['verified']])
  expect(said.filter((line) => line.startsWith('not played, 5 caregivers are too few: '))).toHaveLength(4)
}, 180_000)
