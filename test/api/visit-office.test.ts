import { afterAll, beforeAll, expect, test } from 'vitest'
import { isSampled } from '@anju/domain/visit/sample'
import { sampleSecret } from '@anju/prisma/visit-feedback/share'
import { type Api, type Client, startTestApi } from './api.fixture.ts'
import { planned, type Village, village } from './visit.fixture.ts'

let api: Api
let here: Village
let seat: Client
beforeAll(async () => {
  api = await startTestApi()
  here = await village(api)
  const { path } = (await here.lead.get('/api/session')).body.user.area
  const { rows } = await api.pool.query<{ id: string }>('select id from area where path = $1', [path])
  await api.user('seat', 'seat', rows[0]!.id)
  seat = await api.signIn('seat')
})
afterAll(() => api.stop())

const DAY_MIN = 24 * 60
const minutesFromNow = (minutes: number) => new Date(api.deps.now().getTime() + minutes * 60_000).toISOString()
/** As if the caregiver had been there. */
const given = async (id: string, state = 'evaluated') => {
  await api.pool.query(
    `update visit set state = $2, began_at = $3::timestamptz - interval '1 hour', left_at = $3 where id = $1`,
    [id, state, api.deps.now()],
  )
  return id
}
const neighbour = async (name: string) => {
  const elder = await here.lead.post('/api/elders', { name, areaId: here.areaId, address: name })
  return { ...here, elderId: String(elder.body.id), homeId: String(elder.body.home.id) }
}

test('a joint visit is given and drawn as one: both elders’ visits go to one caregiver', async () => {
  const husband = await here.lead.post('/api/elders', { name: '王德顺', homeId: here.homeId })
  const answer = await here.office.post('/api/visits', {
    elderIds: [here.elderId, husband.body.id],
    providerId: here.providerId,
    serviceIds: [here.serviceId],
    plannedFrom: minutesFromNow(DAY_MIN),
    plannedTo: minutesFromNow(DAY_MIN + 90),
  })
  const [one, two] = answer.body.ids as string[]
  const body = { version: 1, caregiverId: here.caregivers[0]!.id }
  expect((await here.office.post(`/api/visits/${one}/assign`, body)).status).toBe(200)
  const other = (await here.office.get(`/api/visits/${two}`)).body
  expect([other.state, other.caregiver.id, other.version]).toEqual(['assigned', here.caregivers[0]!.id, 2])
  const board = await here.office.get(`/api/visits/board?from=${minutesFromNow(0)}&to=${minutesFromNow(2 * DAY_MIN)}`)
  const drawn = board.body.visits.filter((visit: { id: string }) => [one, two].includes(visit.id))
  expect(drawn.map(({ jointId }: { jointId: string }) => jointId)).toEqual([other.jointId, other.jointId])
  expect(board.body.homes).toMatchObject([{ id: here.homeId, address: '3 组 12 号', areaName: '柳树村' }])
  expect(board.body.caregivers.map(({ id }: { id: string }) => id).toSorted()).toEqual(
    here.caregivers.map(({ id }) => id).toSorted(),
  )
})

test('the board of one week leaves out other times, other areas and other providers', async () => {
  const id = await planned(api, here, { inMin: 20 * DAY_MIN })
  const week = (client: Client, more = '') =>
    client.get(`/api/visits/board?from=${minutesFromNow(19 * DAY_MIN)}&to=${minutesFromNow(26 * DAY_MIN)}${more}`)
  const ids = (answer: { body: { visits: { id: string }[] } }) => answer.body.visits.map((visit) => visit.id)
  expect(ids(await week(here.office))).toEqual([id])
  const elsewhere = await village(api, '东河村')
  const nothing = await week(elsewhere.office)
  expect([ids(nothing), JSON.stringify(nothing.body).includes(here.caregivers[0]!.id)]).toEqual([[], false])
  expect(ids(await week(here.bureau, `&area=${elsewhere.areaId}`))).toEqual([])
  const foreign = await week(here.bureau, `&provider=${elsewhere.providerId}`)
  expect([ids(foreign), foreign.body.caregivers]).toEqual([[], []])
})

