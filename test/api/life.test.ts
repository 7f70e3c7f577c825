import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi, type Api, type Client } from './api.fixture.ts'
import { bloodPressure, deliver, press } from './facts.fixture.ts'

let api: Api
let lead: Client
let seat: Client
let area: { id: string; path: string }
let other: { id: string; path: string }
const DAY_MS = 86_400_000
/** Everybody here has lived where they live for this long, so that there is a past to move in. */
const LIVED_MS = 100 * DAY_MS

beforeAll(async () => {
  api = await startTestApi()
  const county = await api.area('临河县')
  area = await api.area('荷花社区', county.id)
  other = await api.area('松林村', county.id)
  await api.user('lead', 'shift-lead', county.id)
  await api.user('anna', 'seat', county.id)
  lead = await api.signIn('lead')
  seat = await api.signIn('anna')
})
afterAll(() => api.stop())

const ago = (ms: number) => new Date(Date.now() - ms)

async function register(body: object): Promise<any> {
  const answer = await lead.post('/api/elders', { areaId: area.id, ...body })
  expect([answer.status, answer.body.code]).toEqual([201, undefined])
  await api.pool.query('update residence set valid_from = $2 where elder_id = $1', [answer.body.id, ago(LIVED_MS)])
  return answer.body
}

async function device(kind: string, elderId: string, more: object = {}): Promise<string> {
  const { id } = (await lead.post('/api/devices', { kind, elderId, ...more })).body
  await api.pool.query('update assignment set valid_from = $2 where device_id = $1', [id, ago(LIVED_MS)])
  return id
}

async function file(id: string): Promise<any> {
  return (await lead.get(`/api/elders/${id}`)).body
}

async function act(client: Client, path: string, body: object): Promise<any> {
  const answer = await client.post(path, body)
  expect([path, answer.status, answer.body.code]).toEqual([path, 200, undefined])
  return answer.body
}

async function stays(deviceId: string) {
  const { rows } = await api.pool.query(
    `select home_id as "homeId", elder_id as "elderId", valid_to is null as open from assignment
     where device_id = $1 order by valid_from`,
    [deviceId],
  )
  return rows
}

async function openAlarm(deviceId: string) {
  const { rows } = await api.pool.query(
    `select subject, elder_id as "elderId", home_id as "homeId" from alarm where device_id = $1 order by raised_at desc limit 1`,
    [deviceId],
  )
  return rows[0]
}

async function actions(subject: string): Promise<string[]> {
  const { body } = await lead.get(`/api/history?subject=${subject}`)
  expect(JSON.stringify(body)).not.toContain('"undo"')
  return body.items.map((change: { action: string }) => change.action)
}

test('whoever moves with her devices has them in the new home from that day; an outbox of before belongs to the old', async () => {
  const elder = await register({ name: '搬家' })
  const mate = await register({ name: '留下', homeId: elder.home.id })
  const [button, shared] = [await device('button', elder.id), await device('bp-meter', elder.id, { userNumber: 1 })]
  await api.pool.query(
    `insert into assignment (id, device_id, home_id, elder_id, user_number, valid_from)
     values (gen_random_uuid(), $1, $2, $3, 2, $4)`,
    [shared, elder.home.id, mate.id, ago(LIVED_MS - 60_000)],
  )
  const from = ago(10 * DAY_MS)
  const newHome = {
    areaId: other.id,
    address: '松林村 8 号',
    landmark: '村口',
    position: { lon: 104.06, lat: 30.67, system: 'gcj02' },
  }
  const moved = await act(seat, `/api/elders/${elder.id}/move`, {
    version: 1,
    newHome,
    from: from.toISOString(),
    devices: 'with',
    reason: 'to her daughter',
  })
  expect(moved).toMatchObject({
    version: 2,
    area: { id: other.id },
    home: { address: '松林村 8 号', position: { given: newHome.position } },
  })
  expect(moved.home.position.lon).not.toBe(104.06)
  expect(moved.devices.map((each: { id: string }) => each.id)).toEqual([button])
  expect(moved.residences).toMatchObject([{ from: from.toISOString(), to: null }, { to: from.toISOString() }])
  expect(await stays(shared)).toEqual([
    { homeId: elder.home.id, elderId: elder.id, open: false },
    { homeId: elder.home.id, elderId: mate.id, open: true },
    { homeId: elder.home.id, elderId: null, open: true },
  ])

  const late = { ...bloodPressure(130, ago(11 * DAY_MS)), user: 1 }
  const since = { ...bloodPressure(131, ago(9 * DAY_MS)), user: 1 }
  const facts = [await deliver(api.pool, shared, 'reading', late), await deliver(api.pool, shared, 'reading', since)]
  const { rows } = await api.pool.query(
    `select home_id as "homeId", elder_id as "elderId" from reading where id = any($1) order by at`,
    [facts],
  )
  expect(rows).toEqual([
    { homeId: elder.home.id, elderId: elder.id },
    { homeId: elder.home.id, elderId: null },
  ])
  await deliver(api.pool, button, 'press', press())
  expect(await openAlarm(button)).toMatchObject({ elderId: elder.id, homeId: moved.home.id })
  const { rows: fleet } = await api.pool.query('select area_id from device where id = $1', [button])
  expect(fleet[0].area_id).toBe(other.id)

  const back = await act(seat, `/api/elders/${elder.id}/move/undo`, { reason: 'she did not go' })
  expect(back).toMatchObject({ home: { id: elder.home.id }, area: { id: area.id }, version: 3 })
  expect(back.residences).toHaveLength(1)
  expect(await stays(button)).toEqual([{ homeId: elder.home.id, elderId: elder.id, open: true }])
  expect(await stays(shared)).toEqual([
    { homeId: elder.home.id, elderId: elder.id, open: true },
    { homeId: elder.home.id, elderId: mate.id, open: true },
  ])
  const again = await lead.post(`/api/elders/${elder.id}/move/undo`, { reason: 'x' })
  expect(again.body.code).toBe('nothing-to-undo')
  expect(await actions(`elder:${elder.id}`)).toEqual(['move-undone', 'moved', 'registered'])
})

