import { COUNTY_ANNEX } from '@anju/domain/visit/catalogue'
import { transact } from '@anju/prisma/tx'
import { requireContract } from '@anju/prisma/visit/plan'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, type Client, startTestApi } from './api.fixture.ts'

let api: Api
let county: { id: string; path: string }
let town: { id: string; path: string }
let bureau: Client
let clerk: Client
let admin: Client
beforeAll(async () => {
  api = await startTestApi()
  county = await api.area('County')
  town = await api.area('Town', county.id)
  await api.user('bureau', 'bureau', county.id)
  await api.user('clerk', 'town-clerk', town.id)
  await api.user('admin', 'administrator', county.id)
  bureau = await api.signIn('bureau')
  clerk = await api.signIn('clerk')
  admin = await api.signIn('admin')
})
afterAll(() => api.stop())

describe('the catalogue', () => {
  const codes = async (client: Client, query = '') =>
    (await client.get(`/api/services${query}`)).body.items.map(({ code }: { code: string }) => code)

  test('is empty until the bureau starts it from the annex, which adds nothing twice', async () => {
    expect(await codes(bureau)).toEqual([])
    const start = () => bureau.post('/api/services/annex', { areaId: county.id })
    expect((await start()).body).toEqual({ added: COUNTY_ANNEX.length })
    expect((await start()).body).toEqual({ added: 0 })
    expect(await codes(bureau)).toEqual(COUNTY_ANNEX.map(({ code }) => code))
    const { items } = (await bureau.get('/api/services')).body
    for (const one of items) {
      const silent = { unit: '', priceFen: null, minMinutes: null, credentials: [], familySubstitute: null }
      expect(one).toMatchObject({ ...silent, version: 1, can: true })
    }
    expect(items.filter(({ photos }: { photos: boolean }) => !photos).map(({ code }: any) => code)).toEqual(['2', '12'])
  })
  test('is edited with its history kept, and the second of two is told whose change stands', async () => {
    const { items } = (await bureau.get('/api/services')).body
    const bath = items.find(({ code }: { code: string }) => code === '12')
    const path = `/api/services/${bath.id}`
    const change = { version: 1, unit: '次', priceFen: 8050, minMinutes: 60, familySubstitute: 'village-group' }
    expect((await bureau.send('PATCH', path, change)).body).toMatchObject({ ...change, version: 2 })
    const late = await admin.send('PATCH', path, { version: 1, priceFen: 1 })
    expect(late.body).toMatchObject({
      code: 'changed-meanwhile',
      current: { priceFen: 8050, version: 2 },
      lastChange: { user: { name: 'name of bureau' } },
    })
    const same = await bureau.send('PATCH', path, { version: 2, conditions: bath.conditions, priceFen: 8050 })
    expect(same.body.version).toBe(2)
    const history = (await bureau.get(`/api/history?subject=service:${bath.id}`)).body.items
    expect(history.map(({ action }: { action: string }) => action)).toEqual(['changed', 'added'])
    expect(history[0]).toMatchObject({ before: { priceFen: null, unit: '' }, after: { priceFen: 8050, unit: '次' } })
  })
  test('of a town stands before the county’s, number by number', async () => {
    const own = { areaId: town.id, code: '1', category: 'cleaning', name: '理发（镇）' }
    expect((await bureau.post('/api/services', own)).status).toBe(201)
    expect((await bureau.post('/api/services', own)).body.code).toBe('service-code-taken')
    const { items } = (await clerk.get('/api/services')).body
    expect(items).toHaveLength(COUNTY_ANNEX.length)
    expect(items[0]).toMatchObject({ name: '理发（镇）', can: true })
    expect(items[1]).toMatchObject({ can: false, area: { name: 'County' } })
    const { id } = (await bureau.get('/api/services')).body.items[0]
    expect((await clerk.get(`/api/services/${id}`)).status).toBe(200)
    expect((await clerk.send('PATCH', `/api/services/${id}`, { version: 1, name: 'x' })).status).toBe(403)
  })
  test('takes no goods and no vouchers', async () => {
    const voucher = { areaId: county.id, code: '20', category: 'custom', name: '理发券' }
    expect((await bureau.post('/api/services', voucher)).body.code).toBe('service-is-goods')
    const { body } = await bureau.post('/api/services', { ...voucher, name: '修脚' })
    const renamed = await bureau.send('PATCH', `/api/services/${body.id}`, { version: 1, name: '洗衣粉物资' })
    expect(renamed.body.code).toBe('service-is-goods')
  })
  test('lets a service go and takes it back, unless its number was given away', async () => {
    const made = { areaId: county.id, code: '21', category: 'custom', name: '磨刀' }
    const { id } = (await bureau.post('/api/services', made)).body
    const retire = (version: number, retired: boolean) =>
      bureau.send('PATCH', `/api/services/${id}`, { version, retired })
    expect((await retire(1, true)).body.retiredAt).not.toBe(null)
    expect(await codes(bureau)).not.toContain('21')
    expect(await codes(bureau, `?areaId=${county.id}&retired=true`)).toEqual(['21'])
    await bureau.post('/api/services', { ...made, name: '修伞' })
    expect((await retire(2, false)).body.code).toBe('service-code-taken')
  })
})

