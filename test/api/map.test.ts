import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HOMES_AT_ONCE } from '@anju/api/map/read'
import { startTestApi, type Api, type Client } from './api.fixture.ts'

let api: Api
let lead: Client
let town: { id: string; path: string }
let lotus: { id: string; path: string }
let willow: { id: string; path: string }
let folder: string
const tiles = { urls: ['https://tiles.example:8443/{z}/{x}/{y}.png'], system: 'gcj02' as const, attribution: 'A' }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anju-map-'))
  api = await startTestApi({ map: { dataPath: join(folder, 'county.geojson'), tiles } })
  town = await api.area('Town')
  lotus = await api.area('Lotus', town.id)
  willow = await api.area('Willow', town.id)
  await api.user('lead', 'shift-lead', town.id)
  lead = await api.signIn('lead')
}, 60_000)
afterAll(async () => {
  await api.stop()
  await rm(folder, { recursive: true })
})

async function home(areaId: string, lon: number | null, lat: number | null): Promise<string> {
  const { rows } = await api.pool.query<{ id: string }>(
    `insert into home (id, area_id, address, created_at, lon, lat, given_lon, given_lat, position_system)
     values (gen_random_uuid(), $1, 'No. 1', now(), $2, $3, $2, $3, case when $2::float8 is null then null else 'wgs84' end)
     returning id`,
    [areaId, lon, lat],
  )
  return rows[0]?.id ?? ''
}
async function elder(homeId: string, name: string): Promise<string> {
  const { rows } = await api.pool.query<{ id: string }>(
    'insert into elder (id, home_id, name, created_at) values (gen_random_uuid(), $1, $2, clock_timestamp()) returning id',
    [homeId, name],
  )
  return rows[0]?.id ?? ''
}
async function alarm(area: { id: string; path: string }, homeId: string, elderId: string): Promise<string> {
  const { rows } = await api.pool.query<{ id: string }>(
    `insert into alarm (id, subject, kind, priority, state, area_id, area_path, elder_id, home_id, raised_at, clock_from, reasons)
     values (gen_random_uuid(), 'elder:' || $4::uuid, 'emergency-press', 'high', 'raised', $1, $2, $4, $3, now(), now(), '{}')
     returning id`,
    [area.id, area.path, homeId, elderId],
  )
  return rows[0]?.id ?? ''
}

test('homes in view come with who lives there, how they are, and the alarm that is open', async () => {
  const near = await home(lotus.id, 104.85, 30.6)
  const far = await home(willow.id, 104.95, 30.65)
  await home(willow.id, null, null)
  const [ann, bo, cy] = [await elder(near, 'Ann'), await elder(near, 'Bo'), await elder(near, 'Cy')]
  const dee = await elder(far, 'Dee')
  const { rows } = await api.pool.query<{ id: string }>('select id from app_user limit 1')
  await api.pool.query(
    "update elder set died_on = '2026-01-01', death_confirmed_by = $2, death_confirmed_at = now() where id = $1",
    [bo, rows[0]?.id],
  )
  await api.pool.query(
    `insert into absence (id, elder_id, kind, away_from, created_at) values (gen_random_uuid(), $1, 'hospital', now() - interval '1 day', now())`,
    [cy],
  )
  const raised = await alarm(lotus, near, ann)

  const { body } = await lead.get('/api/map?bbox=104.8,30.5,104.9,30.7')
  expect(body).toMatchObject({ grouped: false, unplaced: null, layers: ['homes', 'alarms', 'visits'] })
  expect(body.homes).toEqual([
    {
      id: near,
      area: { id: lotus.id, name: 'Lotus' },
      lon: 104.85,
      lat: 30.6,
      address: 'No. 1',
      residents: [
        { id: ann, name: 'Ann', state: 'living' },
        { id: bo, name: 'Bo', state: 'dead' },
        { id: cy, name: 'Cy', state: 'away' },
      ],
    },
  ])
  expect(body.communities).toMatchObject([
    { id: lotus.id, name: 'Lotus', within: { id: town.id, name: 'Town' }, homes: 1, residents: 2 },
  ])
  expect(body.alarms).toMatchObject([
    { id: raised, priority: 'high', owner: null, elder: { id: ann, name: 'Ann' }, place: { lon: 104.85, lat: 30.6 } },
  ])

  const all = (await lead.get('/api/map')).body
  expect(all.homes).toHaveLength(2)
  expect(all.unplaced).toBe(1)
  expect(all.bounds).toEqual({ west: 104.85, south: 30.6, east: 104.95, north: 30.65 })
  expect((await lead.get(`/api/map?elder=${dee}`)).body.homes.map(({ id }: { id: string }) => id)).toEqual([far])
  expect((await lead.get(`/api/map?home=${near}`)).body.alarms).toHaveLength(1)
})

