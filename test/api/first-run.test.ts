import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureAdministrator } from '@anju/prisma/user/first'
import { startTestApi, type Api, type Client } from './api.fixture.ts'

let api: Api
let admin: Client
beforeAll(async () => {
  api = await startTestApi()
  await ensureAdministrator(api.pool, 'first password', new Date())
  admin = await api.signIn('admin', 'first password')
})
afterAll(() => api.stop())

const state = async () => (await admin.get('/api/first-run')).body

test('the way is read from what there is, step by step, and is finished for good', async () => {
  expect(await state()).toMatchObject({
    progress: 'untouched',
    dismissed: false,
    steps: { county: 'open', seat: 'open' },
  })
  const [top] = (await admin.get('/api/areas')).body.items
  await admin.send('PATCH', `/api/areas/${top.id}`, { version: top.version, name: '清河县' })
  expect(await state()).toMatchObject({ progress: 'begun', steps: { county: 'done', town: 'open' } })
  const town = (await admin.post('/api/areas', { parentId: top.id, name: '临河镇', kind: 'town' })).body
  const community = (await admin.post('/api/areas', { parentId: town.id, name: '北街', kind: 'community' })).body
  expect((await admin.post('/api/first-run', { skip: 'provider' })).body.steps.provider).toBe('skipped')
  expect((await admin.post('/api/first-run', { back: 'provider' })).body.steps.provider).toBe('open')
  expect((await admin.post('/api/first-run', { skip: 'elder' })).body.steps.elder).toBe('open')
  await admin.post('/api/first-run', { skip: 'provider' })
  const elder = (await admin.post('/api/elders', { name: '王秀英', areaId: community.id })).body
  expect(await state()).toMatchObject({ elder: { name: '王秀英' }, steps: { elder: 'done', device: 'open' } })
  const device = (await admin.post('/api/devices', { kind: 'button', elderId: elder.id })).body
  const { userId } = (await admin.post('/api/users', { name: '李静', role: 'seat', areaId: top.id })).body
  expect((await state()).progress).toBe('finished')
  await admin.send('PATCH', `/api/users/${userId}`, { version: 1, role: 'auditor' })
  expect((await state()).progress).toBe('finished')
  await admin.post(`/api/devices/${device.id}/revoke`)
  expect((await state()).progress).toBe('finished')
})

test('put aside it stays aside', async () => {
  expect((await admin.post('/api/first-run', { dismiss: true })).body.dismissed).toBe(true)
  expect((await admin.post('/api/first-run', { skip: 'town' })).body.dismissed).toBe(true)
})

test('is nobody’s business but an administrator’s', async () => {
  const [top] = (await admin.get('/api/areas')).body.items
  await api.user('lead', 'shift-lead', top.id)
  expect((await (await api.signIn('lead')).get('/api/first-run')).status).toBe(403)
})