describe('a contract', () => {
  let providerId: string
  beforeAll(async () => {
    providerId = (await bureau.post('/api/providers', { name: 'Care', areaId: town.id })).body.id
  })
  const keep = (areaId: string, validFrom: string, validTo: string | null) =>
    bureau.post('/api/contracts', { providerId, areaId, number: '甲-1', validFrom, validTo })
  const holds = (areaPath: string, day: string) =>
    transact(api.pool, (tx) =>
      requireContract(tx, providerId, { areaPath, timeZone: 'Asia/Shanghai' }, new Date(`${day}T00:00:00+08:00`)),
    ).then(
      () => true,
      (refused: unknown) => {
        expect(refused).toMatchObject({ code: 'no-contract' })
        return false
      },
    )

  test('holds on its days in its area and below, and two do not overlap', async () => {
    const { body, status } = await keep(town.id, '2026-01-01', '2026-12-31')
    expect([status, body.area.name]).toEqual([201, 'Town'])
    expect((await keep(town.id, '2026-12-31', null)).body.code).toBe('contract-overlaps')
    expect((await keep(town.id, '2027-02-01', '2027-01-01')).body.code).toBe('time-order')
    expect((await keep(town.id, '2027-01-01', null)).body.state).toBe('coming')
    const asked = ['2025-12-31', '2026-01-01', '2026-12-31', '2027-01-01', '2099-01-01']
    expect(await Promise.all(asked.map((day) => holds(`${town.path}x/`, day)))).toEqual([false, true, true, true, true])
    expect(await holds(county.path, '2026-06-01')).toBe(false)
  })
  test('that is ended holds no more, and can be taken up again', async () => {
    const { items } = (await bureau.get(`/api/contracts?providerId=${providerId}`)).body
    const one = items.find(({ validFrom }: { validFrom: string }) => validFrom === '2027-01-01')
    const change = (version: number, ended: boolean) =>
      bureau.send('PATCH', `/api/contracts/${one.id}`, { version, ended })
    expect((await change(1, true)).body).toMatchObject({ state: 'ended', version: 2 })
    expect(await holds(town.path, '2027-06-01')).toBe(false)
    expect((await change(1, false)).body).toMatchObject({ code: 'changed-meanwhile', current: { ended: true } })
    expect((await change(2, false)).body.state).toBe('coming')
    const history = (await bureau.get(`/api/history?subject=contract:${one.id}`)).body.items
    expect(history.map(({ action }: { action: string }) => action)).toEqual(['taken-up', 'ended', 'added'])
    expect((await clerk.post('/api/contracts', { ...one })).status).toBe(403)
  })
})

