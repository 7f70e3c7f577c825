import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Api, startTestApi } from './api.fixture.ts'
import { type Village, village } from './visit.fixture.ts'

let api: Api
let here: Village
const HOUR_MS = 3_600_000
beforeAll(async () => {
  api = await startTestApi()
  here = await village(api)
})
afterAll(() => api.stop())
beforeEach(() => {
  api.clock.offsetMs = 0
})

const at = (hours: number) => new Date(api.deps.now().getTime() + hours * HOUR_MS).toISOString()
async function session(
  from = 1,
): Promise<{ id: string; change: (body: object, client?: Village['office']) => Change }> {
  const { providerId, areaId } = here
  const facts = { title: '健康操', place: '村文化礼堂', plannedFrom: at(from), plannedTo: at(from + 1) }
  const { id } = (await here.office.post('/api/group-sessions', { providerId, areaId, ...facts })).body
  return { id, change: (body, client = here.office) => client.send('PATCH', `/api/group-sessions/${id}`, body) }
}
type Change = ReturnType<Village['office']['send']>

test('before it begins everything of it is changed, and its history says what, by whom and who leads by name', async () => {
  const { id, change } = await session()
  const caregiverId = here.caregivers[0]!.id
  const body = { title: '包粽子', place: '老年食堂', plannedFrom: at(3), plannedTo: at(5), caregiverId, note: '带围裙' }
  const { status, body: now } = await change({ version: 1, ...body })
  const { caregiverId: led, ...shown } = body
  expect([status, now]).toMatchObject([200, { ...shown, caregiver: { id: led, name: '李护工' }, version: 2 }])
  const [last] = (await here.office.get(`/api/history?subject=group-session:${id}`)).body.items
  expect(last).toMatchObject({
    action: 'changed',
    user: { name: 'name of 柳树村 office' },
    before: { title: '健康操', caregiver: null },
    after: { title: '包粽子', caregiver: '李护工' },
  })
  expect(last.after.caregiverId).toBeUndefined()
})

test('moved to where no contract reaches, or ended before it begins, it stays as it was', async () => {
  const { change } = await session()
  const past = { plannedFrom: '2019-05-01T01:00:00Z', plannedTo: '2019-05-01T02:00:00Z' }
  expect((await change({ version: 1, ...past })).body.code).toBe('no-contract')
  expect((await change({ version: 1, plannedTo: at(0) })).body.code).toBe('time-order')
  const other = await village(api, '东河村')
  expect((await change({ version: 1, caregiverId: other.caregivers[0]!.id })).status).toBe(404)
  expect((await change({ version: 1, title: 'x' }, other.office)).status).toBe(404)
  expect((await change({ version: 1, note: '还在' })).body).toMatchObject({ title: '健康操', note: '还在', version: 2 })
})

test('once it began its place and begin are facts; once held only its note is changed', async () => {
  const { change } = await session()
  api.clock.offsetMs = 1.5 * HOUR_MS
  expect((await change({ version: 1, place: '别处' })).body.code).toBe('session-begun')
  expect((await change({ version: 1, plannedFrom: at(9), plannedTo: at(10) })).body.code).toBe('session-begun')
  const caregiverId = here.caregivers[1]!.id
  const longer = await change({ version: 1, plannedTo: at(2), caregiverId, note: '小李临时来不了' })
  expect(longer.body).toMatchObject({ caregiver: { name: '王护工' }, version: 2 })
  expect((await change({ version: 2, state: 'held' })).body.state).toBe('held')
  expect((await change({ version: 3, caregiverId: null })).body.code).toBe('session-state')
  expect((await change({ version: 3, note: '共 30 份绿豆汤' })).body).toMatchObject({
    note: '共 30 份绿豆汤',
    version: 4,
  })
})

test('two edit at once: one is saved, the other is told what stands now and whose change it was', async () => {
  for (let round = 0; round < 5; round++) {
    const { id, change } = await session(round + 1)
    const answers = await Promise.all([
      change({ version: 1, place: '甲处' }),
      change({ version: 1, place: '乙处' }, here.lead),
    ])
    const [won, lost] = answers.toSorted((a, b) => a.status - b.status)
    expect([won!.status, lost!.status, lost!.body.code]).toEqual([200, 409, 'changed-meanwhile'])
    const kept = (await here.office.get(`/api/group-sessions/${id}`)).body
    expect([kept.place, kept.version]).toEqual([won!.body.place, 2])
    const winner = won === answers[0] ? 'office' : 'lead'
    expect(lost!.body).toMatchObject({
      current: { place: kept.place, caregiverId: null, version: 2 },
      lastChange: { user: { name: `name of 柳树村 ${winner}` } },
    })
  }
})