test('nothing outside the scope is drawn, counted or found by its id', async () => {
  const [near, far] = [await home(lotus.id, 104.86, 30.61), await home(willow.id, 104.96, 30.66)]
  const stranger = await elder(far, 'Stranger')
  await alarm(willow, far, stranger)
  await api.user('lotus-clerk', 'community-clerk', lotus.id)
  const clerk = await api.signIn('lotus-clerk')
  const { body } = await clerk.get('/api/map')
  expect(body.homes.map(({ id }: { id: string }) => id)).toContain(near)
  expect(JSON.stringify(body)).not.toContain(willow.id)
  expect(JSON.stringify(body)).not.toContain('Stranger')
  expect((await clerk.get(`/api/map?home=${far}`)).body).toMatchObject({ homes: [], alarms: [], communities: [] })
  expect((await clerk.get(`/api/map?elder=${stranger}`)).body).toMatchObject({ homes: [], alarms: [] })
  await api.user('doctor', 'clinician', town.id)
  expect((await (await api.signIn('doctor')).get('/api/map')).body.alarms).toEqual([])
  expect((await api.client().get('/api/map')).status).toBe(401)
})

test('too many homes are told as their communities, and one by one where fewer are in view', async () => {
  await api.pool.query(
    `insert into home (id, area_id, created_at, lon, lat, given_lon, given_lat, position_system)
     select gen_random_uuid(), $1, now(), lon, 31, lon, 31, 'wgs84' from generate_series(1, $2) i, lateral (select 105 + i / 10000.0 as lon) as at`,
    [willow.id, HOMES_AT_ONCE + 1],
  )
  const many = (await lead.get('/api/map?bbox=105,30.9,106,31.1')).body
  expect(many).toMatchObject({ grouped: true, homes: [] })
  expect(many.communities).toMatchObject([{ id: willow.id, homes: HOMES_AT_ONCE + 1, residents: 0, lat: 31 }])
  const few = (await lead.get('/api/map?bbox=105,30.9,105.01,31.1')).body
  expect(few.grouped).toBe(false)
  expect(few.homes).toHaveLength(100)
})

test.each(['1,2,3', '104,30,x,31', '105,30,104,31', '104,31,105,30'])('a view of %s is refused', async (bbox) => {
  const answer = await lead.get(`/api/map?bbox=${bbox}`)
  expect(answer.body).toMatchObject({ status: 400, code: 'invalid-request' })
})

test('the county’s own data is sent once and again only when the file has changed', async () => {
  const file = join(folder, 'county.geojson')
  expect((await lead.get('/api/map/data')).body).toMatchObject({ status: 503, code: 'map-data-unreadable' })
  await writeFile(file, '{"type":"FeatureCollection","features":[]}')
  const first = await lead.get('/api/map/data')
  expect(first.headers.get('content-type')).toContain('application/geo+json')
  expect(first.body).toEqual({ type: 'FeatureCollection', features: [] })
  const etag = first.headers.get('etag') ?? ''
  expect((await lead.get('/api/map/data', { 'if-none-match': etag })).status).toBe(304)
  await writeFile(file, '{"type":"FeatureCollection","features":[],"name":"changed"}')
  expect((await lead.get('/api/map/data', { 'if-none-match': etag })).body).toMatchObject({ name: 'changed' })
  await writeFile(file, 'no geojson at all')
  expect((await lead.get('/api/map/data')).body).toMatchObject({ status: 503, code: 'map-data-unreadable' })
})

test('tiles are told with their system, and only then may a browser ask their host', async () => {
  const ground = await lead.get('/api/map/ground')
  expect(ground.body).toEqual({ data: 'own', tiles })
  const policy = ground.headers.get('content-security-policy') ?? ''
  expect(policy).toContain("connect-src 'self' https://tiles.example:8443;")
  expect(policy).toContain("img-src 'self' data: blob: https://tiles.example:8443;")
  const plain = await startTestApi({ databaseUrl: api.databaseUrl })
  try {
    await plain.user('other', 'seat', town.id)
    const other = await plain.signIn('other')
    const answer = await other.get('/api/map/ground')
    expect(answer.body).toEqual({ data: 'demo', tiles: null })
    expect(answer.headers.get('content-security-policy')).toContain("connect-src 'self';")
    const demo = await fetch(`${plain.url}/api/map/data`, { headers: { cookie: other.cookie } })
    expect(demo.headers.get('content-encoding')).toBe('gzip')
    expect((await demo.json()).features.length).toBeGreaterThan(100)
  } finally {
    await plain.stop()
  }
})
