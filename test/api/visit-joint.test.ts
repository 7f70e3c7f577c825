import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, startTestApi } from './api.fixture.ts'
import { type Village, village } from './visit.fixture.ts'

let api: Api
let here: Village
let husband = ''
beforeAll(async () => {
  api = await startTestApi()
  here = await village(api)
  husband = (await here.lead.post('/api/elders', { name: '王德顺', homeId: here.homeId })).body.id
})
afterAll(() => api.stop())

const DAY_MIN = 24 * 60
let days = 1
const later = (minutes: number) => new Date(api.deps.now().getTime() + minutes * 60_000).toISOString()
/** A couple's joint visit, given to a caregiver: each is at version 2. */
async function couple(): Promise<[string, string]> {
  const inMin = days++ * DAY_MIN
  const answer = await here.office.post('/api/visits', {
    elderIds: [here.elderId, husband],
    providerId: here.providerId,
    serviceIds: [here.serviceId],
    plannedFrom: later(inMin),
    plannedTo: later(inMin + 90),
  })
  const [one, two] = answer.body.ids as [string, string]
  await here.office.post(`/api/visits/${one}/assign`, { version: 1, caregiverId: here.caregivers[0]!.id })
  return [one, two]
}
const visit = async (id: string) => (await here.office.get(`/api/visits/${id}`)).body
const both = (ids: string[]) => Promise.all(ids.map(visit))
const moved = (inMin: number, more: object = {}) => ({
  version: 2,
  plannedFrom: later(inMin),
  plannedTo: later(inMin + 60),
  reason: '下雨',
  ...more,
})
const kinds = ({ entries }: { entries: { kind: string }[] }) => entries.map(({ kind }) => kind)

test('each of a joint visit names the other with what may be done with it', async () => {
  const [one, two] = await couple()
  expect((await visit(one)).joint).toMatchObject([
    {
      id: two,
      elder: { name: '王德顺' },
      version: 2,
      can: { reschedule: { allowed: true }, cancel: { allowed: true } },
    },
  ])
  const single = await here.office.post(`/api/visits/${two}/cancel`, { version: 2, reason: '住院' })
  expect(single.status).toBe(200)
  const file = await here.office.get(`/api/visits/${one}/evidence`)
  expect([file.status, JSON.stringify(file.body).includes('王德顺')]).toEqual([200, false])
  const [left] = (await visit(one)).joint
  expect([left.state, left.can.cancel]).toEqual(['cancelled', { allowed: false, reason: 'visit-state' }])
  expect((await visit(one)).state).toBe('assigned')
})

test('both are moved by one act with one reason, stay a joint visit, and can be cancelled by another', async () => {
  const [one, two] = await couple()
  const body = moved(40 * DAY_MIN, { also: [{ id: two, version: 2 }] })
  expect((await here.office.post(`/api/visits/${one}/reschedule`, body)).status).toBe(200)
  const after = await both([one, two])
  expect(after.map(({ plannedFrom, plannedTo, version }) => [plannedFrom, plannedTo, version])).toEqual([
    [body.plannedFrom, body.plannedTo, 3],
    [body.plannedFrom, body.plannedTo, 3],
  ])
  expect([after[0].jointId, after[0].jointId]).toEqual([after[1].jointId, expect.any(String)])
  for (const { entries } of after) {
    expect(entries.at(-1)).toMatchObject({ kind: 'rescheduled', body: { reason: '下雨', together: true } })
  }
  const cancel = { version: 3, reason: '搬去女儿家', also: [{ id: one, version: 3 }] }
  expect((await here.office.post(`/api/visits/${two}/cancel`, cancel)).status).toBe(200)
  expect((await both([one, two])).map(({ state }) => state)).toEqual(['cancelled', 'cancelled'])
})

test('one that is moved alone is no joint visit any more, and neither is the one left behind', async () => {
  const [one, two] = await couple()
  const before = await visit(two)
  expect((await here.office.post(`/api/visits/${one}/reschedule`, moved(50 * DAY_MIN))).status).toBe(200)
  const [gone, stays] = await both([one, two])
  expect([gone.jointId, stays.jointId, stays.plannedFrom, stays.version]).toEqual([null, null, before.plannedFrom, 3])
  expect([gone.entries.at(-1).body.together, kinds(stays).at(-1)]).toEqual([false, 'parted'])
})

test('were the other changed meanwhile or done already, neither moves', async () => {
  const [one, two] = await couple()
  await here.office.post(`/api/visits/${two}/assign`, { version: 2, caregiverId: here.caregivers[1]!.id })
  const stale = await here.office.post(
    `/api/visits/${one}/reschedule`,
    moved(60 * DAY_MIN, { version: 3, also: [{ id: two, version: 2 }] }),
  )
  expect([stale.status, stale.body.code]).toEqual([409, 'changed-meanwhile'])
  await api.pool.query(`update visit set state = 'evaluated' where id = $1`, [two])
  const { version } = await visit(two)
  const done = await here.office.post(`/api/visits/${one}/cancel`, {
    version: 3,
    reason: 'x',
    also: [{ id: two, version }],
  })
  expect([done.status, done.body.code]).toEqual([409, 'visit-state'])
  const [stays] = await both([one])
  expect([stays.state, stays.version, kinds(stays).includes('rescheduled')]).toEqual(['assigned', 3, false])
  const [, stranger] = await couple()
  const foreign = await here.office.post(`/api/visits/${one}/cancel`, {
    version: 3,
    reason: 'x',
    also: [{ id: stranger, version: 2 }],
  })
  expect([foreign.status, foreign.body.code]).toEqual([409, 'changed-meanwhile'])
})

test('the other named twice is refused: its story would tell it twice', async () => {
  const [one, two] = await couple()
  const also = [two, two].map((id) => ({ id, version: 2 }))
  const twice = await here.office.post(`/api/visits/${one}/cancel`, { version: 2, reason: 'x', also })
  expect([twice.status, twice.body.code]).toEqual([400, 'invalid-request'])
  expect((await both([one, two])).map(({ state }) => state)).not.toContain('cancelled')
})

test('two people at once, each from another of the two: one wins whole, the other is told', async () => {
  for (let round = 0; round < 8; round++) {
    const [one, two] = await couple()
    const [move, cancel] = await Promise.all([
      here.office.post(
        `/api/visits/${one}/reschedule`,
        moved((100 + round) * DAY_MIN, { also: [{ id: two, version: 2 }] }),
      ),
      here.office.post(`/api/visits/${two}/cancel`, { version: 2, reason: '不去了', also: [{ id: one, version: 2 }] }),
    ])
    expect([move.status, cancel.status].toSorted()).toEqual([200, 409])
    expect((move.status === 409 ? move : cancel).body.code).toMatch(/changed-meanwhile|visit-state/)
    const [a, b] = await both([one, two])
    expect([a.state, a.plannedFrom, a.version]).toEqual([b.state, b.plannedFrom, b.version])
    expect([a.state, a.version]).toEqual([move.status === 200 ? 'assigned' : 'cancelled', 3])
  }
})
