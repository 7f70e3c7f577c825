import { afterAll, beforeAll, expect, test } from 'vitest'
import { transact } from '@anju/prisma/tx'
import { decideNext } from '@anju/prisma/deadline/decide'
import { type Api, startTestApi } from './api.fixture.ts'
import { planned, type Village, village } from './visit.fixture.ts'

let api: Api
let here: Village
beforeAll(async () => {
  api = await startTestApi()
  here = await village(api)
})
afterAll(() => api.stop())

const kinds = (visit: { entries: { kind: string }[] }) => visit.entries.map(({ kind }) => kind)

test('a work order is planned, given, accepted, confirmed and set out for; each step stands in its story', async () => {
  const [one] = here.caregivers
  const id = await planned(api, here, { inMin: 60 * 24, caregiverId: one!.id })
  const mine = await one!.client.get('/api/visits?state=ahead')
  expect(mine.body.items.map(({ id }: { id: string }) => id)).toContain(id)
  const accepted = await one!.client.post(`/api/visits/${id}/answer`, { accepts: true })
  expect([accepted.status, accepted.body.state]).toEqual([200, 'accepted'])
  const confirmed = await here.office.post(`/api/visits/${id}/confirm`, { spokeWith: '老人本人' })
  expect(confirmed.body.confirmedAt).not.toBeNull()
  const away = await one!.client.post(`/api/visits/${id}/set-out`, {})
  expect([away.body.state, kinds(away.body)]).toEqual([
    'on-the-way',
    ['planned', 'assigned', 'accepted', 'confirmed', 'set-out'],
  ])
  expect(away.body.can.accept).toEqual({ allowed: false, reason: 'visit-state' })
  expect(
    (await here.office.post(`/api/visits/${id}/cancel`, { version: away.body.version, reason: '老人改期' })).body.state,
  ).toBe('cancelled')
})

test('another caregiver, another provider and another area find nothing', async () => {
  const [one, two] = here.caregivers
  const id = await planned(api, here, { inMin: 60 * 48, caregiverId: one!.id })
  const elsewhere = await village(api, '石桥村')
  for (const client of [two!.client, elsewhere.office, elsewhere.bureau]) {
    expect((await client.get(`/api/visits/${id}`)).status).toBe(404)
    expect((await client.post(`/api/visits/${id}/notes`, { text: 'x' })).status).toBe(404)
  }
  expect((await one!.client.get(`/api/visits/${id}`)).body.elder.name).toBe('张桂英')
})

test('nobody is in two homes at once, nobody goes where no contract sends them, and nobody visits who is away', async () => {
  const [one] = here.caregivers
  await planned(api, here, { inMin: 60 * 72, caregiverId: one!.id })
  const other = await planned(api, here, { inMin: 60 * 72 + 30 })
  const busy = await here.office.post(`/api/visits/${other}/assign`, { version: 1, caregiverId: one!.id })
  expect([busy.status, busy.body.code, typeof busy.body.visit.id]).toEqual([409, 'caregiver-busy', 'string'])
  const when = { plannedFrom: '2019-01-01T01:00:00Z', plannedTo: '2019-01-01T02:00:00Z' }
  const visit = { elderIds: [here.elderId], providerId: here.providerId, serviceIds: [here.serviceId] }
  expect((await here.office.post('/api/visits', { ...visit, ...when })).body.code).toBe('no-contract')
  const backwards = { plannedFrom: when.plannedTo, plannedTo: when.plannedFrom }
  expect((await here.office.post('/api/visits', { ...visit, ...backwards })).body.code).toBe('time-order')
  const at = new Date(api.deps.now().getTime() + 90 * 86_400_000)
  const away = await here.lead.post(`/api/elders/${here.elderId}/absences`, {
    kind: 'hospital',
    from: new Date(at.getTime() - 3_600_000).toISOString(),
  })
  expect(away.status).toBe(200)
  const then = { plannedFrom: at.toISOString(), plannedTo: new Date(at.getTime() + 3_600_000).toISOString() }
  const refused = await here.office.post('/api/visits', { ...visit, ...then })
  expect([refused.body.code, refused.body.kind]).toEqual(['elder-away', 'hospital'])
})

test('of two offices that give one visit away at once, one wins and the other is told', async () => {
  const [one, two] = here.caregivers
  const id = await planned(api, here, { inMin: 60 * 24 * 5 })
  const answers = await Promise.all(
    [one, two].map((caregiver) =>
      here.office.post(`/api/visits/${id}/assign`, { version: 1, caregiverId: caregiver!.id }),
    ),
  )
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
  expect(answers.find(({ status }) => status === 409)?.body.code).toBe('changed-meanwhile')
})

test('nobody came: late, missing, missed, each told once; the alarm reads so when the visit is moved', async () => {
  const [one] = here.caregivers
  const id = await planned(api, here, { inMin: 60 * 24 * 7, caregiverId: one!.id })
  const from = Date.parse((await here.office.get(`/api/visits/${id}`)).body.plannedFrom)
  const decideAt = async (minutes: number) => {
    const now = new Date(from + minutes * 60_000)
    while (await transact(api.pool, (tx) => decideNext(tx, now)));
  }
  const open = async () => {
    const { rows } = await api.pool.query<{ kind: string }>(
      `select kind from alarm where subject = 'visit:' || $1 and resolved_at is null order by raised_at`,
      [id],
    )
    return rows.map(({ kind }) => kind)
  }
  await decideAt(14)
  expect(await open()).toEqual([])
  await decideAt(15)
  await decideAt(16)
  expect(await open()).toEqual(['caregiver-late'])
  await decideAt(31)
  await decideAt(61)
  expect(await open()).toEqual(['caregiver-late', 'caregiver-missing'])
  const missed = await here.office.get(`/api/visits/${id}`)
  expect([missed.body.state, kinds(missed.body)]).toEqual(['missed', ['planned', 'assigned', 'missed']])
  const to = {
    plannedFrom: new Date(from + 86_400_000).toISOString(),
    plannedTo: new Date(from + 90_000_000).toISOString(),
  }
  const moved = await here.office.post(`/api/visits/${id}/reschedule`, {
    version: missed.body.version,
    reason: '换日',
    ...to,
  })
  expect([moved.body.state, moved.body.plannedFrom]).toEqual(['assigned', to.plannedFrom])
  const { rows } = await api.pool.query<{ n: number }>(
    `select count(*)::int as n from alarm_entry join alarm on alarm.id = alarm_id
     where alarm_entry.kind = 'cleared' and subject = 'visit:' || $1`,
    [id],
  )
  expect(rows[0]?.n).toBe(2)
})
