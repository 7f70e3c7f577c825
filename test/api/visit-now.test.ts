import { decideNext } from '@anju/prisma/deadline/decide'
import { transact } from '@anju/prisma/tx'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, startTestApi } from './api.fixture.ts'
import { deliver, press } from './facts.fixture.ts'
import { planned, village, type Village } from './visit.fixture.ts'

let api: Api
let here: Village
let elsewhere: Village
beforeAll(async () => {
  api = await startTestApi()
  here = await village(api)
  elsewhere = await village(api, '竹林村')
})
afterAll(() => api.stop())

/** As a tap at the door would leave it. */
async function isInside(id: string, sinceMin = 20): Promise<string> {
  const began = new Date(api.deps.now().getTime() - sinceMin * 60_000)
  await api.pool.query(`update visit set state = 'in-service', began_at = $2 where id = $1`, [id, began])
  return began.toISOString()
}

test('who is in which home now is told within one’s scope, with whom to ring; a caregiver sees her own alone', async () => {
  const [one, two] = here.caregivers
  if (!one || !two) throw new Error('no caregivers')
  await api.pool.query(`update caregiver set phone = '13900000001' where id = $1`, [one.id])
  const id = await planned(api, here, { inMin: -30, caregiverId: one.id })
  expect((await here.lead.get('/api/visits/now')).body.items).toEqual([])
  const since = await isInside(id)
  const { items } = (await here.lead.get('/api/visits/now')).body
  expect(items).toMatchObject([
    {
      id,
      state: 'in-service',
      since,
      elders: [{ name: '张桂英', visitId: id }],
      caregiver: { name: '李护工', phone: '13900000001' },
    },
  ])
  const at = async (query: string) => (await here.lead.get(`/api/visits/now?${query}`)).body.items.length
  expect([await at(`home=${here.homeId}`), await at(`elder=${here.elderId}`)]).toEqual([1, 1])
  expect(await at(`home=${elsewhere.homeId}`)).toBe(0)
  const seen = async (client: Village['lead']) => (await client.get('/api/visits/now')).body.items.length
  expect([await seen(elsewhere.lead), await seen(elsewhere.office)]).toEqual([0, 0])
  expect([await seen(here.office), await seen(one.client), await seen(two.client)]).toEqual([1, 1, 0])
  const map = (await here.lead.get('/api/map')).body
  expect([map.layers, map.visits.map((visit: { id: string }) => visit.id)]).toEqual([
    ['homes', 'alarms', 'visits'],
    [id],
  ])
})

test('a couple’s joint visit is one: one caregiver in one home, whichever of the two is asked for', async () => {
  const place = await village(api, '荷花村')
  const wife = (await place.lead.post('/api/elders', { name: '刘玉兰', homeId: place.homeId })).body
  const [one] = place.caregivers
  const from = api.deps.now().getTime() - 30 * 60_000
  const { ids } = (
    await place.office.post('/api/visits', {
      elderIds: [place.elderId, wife.id],
      providerId: place.providerId,
      serviceIds: [place.serviceId],
      plannedFrom: new Date(from).toISOString(),
      plannedTo: new Date(from + 3_600_000).toISOString(),
    })
  ).body
  await place.office.post(`/api/visits/${ids[0]}/assign`, { version: 1, caregiverId: one?.id })
  const since = await isInside(ids[1])
  await api.pool.query(`update visit set state = 'on-the-way' where id = $1`, [ids[0]])
  for (const of of ['', `?home=${place.homeId}`, `?elder=${place.elderId}`, `?elder=${wife.id}`]) {
    const { items } = (await place.lead.get(`/api/visits/now${of}`)).body
    expect([of, items.length]).toEqual([of, 1])
    expect(items[0]).toMatchObject({ state: 'in-service', since, caregiver: { id: one?.id } })
    expect(items[0].elders.map(({ visitId }: { visitId: string }) => visitId).sort()).toEqual(ids.toSorted())
  }
})

test('an alarm says who is in the home, and which caregiver’s last tap is nearest, with what she lacks', async () => {
  const [one, two] = here.caregivers
  if (!one || !two) throw new Error('no caregivers')
  await api.pool.query(`update caregiver set phone = '13900000002' where id = $1`, [two.id])
  const other = (await here.lead.post('/api/elders', { name: '李大爷', areaId: here.areaId })).body
  const place = (id: string, lon: number) =>
    api.pool.query(
      `update home set lon = $2, lat = 30, given_lon = $2, given_lat = 30, position_system = 'wgs84' where id = $1`,
      [id, lon],
    )
  await place(here.homeId, 104)
  await place(other.home.id, 104.01)
  const near = await planned(api, { ...here, elderId: other.id }, { inMin: -40, caregiverId: two.id })
  const sinceNear = await isInside(near, 35)
  const button = (await here.lead.post('/api/devices', { kind: 'button', elderId: here.elderId })).body
  await deliver(api.pool, button.id, 'press', press())
  const open = (await here.lead.get('/api/alarms?state=open')).body.items
  const alarm = (
    await here.lead.get(`/api/alarms/${open.find((a: { elderId: string }) => a.elderId === here.elderId).id}`)
  ).body
  expect(alarm.inside).toMatchObject([{ state: 'in-service', caregiver: { id: one.id, phone: '13900000001' } }])
  expect(alarm.visit).toBeNull()
  expect(alarm.caregivers.map(({ id }: { id: string }) => id).slice(0, 2)).toEqual([one.id, two.id])
  const [first, second] = alarm.caregivers
  expect(first.lastTap).toMatchObject({ inside: true, elderName: '张桂英', metres: 0 })
  expect(second.lastTap).toMatchObject({ at: sinceNear, elderName: '李大爷' })
  expect(second.lastTap.metres).toBeGreaterThan(900)
  expect(second.lastTap.metres).toBeLessThan(1000)
  await api.pool.query(
    `update credential set expires_on = '2021-01-01' where caregiver_id = $1 and kind = 'medical-check'`,
    [two.id],
  )
  const again = (await here.lead.get(`/api/alarms/${alarm.id}`)).body
  const lacks = again.caregivers.find(({ id }: { id: string }) => id === two.id).missing
  expect(lacks).toContainEqual({ kind: 'medical-check', why: 'expired', day: '2021-01-01' })
})

test('an alarm about a visit says which, whose, since when, and whom to call', async () => {
  const [one] = here.caregivers
  if (!one) throw new Error('no caregiver')
  await api.pool.query(`update provider set phone = '0838-1234567' where id = $1`, [here.providerId])
  const id = await planned(api, here, { inMin: 60 * 24 * 9, caregiverId: one.id })
  const from = Date.parse((await here.office.get(`/api/visits/${id}`)).body.plannedFrom)
  const now = new Date(from + 31 * 60_000)
  while (await transact(api.pool, (tx) => decideNext(tx, now)));
  const { items } = (await here.lead.get('/api/alarms?state=open&limit=1000')).body
  const missing = items.find((a: { subject: string; kind: string }) => a.subject === `visit:${id}`)
  const alarm = (await here.lead.get(`/api/alarms/${missing.id}`)).body
  expect(alarm).toMatchObject({
    kind: 'caregiver-missing',
    elder: { id: here.elderId },
    visit: {
      id,
      because: 'missing',
      afterMin: 30,
      state: 'assigned',
      caregiver: { name: '李护工', phone: '13900000001' },
      provider: { phone: '0838-1234567' },
    },
  })
  expect(alarm.playbook.steps.map(({ step }: { step: string }) => step)).toEqual([
    'caregiver',
    'provider',
    'speak',
    'in-person',
  ])
})
