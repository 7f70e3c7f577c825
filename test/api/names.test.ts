import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi, type Api, type Client } from './api.fixture.ts'

let api: Api
let lead: Client
let auditor: Client
let bert: Client
beforeAll(async () => {
  api = await startTestApi()
  const county = await api.area('County')
  const east = await api.area('东村', county.id)
  const west = await api.area('西村', county.id)
  await api.user('lead', 'shift-lead', county.id)
  await api.user('auditor', 'auditor', county.id)
  await api.user('bert', 'shift-lead', west.id)
  lead = await api.signIn('lead')
  auditor = await api.signIn('auditor')
  bert = await api.signIn('bert')
  await lead.post('/api/elders', { name: '欧阳秀英', phone: '13800001111', areaId: east.id })
  await api.pool.query(
    `update home set lon = 104.4, lat = 30.3, given_lon = 104.4, given_lat = 30.3, position_system = 'wgs84'`,
  )
})
afterAll(() => api.stop())

test('people are found by POST as by GET, with nothing in the address, and within the scope alone', async () => {
  const [got, posted] = [
    await lead.get(`/api/elders?search=${encodeURIComponent('秀英')}&limit=5`),
    await lead.post('/api/elders/search', { search: '秀英', limit: 5 }),
  ]
  expect([posted.status, posted.body.items]).toEqual([200, got.body.items])
  expect(posted.body.items).toMatchObject([{ name: '欧阳秀英', phone: '13800001111' }])
  expect((await bert.post('/api/elders/search', { search: '秀英' })).body.items).toEqual([])
  const likely = { name: '欧阳秀英', phone: '138 0000 1111' }
  expect((await lead.post('/api/elders/suggest', likely)).body.items).toMatchObject([{ because: ['name-and-phone'] }])
  expect((await bert.post('/api/elders/suggest', likely)).body.items).toEqual([])
  expect((await auditor.post('/api/elders/suggest', likely)).status).toBe(403)
})

test('lists and the map show an auditor the first sign of a name alone, and the file asks a reason as before', async () => {
  const { items } = (await auditor.post('/api/elders/search', { search: '欧阳' })).body
  expect(items).toMatchObject([{ name: '欧○○', phone: '' }])
  const said = [await auditor.get('/api/elders'), await auditor.get('/api/map?bbox=104.3,30.2,104.5,30.4')]
  for (const { status, body } of said) {
    expect([status, JSON.stringify(body).includes('欧○○'), JSON.stringify(body).includes('秀英')]).toEqual([
      200,
      true,
      false,
    ])
  }
  expect(JSON.stringify((await lead.get('/api/map?bbox=104.3,30.2,104.5,30.4')).body)).toContain('欧阳秀英')
  expect((await auditor.get(`/api/elders/${items[0].id}`)).body.code).toBe('reason-required')
})