test('who fits: reasons and an order, kinship told, and the office alone is answered', async () => {
  const [one, two] = here.caregivers
  const elder = await neighbour('李秀英')
  await given(await planned(api, elder, { inMin: -3 * DAY_MIN, caregiverId: two!.id }), 'ready')
  const id = await planned(api, elder, { inMin: 30 * DAY_MIN })
  await planned(api, here, { inMin: 30 * DAY_MIN + 20, caregiverId: one!.id })
  await api.pool.query(
    `insert into kinship (id, caregiver_id, elder_id, relation, declared_at) values ($1, $2, $3, '侄女', now())`,
    [crypto.randomUUID(), two!.id, elder.elderId],
  )
  const { body } = await here.office.get(`/api/visits/${id}/suggestions`)
  expect(body.items.map(({ caregiver, fits }: any) => [caregiver.id, fits])).toEqual([
    [two!.id, 'yes'],
    [one!.id, 'no'],
  ])
  expect(body.items[0].reasons).toEqual([
    { code: 'kin', relation: '侄女' },
    { code: 'knows-elder', visits: 1, lastAt: expect.any(String) },
    { code: 'travel-unknown' },
    { code: 'load', visits: 0, minutes: 0 },
  ])
  expect(body.items[1].reasons[0]).toMatchObject({ code: 'clash' })
  expect((await here.caregivers[0]!.client.get(`/api/visits/${id}/suggestions`)).status).toBe(403)
})

test('worklists: what is to be confirmed soon, and whom to call back; each leaves it when it is done', async () => {
  const elder = await neighbour('赵玉兰')
  await api.pool.query(`update elder set phone = '19900001111', hearing = '左耳' where id = $1`, [elder.elderId])
  const soon = await planned(api, elder, { inMin: 2 * DAY_MIN })
  await planned(api, elder, { inMin: 8 * DAY_MIN })
  const list = async (kind: string) =>
    (await here.office.get(`/api/visits/worklist?kind=${kind}`)).body.items.filter(
      (item: { elder: { id: string } }) => item.elder.id === elder.elderId,
    )
  expect(await list('to-confirm')).toMatchObject([{ id: soon, phone: '19900001111', hearing: '左耳' }])
  await here.office.post(`/api/visits/${soon}/confirm`, { spokeWith: '本人' })
  expect(await list('to-confirm')).toEqual([])
  await given(soon)
  expect(await list('to-call-back')).toMatchObject([{ id: soon }])
  await here.office.post(`/api/visits/${soon}/call-back`, { reached: true, satisfied: 'yes', next: '下周二上午' })
  expect(await list('to-call-back')).toEqual([])
})

test('12349 asks after the share that the rule picks; the provider sees only what was heard, and waits for nothing', async () => {
  const secret = sampleSecret(api.key)
  const elder = await neighbour('钱老太')
  const ids: string[] = []
  for (let i = 0; i < 30; i++) ids.push(await given(await planned(api, elder, { inMin: -DAY_MIN - i })))
  const listed = async () => {
    const { body } = await seat.get('/api/visits/to-ask')
    return body.items.map(({ id }: { id: string }) => id).filter((id: string) => ids.includes(id))
  }
  expect((await listed()).toSorted()).toEqual(ids.filter((id) => isSampled(id, secret, 10)).toSorted())
  expect((await seat.send('PUT', '/api/visits/to-ask/share', { sharePercent: 100 })).status).toBe(403)
  const share = await here.lead.send('PUT', '/api/visits/to-ask/share', { sharePercent: 100 })
  expect([share.status, (await listed()).length]).toEqual([200, 30])
  expect((await here.office.get('/api/visits/to-ask')).status).toBe(403)

  const [id] = ids
  await seat.post(`/api/visits/${id}/feedback`, { reached: false })
  const kinds = async (client: Client) =>
    (await client.get(`/api/visits/${id}`)).body.entries.map(({ kind }: { kind: string }) => kind)
  expect([await kinds(here.office), await kinds(here.bureau)]).toEqual([
    ['planned'],
    ['planned', 'feedback-not-reached'],
  ])
  const row = (await seat.get('/api/visits/to-ask')).body.items.find((item: { id: string }) => item.id === id)
  expect([row.tries, typeof row.lastTryAt]).toEqual([1, 'string'])
  const heard = { reached: true, spokeWith: '女儿', came: 'no', satisfied: 'no', note: '没人来过' }
  const asked = await seat.post(`/api/visits/${id}/feedback`, heard)
  expect([asked.status, asked.body.state]).toEqual([200, 'evaluated'])
  expect(await kinds(here.office)).toEqual(['planned', 'feedback'])
  expect((await seat.post(`/api/visits/${id}/feedback`, heard)).body.code).toBe('visit-asked')
  expect(await listed()).not.toContain(id)
  const ahead = await planned(api, elder, { inMin: 5 * DAY_MIN })
  expect((await seat.post(`/api/visits/${ahead}/feedback`, heard)).body.code).toBe('visit-state')
})
