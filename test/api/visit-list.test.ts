import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, type Client, startTestApi } from './api.fixture.ts'
import { planned, type Village, village } from './visit.fixture.ts'

let api: Api
let west: Village
let east: Village
let city: Client
const DAY_MIN = 24 * 60
/** By when they begin, in days from now. */
const at = new Map<number, string>()
let elsewhere = ''
beforeAll(async () => {
  api = await startTestApi()
  const over = await api.area('两县之市')
  west = await village(api, '枣林村', over.id)
  east = await village(api, '石榴村', over.id)
  await api.user('city', 'bureau', over.id)
  city = await api.signIn('city')
  for (const days of [-3, 2, -1, 0, 1, -2]) {
    const caregiverId = west.caregivers[days < 0 ? 0 : 1]!.id
    const id = await planned(api, west, { inMin: Math.abs(days) * DAY_MIN + 60, caregiverId })
    const shift = `interval '1 minute' * ${(days - Math.abs(days)) * DAY_MIN}`
    await api.pool.query(
      `update visit set planned_from = planned_from + ${shift}, planned_to = planned_to + ${shift} where id = $1`,
      [id],
    )
    at.set(days, id)
  }
  elsewhere = await planned(api, east, { inMin: 4 * DAY_MIN, caregiverId: east.caregivers[0]!.id })
})
afterAll(() => api.stop())

const of = (...days: number[]) => days.map((day) => at.get(day))
const listed = async (query: string, client = city) => (await client.get(`/api/visits?${query}`)).body
const ids = async (query: string, client = city) =>
  (await listed(query, client)).items.map(({ id }: { id: string }) => id)
/** All of a list, page by page. */
async function walked(query: string, limit: number): Promise<string[]> {
  const all: string[] = []
  let cursor = ''
  do {
    const { items, next } = await listed(`${query}&limit=${limit}${cursor && `&cursor=${cursor}`}`)
    expect(items.length).toBeLessThanOrEqual(limit)
    all.push(...items.map(({ id }: { id: string }) => id))
    cursor = next ?? ''
  } while (cursor !== '')
  return all
}

test('around today: what is ahead, the soonest first, then what was, the latest first, whatever the pages’ length', async () => {
  const query = `provider=${west.providerId}&around=${api.deps.now().toISOString()}`
  const all = of(0, 1, 2, -1, -2, -3)
  expect(await ids(query)).toEqual(all)
  for (const limit of [1, 2, 3, 4, 5, 6]) expect([limit, await walked(query, limit)]).toEqual([limit, all])
})

test('latest first unless asked to be turned, and paged either way', async () => {
  const query = `provider=${west.providerId}`
  expect(await ids(query)).toEqual(of(2, 1, 0, -1, -2, -3))
  expect(await walked(`${query}&order=earliest`, 2)).toEqual(of(-3, -2, -1, 0, 1, 2))
  expect(await walked(`${query}&order=latest`, 4)).toEqual(of(2, 1, 0, -1, -2, -3))
})

test('visits of one moment are each on one page, in either direction', async () => {
  await api.pool.query('update visit set planned_from = $2, planned_to = $3 where id = any($1)', [
    of(1, 2),
    '2031-05-01T01:00:00Z',
    '2031-05-01T02:00:00Z',
  ])
  for (const order of ['order=earliest', 'order=latest', `around=${api.deps.now().toISOString()}`]) {
    const query = `provider=${west.providerId}&${order}`
    expect([order, await walked(query, 1)]).toEqual([order, await ids(query)])
  }
})

test('narrowed by caregiver, provider and area, within the scope of who asks', async () => {
  expect((await ids(`caregiver=${west.caregivers[0]!.id}`)).toSorted()).toEqual(of(-1, -2, -3).toSorted())
  expect(await ids(`caregiver=${west.caregivers[0]!.id}&state=ready`)).toEqual([])
  expect(await ids(`provider=${east.providerId}`)).toEqual([elsewhere])
  expect(await ids(`area=${east.areaId}`)).toEqual([elsewhere])
  expect(await ids(`area=${crypto.randomUUID()}`)).toEqual([])
  expect(await ids(`provider=${east.providerId}`, west.office)).toEqual([])
  expect(await ids(`caregiver=${east.caregivers[0]!.id}`, west.office)).toEqual([])
})