test('what is left behind is the home’s: a press there is for whoever lives there', async () => {
  const elder = await register({ name: '先走' })
  const target = await register({ name: '邻家' })
  const [button, scale] = [await device('button', elder.id), await device('scale', elder.id)]
  const from = ago(DAY_MS).toISOString()
  const body = { version: 1, homeId: target.home.id, from, devices: [scale] }
  const moved = await act(seat, `/api/elders/${elder.id}/move`, body)
  expect(moved.home.residents).toHaveLength(2)
  expect(await stays(scale)).toMatchObject([{ open: false }, { homeId: target.home.id, elderId: elder.id, open: true }])
  await deliver(api.pool, button, 'press', press())
  expect(await openAlarm(button)).toEqual({ subject: `home:${elder.home.id}`, elderId: null, homeId: elder.home.id })
})

test('moves that cannot be are refused in words', async () => {
  const elder = await register({ name: '不走' })
  const target = await register({ name: '别家' })
  const move = { version: 1, homeId: target.home.id, from: ago(DAY_MS).toISOString(), devices: 'with' }
  const refused = async (body: object) =>
    (await lead.post(`/api/elders/${elder.id}/move`, { ...move, ...body })).body.code
  expect(await refused({ from: ago(-DAY_MS).toISOString() })).toBe('date-impossible')
  expect(await refused({ from: ago(LIVED_MS + DAY_MS).toISOString() })).toBe('date-impossible')
  expect(await refused({ homeId: elder.home.id })).toBe('same-home')
  expect(await refused({ homeId: crypto.randomUUID() })).toBe('not-found')
  expect(await refused({ devices: ['btn-nobodys'] })).toBe('not-found')
  expect(await refused({ newHome: {} })).toBe('invalid-request')
  expect(await refused({ version: 7 })).toBe('changed-meanwhile')
  expect((await file(elder.id)).version).toBe(1)
})

test('an absence is told, ended and cancelled; two at once are refused', async () => {
  const elder = await register({ name: '住院' })
  const path = `/api/elders/${elder.id}/absences`
  const away = await act(seat, path, { kind: 'hospital', from: ago(DAY_MS).toISOString(), note: '县医院 3 楼' })
  expect(away).toMatchObject({ state: 'away', absence: { kind: 'hospital', to: null, note: '县医院 3 楼' } })
  expect((await seat.get('/api/elders?state=away')).body.items).toMatchObject([{ id: elder.id, state: 'away' }])
  expect((await seat.post(path, { kind: 'travel', from: ago(0).toISOString() })).body.code).toBe('absence-overlaps')
  const end = (at: Date) => seat.post(`/api/absences/${away.absence.id}/end`, { at: at.toISOString() })
  const back = (await end(ago(1000))).body
  expect(back).toMatchObject({ state: 'living', absence: null })
  expect((await end(ago(-DAY_MS))).body.code).toBe('date-impossible')
  expect((await end(ago(2 * DAY_MS))).body.absences).toEqual([])
  expect(await actions(`elder:${elder.id}`)).toEqual(['absence-cancelled', 'back', 'absent', 'registered'])
})

test('a press raises while everybody is away', async () => {
  const elder = await register({ name: '不在家' })
  const button = await device('button', elder.id)
  await act(seat, `/api/elders/${elder.id}/absences`, { kind: 'family', from: ago(DAY_MS).toISOString() })
  await deliver(api.pool, button, 'press', press())
  expect(await openAlarm(button)).toMatchObject({ elderId: elder.id })
})

