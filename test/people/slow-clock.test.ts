import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, type Client, startTestApi } from '../api/api.fixture.ts'
import { deliver } from '../api/facts.fixture.ts'

/** A button that was moved, and whose own clock says that this was still to come. */
const HOUR_MS = 3_600_000
const ago = (hours: number) => new Date(Date.now() - hours * HOUR_MS).toISOString()

let api: Api
let lead: Client
let western: Client
let areas: { top: string; east: string; west: string }
beforeAll(async () => {
  api = await startTestApi()
  const top = (await api.area('County')).id
  areas = { top, east: (await api.area('East', top)).id, west: (await api.area('West', top)).id }
  await api.user('slow-lead', 'shift-lead', top)
  await api.user('west-lead', 'shift-lead', areas.west)
  lead = await api.signIn('slow-lead')
  western = await api.signIn('west-lead')
})
afterAll(() => api.stop())

let count = 0
interface Person {
  id: string
  homeId: string
}
async function elder(name: string, areaId: string, more: object = {}): Promise<Person> {
  const { id, home } = (await lead.post('/api/elders', { name, areaId, landmark: `${name}的门`, ...more })).body
  await api.pool.query(`update residence set valid_from = now() - interval '9 days' where elder_id = $1`, [id])
  return { id, homeId: home.id }
}

/** Stood with `from` for days, and stands with `to` since two hours ago. */
async function moved(kind: string, from: Person, to: Person): Promise<string> {
  const { id } = (await lead.post('/api/devices', { kind, elderId: from.id })).body
  await api.pool.query(`update assignment set valid_from = now() - interval '8 days' where device_id = $1`, [id])
  const bound = await lead.post(`/api/devices/${id}/bind`, { elderId: to.id, from: ago(2), move: true })
  expect([bound.status, bound.body.code]).toEqual([200, undefined])
  return id
}

/** A press whose button says that it is five hours earlier. */
async function pressLate(deviceId: string): Promise<void> {
  await deliver(api.pool, deviceId, 'press', { id: `slow-${++count}`, at: ago(5) })
}
const openOf = async (elderId: string, client = lead) => {
  const { items } = (await client.get('/api/alarms?state=open')).body
  const row = items.find((item: { elderId: string }) => item.elderId === elderId)
  return row && (await client.get(`/api/alarms/${row.id}`)).body
}

test('a press of a slow clock after a move names both homes, and whoever asks says which it is', async () => {
  const [her, other] = [await elder('旧家', areas.east), await elder('新家', areas.west, { phone: '19900001234' })]
  const button = await moved('button', her, other)
  await pressLate(button)
  const alarm = await openOf(her.id)
  expect(alarm).toMatchObject({ homeId: her.homeId, home: { landmark: '旧家的门' } })
  expect(alarm.stands).toMatchObject({
    deviceId: button,
    home: { id: other.homeId, landmark: '新家的门', residents: [{ name: '新家' }] },
    area: { name: 'West' },
    elder: { name: '新家', phone: '19900001234' },
    answer: null,
  })
  const raised = alarm.entries.find(({ kind }: { kind: string }) => kind === 'raised')
  expect(raised.body.marks).toContain('moved-since')

  const early = await lead.post(`/api/alarms/${alarm.id}/place`, { homeId: other.homeId })
  expect([early.status, early.body.code]).toEqual([409, 'alarm-not-owned'])
  await lead.post(`/api/alarms/${alarm.id}/acknowledge`, {})
  const nowhere = await lead.post(`/api/alarms/${alarm.id}/place`, { homeId: crypto.randomUUID() })
  expect(nowhere.body.code).toBe('button-moved-on')
  expect(await openOf(other.id, western)).toBeUndefined()

  const placed = await lead.post(`/api/alarms/${alarm.id}/place`, { homeId: other.homeId })
  expect([placed.status, placed.body]).toMatchObject([
    200,
    { elderId: other.id, homeId: other.homeId, area: { name: 'West' }, stands: null, state: 'handling' },
  ])
  expect(placed.body.entries.at(-1)).toMatchObject({ kind: 'placed', body: { where: 'now' } })
  expect((await openOf(other.id, western)).id).toBe(alarm.id)
})

test('whoever finds her at the old home is not asked again by the same disagreement', async () => {
  const [her, other] = [await elder('还在', areas.east), await elder('不在', areas.east)]
  const button = await moved('button', her, other)
  await pressLate(button)
  const { id } = await openOf(her.id)
  await lead.post(`/api/alarms/${id}/acknowledge`, {})
  await lead.post(`/api/alarms/${id}/place`, { homeId: her.homeId })
  await pressLate(button)
  expect(await openOf(her.id)).toMatchObject({
    id,
    homeId: her.homeId,
    presses: 2,
    stands: { home: { id: other.homeId }, answer: { user: { name: 'name of slow-lead' } } },
  })
})

test('one who has an open alarm already is not given a second', async () => {
  const [her, other] = [await elder('甲', areas.east), await elder('乙', areas.east)]
  const button = await moved('button', her, other)
  await deliver(api.pool, button, 'press', { id: 'right', at: ago(0) })
  await pressLate(button)
  const { id, stands } = await openOf(her.id)
  await lead.post(`/api/alarms/${id}/acknowledge`, {})
  const refused = await lead.post(`/api/alarms/${id}/place`, { homeId: stands.home.id })
  expect([refused.status, refused.body.code]).toEqual([409, 'alarm-there'])
})

test('a button that was taken down is said to hang nowhere', async () => {
  const her = await elder('取下', areas.east)
  const { id } = (await lead.post('/api/devices', { kind: 'button', elderId: her.id })).body
  await api.pool.query(
    `update assignment set valid_from = now() - interval '8 days', valid_to = now() - interval '1 hour'
    where device_id = $1`,
    [id],
  )
  await pressLate(id)
  expect((await openOf(her.id)).stands).toMatchObject({ deviceId: id, home: null })
})

test('readings of an outbox keep the home of their own time, and say that the meter has moved since', async () => {
  const [her, other] = [await elder('称重', areas.east), await elder('接秤', areas.east)]
  const scale = await moved('scale', her, other)
  const weight = (id: string, at: string) =>
    deliver(api.pool, scale, 'reading', { id, at, kind: 'weight', value: 60, unit: 'kg' })
  await weight('before', ago(5))
  await weight('after', ago(1))
  const marksOf = async ({ id }: Person) =>
    (await lead.get(`/api/elders/${id}/readings`)).body.items.map((each: { messageId: string; marks: string[] }) => [
      each.messageId,
      each.marks.includes('moved-since'),
    ])
  expect(await marksOf(her)).toEqual([['before', true]])
  expect(await marksOf(other)).toEqual([['after', false]])
})