describe('a group session', () => {
  const HOUR_MS = 3_600_000
  const at = (hours: number) => new Date(api.deps.now().getTime() + hours * HOUR_MS).toISOString()
  let providerId: string
  beforeAll(async () => {
    providerId = (await bureau.post('/api/providers', { name: 'Hall', areaId: county.id })).body.id
    const contract = { providerId, areaId: town.id, number: '乙-1', validFrom: '2020-01-01' }
    expect((await bureau.post('/api/contracts', contract)).status).toBe(201)
  })
  const plan = (from: number, to: number, more: object = {}) =>
    admin.post('/api/group-sessions', {
      ...{ providerId, areaId: town.id, title: '健康操', place: '村文化礼堂' },
      ...{ plannedFrom: at(from), plannedTo: at(to), ...more },
    })

  test('is never payable, keeps who was there, and names nobody before it begins', async () => {
    const { body } = await plan(1, 2)
    expect(body).toMatchObject({ payable: false, state: 'planned', there: 0, attendance: [] })
    const elder = (await bureau.post('/api/elders', { name: '王秀兰', areaId: town.id })).body.id
    const note = (version: number, elderIds: string[]) =>
      admin.send('PUT', `/api/group-sessions/${body.id}/attendance`, { version, elderIds })
    expect((await note(1, [elder])).body.code).toBe('time-ahead')
    const held = (version: number, state: string) =>
      admin.send('PATCH', `/api/group-sessions/${body.id}`, { version, state })
    expect((await held(1, 'held')).body.code).toBe('time-ahead')
    api.clock.offsetMs = 2 * HOUR_MS
    expect((await note(1, [elder])).body).toMatchObject({ there: 1, attendance: [{ elder: { name: '王秀兰' } }] })
    expect((await note(1, [])).body).toMatchObject({ code: 'changed-meanwhile' })
    expect((await held(2, 'held')).body).toMatchObject({ state: 'held', payable: false })
    expect((await held(3, 'cancelled')).body.code).toBe('session-state')
    expect((await note(3, [])).body).toMatchObject({ there: 0 })
    const far = (await bureau.post('/api/elders', { name: '李远', areaId: county.id })).body.id
    expect((await note(4, [far])).status).toBe(404)
    const history = (await bureau.get(`/api/history?subject=group-session:${body.id}`)).body.items
    expect(history.map(({ action }: { action: string }) => action)).toEqual([
      'attendance-noted',
      'held',
      'attendance-noted',
      'planned',
    ])
    api.clock.offsetMs = 0
  })
  test('needs a contract for its area, an end after its begin, and a caregiver of the provider', async () => {
    expect((await plan(1, 2, { areaId: county.id })).body.code).toBe('no-contract')
    expect((await plan(2, 1)).body.code).toBe('time-order')
    const other = (await bureau.post('/api/providers', { name: 'Other', areaId: county.id })).body.id
    const stranger = (await bureau.post('/api/caregivers', { providerId: other, name: 'X' })).body.id
    expect((await plan(1, 2, { caregiverId: stranger })).status).toBe(404)
    expect((await bureau.post('/api/group-sessions', {})).status).toBe(403)
  })
  test('that is cancelled can be planned again, and lists are the latest first', async () => {
    const [early, late] = [(await plan(30, 31)).body, (await plan(40, 41)).body]
    const state = (version: number, to: string) =>
      admin.send('PATCH', `/api/group-sessions/${late.id}`, { version, state: to })
    expect((await state(1, 'cancelled')).body.state).toBe('cancelled')
    expect((await state(2, 'planned')).body.state).toBe('planned')
    const page = (await clerk.get('/api/group-sessions?state=planned&limit=1')).body
    expect(page.items).toMatchObject([{ id: late.id }])
    const next = (await clerk.get(`/api/group-sessions?state=planned&limit=1&cursor=${page.next}`)).body
    expect(next.items).toMatchObject([{ id: early.id }])
  })
})
