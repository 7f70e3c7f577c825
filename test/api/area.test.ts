import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi, type Api, type Client } from './api.fixture.ts'

let api: Api
let county: { id: string; path: string }
let admin: Client
let townAdmin: Client
let townId: string
beforeAll(async () => {
  api = await startTestApi()
  county = await api.area('County')
  await api.user('admin', 'administrator', county.id)
  admin = await api.signIn('admin')
  townId = (await admin.post('/api/areas', { parentId: county.id, name: 'Riverside', kind: 'town' })).body.id
  await api.user('town', 'administrator', townId)
  townAdmin = await api.signIn('town')
})
afterAll(() => api.stop())

interface Row {
  id: string
  name: string
  homes: number
  elders: number
  version: number
}
const areas = async (client: Client): Promise<Row[]> => (await client.get('/api/areas')).body.items

test('an area counts the homes and elders below it, not the dead', async () => {
  const community = await admin.post('/api/areas', { parentId: townId, name: 'North', kind: 'community' })
  expect(community).toMatchObject({ status: 201, body: { timeZone: 'Asia/Shanghai', homes: 0, elders: 0 } })
  const first = await admin.post('/api/elders', { name: 'Wang', areaId: community.body.id })
  await admin.post('/api/elders', { name: 'Li', homeId: first.body.home.id })
  await admin.post('/api/elders', { name: 'Zhao', areaId: townId })
  await api.pool.query(
    `update elder set died_on = '2026-01-01', death_confirmed_at = created_at,
       death_confirmed_by = (select id from app_user where username = 'admin') where name = 'Li'`,
  )
  const rows = (await areas(admin)).map(({ name, homes, elders }) => ({ name, homes, elders }))
  expect(rows).toEqual([
    { name: 'County', homes: 2, elders: 2 },
    { name: 'Riverside', homes: 2, elders: 2 },
    { name: 'North', homes: 1, elders: 1 },
  ])
  expect((await areas(townAdmin)).map(({ name }) => name)).toEqual(['Riverside', 'North'])
})

test.each([
  ['a town below a town', () => ({ parentId: townId, name: 'X', kind: 'town' }), 422, 'area-misplaced'],
  ['a name its sister has', () => ({ parentId: county.id, name: 'Riverside', kind: 'town' }), 409, 'area-name-taken'],
  [
    'a time zone nobody knows',
    () => ({ parentId: county.id, name: 'Y', kind: 'town', timeZone: 'Asia/Atlantis' }),
    422,
    'time-zone-unknown',
  ],
])('%s is refused', async (_name, body, status, code) => {
  expect(await admin.post('/api/areas', body())).toMatchObject({ status, body: { code } })
})

test('nobody builds outside their own area', async () => {
  const beside = await townAdmin.post('/api/areas', { parentId: county.id, name: 'Z', kind: 'town' })
  expect(beside.status).toBe(404)
  expect((await townAdmin.send('PATCH', `/api/areas/${county.id}`, { version: 1, name: 'Mine' })).status).toBe(404)
})

test('of two who rename an area at once the second is told what it is called now, and all is on record', async () => {
  const rename = (name: string) => admin.send('PATCH', `/api/areas/${townId}`, { version: 1, name })
  const answers = await Promise.all([rename('Hillside'), rename('Lakeside')])
  const [won] = answers.filter(({ status }) => status === 200)
  const [lost] = answers.filter(({ status }) => status === 409)
  expect(lost?.body).toMatchObject({ code: 'changed-meanwhile', current: { name: won?.body.name, version: 2 } })
  const { rows } = await api.pool.query(
    `select action, before, after from record_change where subject = $1 order by id`,
    [`area:${townId}`],
  )
  expect(rows).toMatchObject([
    { action: 'registered' },
    { before: { name: 'Riverside' }, after: { name: won?.body.name } },
  ])
})

test('of two who add one name at once, one area is made', async () => {
  const add = () => admin.post('/api/areas', { parentId: townId, name: 'Twin', kind: 'community' })
  const statuses = (await Promise.all([add(), add(), add()])).map(({ status }) => status)
  expect(statuses.toSorted()).toEqual([201, 409, 409])
})
