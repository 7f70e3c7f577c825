import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, type Client, startTestApi } from './api.fixture.ts'
import { deliver, press } from './facts.fixture.ts'
import { calls, type World } from './scope.fixture.ts'

const FIRST = '钥匙在花盆下 7319#'
const SECOND = '换锁了 8246#'
const SECRET = /花盆下|7319#|换锁了|8246#/

let api: Api
let lead: Client
let elder: { id: string; version: number; home: { id: string; version: number } }
let areaId: string
let other: string
let paths: Record<string, Record<string, unknown>>

beforeAll(async () => {
  api = await startTestApi()
  const area = await api.area('Doors')
  areaId = area.id
  await api.user('doors-lead', 'administrator', areaId)
  lead = await api.signIn('doors-lead')
  elder = (await lead.post('/api/elders', { name: '门锁', address: '东门', entryNote: FIRST })).body
  other = (await lead.post('/api/elders', { name: '邻居', entryNote: FIRST })).body.id
  paths = (await lead.get('/api/openapi.json')).body.paths
  const button = (await lead.post('/api/devices', { kind: 'button', elderId: elder.id })).body.id
  await deliver(api.pool, button, 'press', press())
})
afterAll(() => api.stop())

const home = async () => (await lead.get(`/api/homes/${elder.home.id}`)).body
const patch = async (change: object) => {
  const { version } = await home()
  return lead.send('PATCH', `/api/homes/${elder.home.id}`, { version, ...change })
}

test('a home says whether key or code are on file, who changed them and when, and never what they say', async () => {
  const user = { id: expect.any(String), name: 'name of doors-lead' }
  expect((await home()).entry).toEqual({ onFile: true, changedAt: expect.any(String), changedBy: user })
  const replaced = await patch({ entryNote: SECOND })
  expect(replaced.body.entry.onFile).toBe(true)
  expect((await patch({ entryNote: '' })).body.entry).toMatchObject({ onFile: false, changedBy: user })
  await patch({ entryNote: SECOND, landmark: '蓝门' })
  const { items } = (await lead.get(`/api/history?subject=home:${elder.home.id}`)).body
  expect(items.map(({ before, after }: Record<string, object>) => [before, after])).toEqual([
    [{ landmark: '' }, { landmark: '蓝门', entryNote: 'set' }],
    [{}, { entryNote: 'cleared' }],
    [{}, { entryNote: 'replaced' }],
  ])
})

test('no GET route tells them, however it is asked', async () => {
  const alarm = (await lead.get('/api/alarms?state=open')).body.items[0]
  // What is not there is not found; what of it holds an elder, home or alarm is there.
  const nothing = new Proxy({}, { get: (_, name) => `00000000-0000-4000-8000-${String(name).length}`.padEnd(36, '0') })
  const world = Object.assign(Object.create(nothing) as World, {
    elderId: elder.id,
    homeId: elder.home.id,
    alarmId: alarm.id,
    buttonId: alarm.deviceId,
    areaId,
  })
  const asked = Object.entries(calls).flatMap(([path, call]) =>
    call === null || path === '/api/events' ? [] : [call(world)],
  )
  const also = [`/api/history?subject=elder:${elder.id}`, '/api/homes?search=东门', '/api/elders?search=门锁']
  const told = new Set<string>()
  for (const path of [...asked, ...also]) {
    const { status, body } = await lead.get(path)
    if (status === 200) told.add(path)
    expect([path, SECRET.test(JSON.stringify(body ?? ''))]).toEqual([path, false])
  }
  for (const path of [`/api/elders/${elder.id}`, `/api/homes/${elder.home.id}`, `/api/alarms/${alarm.id}`, ...also]) {
    expect(told).toContain(path)
  }
  const timeline = (await lead.get(`/api/elders/${elder.id}/timeline`)).body.items
  expect(timeline.map(({ kind }: { kind: string }) => kind)).toContain('change')
})

