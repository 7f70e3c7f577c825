import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApi, type Api, type Client } from './api.fixture.ts'

let api: Api
let county: { id: string; path: string }
let town: { id: string; path: string }
let admin: Client
let own: Client
let ours: string
let theirs: string
beforeAll(async () => {
  api = await startTestApi()
  county = await api.area('County')
  town = await api.area('Town', county.id)
  await api.user('admin', 'administrator', county.id)
  admin = await api.signIn('admin')
  const add = async (name: string) => (await admin.post('/api/providers', { name, areaId: county.id })).body.id
  ours = await add('Ours')
  theirs = await add('Theirs')
  const invited = await admin.post('/api/users', { name: 'Boss', role: 'provider', providerId: ours })
  const token = new URL(invited.body.link).hash.slice(1)
  await api.client().post('/api/invitation/accept', { token, username: 'boss', password: 'boss keeps bees' })
  own = await api.signIn('boss', 'boss keeps bees')
})
afterAll(() => api.stop())

const hire = (providerId: string, name: string, as = admin) => as.post('/api/caregivers', { providerId, name })

describe('a provider’s own user', () => {
  test('sees their provider and its caregivers, and nobody else’s', async () => {
    await hire(theirs, 'Stranger')
    expect(await hire(ours, 'Mei', own)).toMatchObject({ status: 201, body: { name: 'Mei', can: true } })
    const names = async (path: string) => (await own.get(path)).body.items.map(({ name }: { name: string }) => name)
    expect(await names('/api/providers')).toEqual(['Ours'])
    expect(await names('/api/caregivers')).toEqual(['Mei'])
    expect(await names(`/api/caregivers?providerId=${theirs}`)).toEqual([])
    expect((await own.get(`/api/providers/${theirs}`)).status).toBe(404)
    expect((await hire(theirs, 'X', own)).status).toBe(404)
    expect((await own.get('/api/elders')).status).toBe(403)
  })
  test('gives badges to their own caregivers alone, and hears no name of another’s', async () => {
    const { items } = (await admin.get(`/api/caregivers?providerId=${theirs}`)).body
    const stranger = items[0].id
    expect((await own.post(`/api/caregivers/${stranger}/badges`, { uid: '04AABBCC' })).status).toBe(404)
    const badge = await admin.post(`/api/caregivers/${stranger}/badges`, { uid: '04:aa:bb:cc' })
    expect(badge.body.badges).toMatchObject([{ uid: '04AABBCC' }])
    const mine = (await hire(ours, 'Lan', own)).body.id
    const taken = await own.post(`/api/caregivers/${mine}/badges`, { uid: '04aabbcc' })
    expect(taken.body).toMatchObject({ code: 'tag-taken', holder: null })
    expect((await own.send('DELETE', `/api/tags/${badge.body.badges[0].id}`)).status).toBe(404)
  })
})

describe('a badge', () => {
  test('has one holder at a time, who is named; given back it is free again', async () => {
    const [anna, bert] = [(await hire(ours, 'Anna')).body.id, (await hire(ours, 'Bert')).body.id]
    const give = (id: string) => admin.post(`/api/caregivers/${id}/badges`, { uid: '04 11 22 33 44 55 66' })
    const both = await Promise.all([give(anna), give(bert)])
    const [won] = both.filter(({ status }) => status === 201)
    const [lost] = both.filter(({ status }) => status === 409)
    expect(lost?.body).toMatchObject({ code: 'tag-taken', holder: won?.body.name })
    expect((await admin.send('DELETE', `/api/tags/${won?.body.badges[0].id}`)).status).toBe(204)
    expect((await give(bert)).status).toBe(201)
    expect((await admin.post(`/api/caregivers/${anna}/badges`, { uid: 'nonsense' })).body.code).toBe('tag-invalid')
  })
  test('of whoever leaves is given back', async () => {
    const { id } = (await hire(ours, 'Leaver')).body
    await admin.post(`/api/caregivers/${id}/badges`, { uid: '04DEADBEEF' })
    const left = await admin.send('PATCH', `/api/caregivers/${id}`, { version: 1, left: true })
    expect(left.body).toMatchObject({ badges: [], version: 2 })
    expect(left.body.leftAt).not.toBe(null)
    const list = async (query: string) => (await admin.get(`/api/caregivers?search=Leaver${query}`)).body.items.length
    expect([await list(''), await list('&left=true')]).toEqual([0, 1])
    expect((await admin.send('PATCH', `/api/caregivers/${id}`, { version: 1, name: 'Old' })).body).toMatchObject({
      code: 'changed-meanwhile',
      current: { left: true },
      lastChange: { user: { name: 'name of admin' } },
    })
  })
})

test('a tag stands at a door, and cannot be a badge as well', async () => {
  const { home } = (await admin.post('/api/elders', { name: 'Wang', areaId: town.id, address: '1 River Road' })).body
  const put = await admin.post(`/api/homes/${home.id}/tags`, { uid: '04c0ffee', label: 'inside the door' })
  expect(put.body.items).toMatchObject([{ uid: '04C0FFEE', label: 'inside the door' }])
  const { id } = (await hire(ours, 'Door')).body
  const badge = await admin.post(`/api/caregivers/${id}/badges`, { uid: '04C0FFEE' })
  expect(badge.body).toMatchObject({ code: 'tag-taken', holder: '1 River Road' })
  await api.user('seat', 'seat', county.id)
  const seat = await api.signIn('seat')
  const mine = (await admin.post(`/api/caregivers/${id}/badges`, { uid: '04C0FFEF' })).body.badges[0].id
  expect((await seat.send('DELETE', `/api/tags/${mine}`)).body.code).toBe('not-allowed')
  expect((await seat.send('DELETE', `/api/tags/${put.body.items[0].id}`)).status).toBe(204)
  expect((await admin.get(`/api/homes/${home.id}/tags`)).body.items).toEqual([])
})

test('a closed provider takes nobody in, and can be opened again', async () => {
  const { id, version } = (await admin.post('/api/providers', { name: 'Closing', areaId: town.id })).body
  const close = await admin.send('PATCH', `/api/providers/${id}`, { version, closed: true })
  expect(close.body.closedAt).not.toBe(null)
  expect((await hire(id, 'Late')).body.code).toBe('provider-closed')
  await admin.send('PATCH', `/api/providers/${id}`, { version: version + 1, closed: false })
  expect((await hire(id, 'Late')).status).toBe(201)
})
