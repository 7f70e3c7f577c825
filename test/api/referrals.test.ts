import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, type Client, startTestApi } from './api.fixture.ts'

let api: Api
let lead: Client
let seat: Client
let other: Client
let village: { id: string; path: string }

beforeAll(async () => {
  api = await startTestApi()
  const county = await api.area('安居县')
  village = await api.area('柳树村', county.id)
  const elsewhere = await api.area('石桥村', county.id)
  await api.user('lead', 'shift-lead', county.id)
  await api.user('seat', 'seat', county.id)
  await api.user('other', 'seat', elsewhere.id)
  lead = await api.signIn('lead')
  seat = await api.signIn('seat')
  other = await api.signIn('other')
})
afterAll(() => api.stop())

const inDays = (days: number) => new Date(api.deps.now().getTime() + days * 86_400_000).toISOString()
const step = (id: string, body: object, who: Client = seat) => who.post(`/api/referrals/${id}/steps`, body)

test('a referral runs from open to done and can be opened again; each step stands in its history', async () => {
  const elder = (await lead.post('/api/elders', { name: '张桂英', areaId: village.id })).body
  const made = await seat.post('/api/referrals', {
    kind: 'drains',
    what: '下水道堵了',
    elderId: elder.id,
    dueAt: inDays(2),
  })
  expect([made.status, made.body.state, made.body.area.id, made.body.openedBy.name]).toEqual([
    201,
    'open',
    village.id,
    'name of seat',
  ])
  const { id } = made.body
  const handed = await step(id, { version: 1, step: 'hand-on', handedTo: '王师傅' })
  expect([handed.body.state, handed.body.handedTo]).toEqual(['handed-on', '王师傅'])
  const done = await step(id, { version: 2, step: 'done', result: '通了，老人自付 80 元' })
  expect([done.body.state, done.body.closedBy.name]).toEqual(['done', 'name of seat'])
  const twice = await step(id, { version: 3, step: 'done' })
  expect([twice.status, twice.body.code]).toEqual([409, 'referral-closed'])
  const reopened = await step(id, { version: 3, step: 'reopen', result: '又堵了' })
  expect([reopened.body.state, reopened.body.closedAt]).toEqual(['open', null])
  const history = (await seat.get(`/api/history?subject=referral:${id}`)).body.items
  expect(history.map(({ action }: { action: string }) => action)).toEqual(['reopen', 'done', 'hand-on', 'opened'])
  expect((await other.get(`/api/referrals/${id}`)).status).toBe(404)
  expect((await step(id, { version: 4, step: 'drop' }, other)).status).toBe(404)
})

test('of two who change one referral at once the second is told what it is now', async () => {
  const { id } = (await seat.post('/api/referrals', { kind: 'other', what: '修收音机' })).body
  expect((await step(id, { version: 1, step: 'hand-on', handedTo: '李师傅' })).status).toBe(200)
  const late = await lead.send('PATCH', `/api/referrals/${id}`, { version: 1, what: '修电视' })
  expect([late.status, late.body.code, late.body.current.handedTo, late.body.lastChange.user.name]).toEqual([
    409,
    'changed-meanwhile',
    '李师傅',
    'name of seat',
  ])
})

test('the overdue are marked, counted and listed apart; the closed are not overdue', async () => {
  const due = { kind: 'electric', what: '灯不亮', dueAt: inDays(-1) }
  const late = (await seat.post('/api/referrals', due)).body
  const closed = (await seat.post('/api/referrals', due)).body
  await step(closed.id, { version: 1, step: 'drop', result: '老人自己换了' })
  const list = (await seat.get('/api/referrals?show=overdue')).body
  expect(list.items.map(({ id }: { id: string }) => id)).toEqual([late.id])
  expect([list.items[0].overdue, list.counts.overdue]).toEqual([true, 1])
  const electric = (await seat.get('/api/referrals?show=all&kind=electric')).body.items
  expect(electric).toHaveLength(2)
})