test('a death is confirmed by a person, takes her number off every ladder, and is undone whole', async () => {
  const elder = await register({ name: '王老', phone: '19900001111', bornOn: '1930-01-01' })
  const wife = await register({
    name: '李老',
    homeId: elder.home.id,
    contacts: [{ name: '王老', relation: '丈夫', phone: '19900001111' }],
  })
  const button = await device('button', elder.id)
  await act(seat, `/api/elders/${elder.id}/absences`, { kind: 'hospital', from: ago(DAY_MS).toISOString() })
  const body = { version: 1, diedOn: new Date().toISOString().slice(0, 10), reason: 'her son called' }
  expect((await seat.post(`/api/elders/${elder.id}/death`, body)).status).toBe(403)
  const program = api.client({ authorization: `Bearer ${await api.apiKey('shift-lead', area.id)}` })
  expect((await program.post(`/api/elders/${elder.id}/death`, body)).status).toBe(403)
  const early = { ...body, diedOn: '1929-12-31' }
  expect((await lead.post(`/api/elders/${elder.id}/death`, early)).body.code).toBe('date-impossible')

  api.clock.offsetMs = 1000
  const dead = await act(lead, `/api/elders/${elder.id}/death`, body)
  api.clock.offsetMs = 0
  expect(dead).toMatchObject({
    state: 'dead',
    callable: false,
    phone: '19900001111',
    diedOn: body.diedOn,
    deathConfirmedBy: { name: 'name of lead' },
    absence: null,
  })
  expect((await file(wife.id)).contacts).toMatchObject([{ name: '王老', callable: false }])
  expect((await file(wife.id)).home.residents.map((each: { id: string }) => each.id)).toEqual([wife.id])
  await deliver(api.pool, button, 'press', { id: 'after', at: ago(-2000).toISOString() }, ago(-2000))
  expect(await openAlarm(button)).toEqual({ subject: `home:${elder.home.id}`, elderId: null, homeId: elder.home.id })
  const move = { version: 2, newHome: {}, from: ago(0).toISOString(), devices: 'stay' }
  expect((await lead.post(`/api/elders/${elder.id}/move`, move)).body.code).toBe('elder-dead')
  expect((await lead.post(`/api/elders/${elder.id}/death`, { ...body, version: 2 })).body.code).toBe('elder-dead')

  const undone = await act(lead, `/api/elders/${elder.id}/death/undo`, { reason: 'another of that name' })
  expect(undone).toMatchObject({ state: 'away', callable: true, diedOn: null, absence: { kind: 'hospital', to: null } })
  expect(undone.residences).toMatchObject([{ to: null }])
  expect(await stays(button)).toEqual([{ homeId: elder.home.id, elderId: elder.id, open: true }])
  expect((await file(wife.id)).contacts).toMatchObject([{ callable: true }])
  expect((await lead.post(`/api/elders/${elder.id}/death/undo`, { reason: 'x' })).body.code).toBe('nothing-to-undo')
})

test('a double entry is read with the other, its devices and what was missing go on there, and it is undone', async () => {
  const kin = { name: '刘兰', relation: '女儿', phone: '19900002222' }
  const real = await register({ name: '重复', contacts: [{ name: '刘强', relation: '儿子', phone: '19900003333' }] })
  const double = await register({ name: '重夏', phone: '19900004444', idNumber: '440524188001010014', contacts: [kin] })
  const third = await register({ name: '第三' })
  const meter = await device('bp-meter', double.id)
  await deliver(api.pool, meter, 'reading', bloodPressure(141, ago(3_600_000)))
  const merge = (id: string, into: string, version = 1) =>
    lead.post(`/api/elders/${id}/merge`, { into, version, reason: 'entered twice' })
  const closed = (await merge(double.id, real.id)).body
  expect(closed).toMatchObject({ state: 'merged', mergedInto: real.id, idNumber: null })
  const whole = await file(real.id)
  expect(whole).toMatchObject({
    merged: [{ id: double.id, name: '重夏' }],
    contacts: [{ name: '刘强' }, { name: '刘兰', rung: 2 }],
    idNumber: '440524**********14',
    devices: [{ id: meter }],
    version: 2,
  })
  const readings = await lead.get(`/api/elders/${real.id}/readings`)
  expect(readings.body.items).toMatchObject([{ systolic: 141, elderId: double.id }])
  await deliver(api.pool, meter, 'reading', bloodPressure(142))
  expect((await lead.get(`/api/elders/${real.id}/readings`)).body.items).toMatchObject([
    { systolic: 142, elderId: real.id },
    { systolic: 141, elderId: double.id },
  ])
  const byOldName = await lead.get(`/api/elders?search=${encodeURIComponent('重夏')}`)
  expect(byOldName.body.items).toMatchObject([{ id: real.id, name: '重复' }])
  expect((await lead.get('/api/elders?state=merged')).body.items).toMatchObject([{ id: double.id, state: 'merged' }])
  expect((await lead.send('PATCH', `/api/elders/${double.id}`, { version: 2, note: 'x' })).body).toMatchObject({
    code: 'elder-merged',
    mergedInto: real.id,
  })
  expect((await merge(real.id, third.id, 2)).body.code).toBe('merge-chain')
  expect((await merge(third.id, double.id)).body.code).toBe('merge-chain')
  expect((await merge(third.id, third.id)).body.code).toBe('merge-chain')

  const apart = await act(lead, `/api/elders/${double.id}/merge/undo`, { reason: 'two sisters' })
  expect(apart).toMatchObject({ state: 'living', mergedInto: null, idNumber: '440524**********14' })
  expect(await file(real.id)).toMatchObject({ merged: [], contacts: [{ name: '刘强' }], idNumber: null, devices: [] })
  expect(await stays(meter)).toEqual([{ homeId: double.home.id, elderId: double.id, open: true }])
  expect(await actions(`elder:${real.id}`)).toEqual(['merge-undone', 'merged-in', 'registered'])
})