/** How each change that answers an elder’s or a home’s file is asked; what answers neither is not here. */
const changes: Record<string, () => Promise<{ status: number; body: unknown }>> = {
  'post /api/elders': () => lead.post('/api/elders', { name: '新来', homeId: elder.home.id }),
  'patch /api/elders/{id}': () => lead.send('PATCH', `/api/elders/${elder.id}`, { version: 99, note: 'x' }),
  'put /api/elders/{id}/contacts': () =>
    lead.send('PUT', `/api/elders/${elder.id}/contacts`, { version: 99, contacts: [] }),
  'put /api/elders/{id}/care-checks': () =>
    lead.send('PUT', `/api/elders/${elder.id}/care-checks`, { version: 99, everyDays: 7 }),
  'post /api/elders/{id}/absences': () =>
    lead.post(`/api/elders/${elder.id}/absences`, { kind: 'family', from: new Date().toISOString() }),
  'post /api/absences/{id}/end': async () => {
    const { absence } = (await lead.get(`/api/elders/${elder.id}`)).body
    return lead.post(`/api/absences/${absence.id}/end`, { at: new Date().toISOString() })
  },
  'post /api/elders/{id}/death': () =>
    lead.post(`/api/elders/${elder.id}/death`, { version: 99, reason: 'x', diedOn: '2026-01-01' }),
  'post /api/elders/{id}/death/undo': () => lead.post(`/api/elders/${elder.id}/death/undo`, { reason: 'x' }),
  'post /api/elders/{id}/merge': () =>
    lead.post(`/api/elders/${elder.id}/merge`, { version: 99, reason: 'x', into: other }),
  'post /api/elders/{id}/merge/undo': () => lead.post(`/api/elders/${elder.id}/merge/undo`, { reason: 'x' }),
  'patch /api/homes/{id}': () => lead.send('PATCH', `/api/homes/${elder.home.id}`, { version: 99, address: 'x' }),
  'post /api/elders/{id}/move': () =>
    lead.post(`/api/elders/${elder.id}/move`, {
      version: 1,
      newHome: { entryNote: FIRST },
      from: new Date().toISOString(),
      devices: 'with',
    }),
  'post /api/elders/{id}/move/undo': () => lead.post(`/api/elders/${elder.id}/move/undo`, { reason: 'x' }),
}

test('no change answers them: neither done, nor refused with the file as it is (409)', async () => {
  const answersFile = (path: string, method: string) => {
    const said = JSON.stringify(Reflect.get(Object(Reflect.get(Object(paths[path]), method)), 'responses') ?? {})
    return said.includes('"residences"') || (said.includes('"residents"') && said.includes('"tags"'))
  }
  const routes = Object.keys(paths).flatMap((path) =>
    ['post', 'put', 'patch', 'delete']
      .filter((method) => paths[path]?.[method] !== undefined && answersFile(path, method))
      .map((method) => `${method} ${path}`),
  )
  expect(routes.length).toBeGreaterThan(8)
  expect(routes.filter((route) => !(route in changes) && !/search/.test(route))).toEqual([])
  const statuses = new Set<number>()
  for (const [route, ask] of Object.entries(changes)) {
    const { status, body } = await ask()
    statuses.add(status)
    expect([route, SECRET.test(JSON.stringify(body))]).toEqual([route, false])
  }
  // Both kinds of answer were seen.
  expect([...statuses]).toEqual(expect.arrayContaining([200, 409]))
  const late = await lead.send('PATCH', `/api/homes/${elder.home.id}`, { version: 99, address: 'x' })
  expect(late.body).toMatchObject({ code: 'changed-meanwhile', current: { entry: { onFile: true } } })
  expect(late.body.lastChange).toMatchObject({ after: { entryNote: 'set' } })
})

test('outside an alarm they are told for a reason of some words, which is written down first', async () => {
  const path = `/api/homes/${elder.home.id}/entry`
  const short = await lead.post(path, { reason: ' ok   ' })
  expect([short.status, short.body.code, short.body.atLeast]).toEqual([422, 'reason-too-short', 6])
  const reason = '家属托送药上门'
  expect((await lead.post(path, { reason })).body).toEqual({ entryNote: SECOND })
  const { rows } = await api.pool.query(`select action, reason from access_log where subject = $1`, [
    `home:${elder.home.id}`,
  ])
  expect(rows).toEqual([{ action: 'see-entry', reason }])
  expect((await lead.get('/api/access-log')).body.items[0]).toMatchObject({ action: 'see-entry', reason })
  await api.user('doors-doctor', 'village-doctor', areaId)
  expect((await (await api.signIn('doors-doctor')).post(path, { reason })).status).toBe(403)
})
