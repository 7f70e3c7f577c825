import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi, type Api, type Client } from './api.fixture.ts'

let api: Api
let auditor: Client
let eastAuditor: Client
let ids: { east: string; west: string }
beforeAll(async () => {
  api = await startTestApi()
  const county = await api.area('County')
  const east = await api.area('East', county.id)
  const west = await api.area('West', county.id)
  await api.user('lead', 'shift-lead', county.id)
  await api.user('auditor', 'auditor', county.id)
  await api.user('east', 'auditor', east.id)
  const lead = await api.signIn('lead')
  const elder = async (name: string, areaId: string): Promise<string> =>
    (await lead.post('/api/elders', { name, areaId })).body.id
  ids = { east: await elder('王东', east.id), west: await elder('李西', west.id) }
  auditor = await api.signIn('auditor')
  eastAuditor = await api.signIn('east')
  const look = (client: Client, id: string, reason: string) =>
    client.get(`/api/elders/${id}`, { 'anju-reason': encodeURIComponent(reason) })
  await look(auditor, ids.east, '抽查')
  await look(auditor, ids.west, '=SUM(A1)')
  await look(eastAuditor, ids.east, 'he said "why", twice')
})
afterAll(() => api.stop())

const rows = async (client: Client, query = '') => (await client.get(`/api/access-log?${query}`)).body.items

test('says who opened whose file when and why, newest first', async () => {
  expect(await rows(auditor)).toMatchObject([
    { user: { name: 'name of east' }, elder: { name: '王东' }, area: 'East', action: 'open-file' },
    { user: { name: 'name of auditor' }, elder: { name: '李西' }, reason: '=SUM(A1)' },
    { reason: '抽查' },
  ])
})

test('is cut to the area of whom was looked at', async () => {
  expect((await rows(eastAuditor)).map(({ area }: { area: string }) => area)).toEqual(['East', 'East'])
  expect(await rows(eastAuditor, `elderId=${ids.west}`)).toEqual([])
})

test('is filtered by person, elder and period, and paged without gap', async () => {
  expect(await rows(auditor, 'who=east')).toHaveLength(1)
  expect(await rows(auditor, `whom=${encodeURIComponent('东')}`)).toHaveLength(2)
  expect(await rows(auditor, 'to=2020-01-01T00:00:00Z')).toEqual([])
  expect(await rows(auditor, 'from=2020-01-01T00:00:00Z&who=east')).toHaveLength(1)
  const first = (await auditor.get('/api/access-log?limit=2')).body
  const second = (await auditor.get(`/api/access-log?limit=2&cursor=${first.next}`)).body
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(
    (await rows(auditor)).map(({ id }: { id: string }) => id),
  )
  expect(second.next).toBe(null)
})

test('an opened home stands beside the files, by its area', async () => {
  const { rows: homes } = await api.pool.query('select home_id as id from elder where id = $1', [ids.west])
  const subject = `home:${homes[0]?.id}`
  const opened = await auditor.get(`/api/homes/${homes[0]?.id}`, { 'anju-reason': 'key' })
  expect(opened.status).toBe(200)
  expect((await rows(auditor))[0]).toMatchObject({ subject, elder: null, area: 'West', reason: 'key' })
  expect(await rows(auditor)).toHaveLength(4)
  expect(await rows(eastAuditor)).toHaveLength(2)
})

test('as a sheet it says that it is demo data, and runs no formula', async () => {
  const answer = await auditor.get('/api/access-log.csv')
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  const text: string = answer.body
  const lines = text.replace('\uFEFF', '').trim().split('\r\n')
  expect(lines).toHaveLength(6)
  expect(lines[0]).toBe('演示数据 Demo data')
  expect(lines[3]).toContain('"he said ""why"", twice"')
  expect(lines[4]).toContain("'=SUM(A1)")
})

test('is not for everybody', async () => {
  const lead = await api.signIn('lead')
  expect((await lead.get('/api/access-log')).body.code).toBe('not-allowed')
  expect((await lead.get('/api/access-log.csv')).body.code).toBe('not-allowed')
})