test('an identity number is shown for a reason, to who may see it, and each time is written down', async () => {
  const elder = await register({ name: '看证', idNumber: '11010519491231002X' })
  const path = `/api/elders/${elder.id}/id-number`
  expect((await lead.post(path, { reason: ' ' })).status).toBe(400)
  expect((await seat.post(path, { reason: 'curious' })).status).toBe(403)
  expect((await act(lead, path, { reason: 'pension office asks' })).idNumber).toBe('11010519491231002X')
  const { rows } = await api.pool.query(`select action, reason from access_log where subject = $1`, [
    `elder:${elder.id}`,
  ])
  expect(rows).toEqual([{ action: 'unmask', reason: 'pension office asks' }])
})

test('likely doubles of a new entry are named with the reason', async () => {
  const one = await register({
    name: '相像',
    bornOn: '1941-02-03',
    phone: '199 0000 5555',
    idNumber: '110105194912310038',
  })
  const suggest = async (query: string, headers = {}) =>
    (await lead.get(`/api/elders/suggest?${query}`, headers)).body.items.map((each: any) => [each.id, each.because])
  const name = `name=${encodeURIComponent('相像')}`
  expect(await suggest(`${name}&bornOn=1941-02-03`)).toEqual([[one.id, ['name-and-birth']]])
  expect(await suggest(`${name}&phone=19900005555`)).toEqual([[one.id, ['name-and-phone']]])
  expect(await suggest('name=x', { 'anju-id-number': '110105491231003' })).toEqual([[one.id, ['id-number']]])
  expect(await suggest(`${name}&bornOn=1941-02-04`)).toEqual([])
})

test('a home is found, changed by field, and its devices follow it into another area', async () => {
  const elder = await register({ name: '住处', address: '和平路 12 号', landmark: '银杏树旁' })
  const button = await device('button', elder.id)
  const search = async (words: string) =>
    (await seat.get(`/api/homes?search=${encodeURIComponent(words)}`)).body.items.map((home: { id: string }) => home.id)
  expect(await search('和平路')).toEqual([elder.home.id])
  expect(await search('银杏 zhuchu')).toEqual([elder.home.id])
  expect(await search('银杏 别人')).toEqual([])
  const position = { lon: 104.06, lat: 30.67, system: 'wgs84' }
  const changed = await seat.send('PATCH', `/api/homes/${elder.home.id}`, {
    version: 1,
    areaId: other.id,
    position,
    entryNote: 'k',
  })
  expect(changed.body).toMatchObject({
    version: 2,
    area: { id: other.id },
    address: '和平路 12 号',
    position: { lon: 104.06, lat: 30.67, given: position },
    residents: [{ id: elder.id }],
    devices: [{ id: button, area: { id: other.id } }],
    tags: [],
  })
  const late = await lead.send('PATCH', `/api/homes/${elder.home.id}`, { version: 1, position: null })
  expect(late.body).toMatchObject({
    code: 'changed-meanwhile',
    current: { version: 2 },
    lastChange: { user: { name: 'name of anna' } },
  })
  const off = await lead.send('PATCH', `/api/homes/${elder.home.id}`, { version: 2, position: null })
  expect(off.body.position).toBeNull()
  expect(await actions(`home:${elder.home.id}`)).toEqual(['changed', 'changed'])
})
