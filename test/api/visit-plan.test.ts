import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { dayAfter } from '@anju/domain/access/roster'
import { todayIn } from '@anju/domain/elder/day'
import { decideNext } from '@anju/prisma/deadline/decide'
import { transact } from '@anju/prisma/tx'
import { type Api, startTestApi } from './api.fixture.ts'
import { type Village, village } from './visit.fixture.ts'

const ZONE = 'Asia/Shanghai'
let api: Api
let here: Village
let n = 0
beforeAll(async () => {
  api = await startTestApi()
})
beforeEach(async () => {
  here = await village(api, `村${++n}`)
})
afterAll(() => api.stop())

const today = () => todayIn(ZONE, api.deps.now())
const every = { everyWeeks: 1, beginsAt: '09:00', minutes: 90, validTo: null }
/** Daily from tomorrow on: 27 of the next 28 days. */
const daily = (more: object = {}) => ({
  ...every,
  elderId: here.elderId,
  providerId: here.providerId,
  serviceIds: [here.serviceId],
  weekdays: [1, 2, 3, 4, 5, 6, 7],
  validFrom: dayAfter(today(), 1),
  caregiverId: here.caregivers[0]!.id,
  ...more,
})
const made = async (more: object = {}) => {
  const answer = await here.office.post('/api/visit-plans', daily(more))
  expect([answer.status, answer.body.code]).toEqual([201, undefined])
  return answer.body
}
interface Row {
  day: string
  state: string
  caregiver: string | null
  begins: string
  plan: string
}
const visits = async (): Promise<Row[]> => {
  const { rows } = await api.pool.query<Row>(
    `select plan_day::text as day, state, caregiver_id as caregiver, plan_id as plan,
            to_char(planned_from at time zone $2, 'HH24:MI') as begins
     from visit where elder_id = $1 order by plan_day, made_at`,
    [here.elderId, ZONE],
  )
  return rows
}
const ahead = async () => (await visits()).filter(({ state }) => state !== 'cancelled')
/** Every question that is due by then is decided by several workers at once. */
const decideAt = async (at: Date, workers = 1) => {
  const work = async () => {
    while (await transact(api.pool, (tx) => decideNext(tx, at)));
  }
  await Promise.all(Array.from({ length: workers }, work))
}
const inDays = (days: number) => new Date(api.deps.now().getTime() + days * 86_400_000)

test('a plan makes the visits of four weeks, given to its caregiver, at the clock time of its zone', async () => {
  const plan = await made()
  const rows = await visits()
  expect([plan.ids.length, rows.length, plan.gaps]).toEqual([27, 27, []])
  expect(rows[0]).toEqual({
    day: dayAfter(today(), 1),
    state: 'assigned',
    caregiver: here.caregivers[0]!.id,
    begins: '09:00',
    plan: plan.id,
  })
  const [row] = (await here.office.get(`/api/visit-plans?elder=${here.elderId}`)).body.items
  expect([row.beginsAt, row.minutes, row.gaps, row.madeThrough]).toEqual(['09:00', 90, [], dayAfter(today(), 27)])
})

test('each morning makes the day that has come within four weeks, once, however many workers ask', async () => {
  await made()
  await api.pool.query(`update visit set state = 'called-back' where elder_id = $1`, [here.elderId])
  await decideAt(inDays(1), 4)
  expect((await visits()).map(({ day }) => day)).toEqual(Array.from({ length: 28 }, (_, i) => dayAfter(today(), i + 1)))
})

test('days that cannot be made are listed with why, and made when the reason is gone', async () => {
  await api.pool.query(`update contract set valid_to = $2 where provider_id = $1`, [
    here.providerId,
    dayAfter(today(), 10),
  ])
  const plan = await made()
  expect([plan.ids.length, plan.gaps.length]).toEqual([10, 17])
  const [row] = (await here.office.get('/api/visit-plans?show=gaps')).body.items
  expect(row.gaps[0]).toEqual({ day: dayAfter(today(), 11), why: 'no-contract', detail: {} })
  await api.pool.query('update contract set valid_to = null where provider_id = $1', [here.providerId])
  await api.pool.query(`update deadline set due_at = $2 where ref = $1`, [plan.id, api.deps.now()])
  await decideAt(api.deps.now())
  expect((await visits()).length).toBe(27)
  expect((await here.office.get('/api/visit-plans?show=gaps')).body.items).toEqual([])
})

test('where its caregiver is not free the visit stands without one, and says so', async () => {
  const other = await here.lead.post('/api/elders', { name: '刘大年', areaId: here.areaId, address: '1' })
  await made({ elderId: other.body.id })
  await made()
  const rows = await visits()
  expect([rows.length, new Set(rows.map(({ state, caregiver }) => `${state} ${caregiver}`))]).toEqual([
    27,
    new Set(['planned null']),
  ])
  const { rows: entries } = await api.pool.query(
    `select body from visit_entry join visit on visit.id = visit_id where elder_id = $1 and kind = 'not-given' limit 1`,
    [here.elderId],
  )
  expect(entries).toEqual([{ body: { caregiverId: here.caregivers[0]!.id, why: 'caregiver-busy' } }])
})

test('away: visits of that time are cancelled, their days listed, and made again when she is back', async () => {
  await made()
  const away = await here.lead.post(`/api/elders/${here.elderId}/absences`, {
    kind: 'hospital',
    from: inDays(3).toISOString(),
  })
  expect(away.status).toBe(200)
  const left = await ahead()
  expect(left.length).toBeLessThanOrEqual(3)
  const [plan] = (await here.office.get('/api/visit-plans?show=gaps')).body.items
  expect([plan.gaps.length + left.length, plan.gaps[0].why, plan.gaps[0].detail.kind]).toEqual([
    27,
    'elder-away',
    'hospital',
  ])
  const { rows: absences } = await api.pool.query<{ id: string }>('select id from absence where elder_id = $1', [
    here.elderId,
  ])
  const back = await here.lead.post(`/api/absences/${absences[0]!.id}/end`, { at: inDays(6).toISOString() })
  expect([back.status, back.body.code]).toEqual([200, undefined])
  await decideAt(api.deps.now())
  const again = await ahead()
  expect(again.length).toBeGreaterThan(20)
  expect(new Set(again.map(({ day }) => day)).size).toBe(again.length)
})

test('what a person cancelled stays cancelled', async () => {
  await made()
  const { rows } = await api.pool.query<{ id: string; version: number }>(
    'select id, version from visit where elder_id = $1 order by planned_from limit 1',
    [here.elderId],
  )
  const { id, version } = rows[0]!
  expect((await here.office.post(`/api/visits/${id}/cancel`, { version, reason: '老人有客' })).status).toBe(200)
  await decideAt(inDays(0.9))
  expect((await ahead()).map(({ day }) => day)).not.toContain(dayAfter(today(), 1))
})

test('death: everything planned is cancelled and the plan rests; taken back, it goes on', async () => {
  const plan = await made()
  const { version } = (await here.lead.get(`/api/elders/${here.elderId}`)).body
  const died = await here.lead.post(`/api/elders/${here.elderId}/death`, {
    version,
    diedOn: today(),
    reason: '家属告知',
  })
  expect([died.status, died.body.code]).toEqual([200, undefined])
  expect(await ahead()).toEqual([])
  await decideAt(inDays(1))
  expect(await ahead()).toEqual([])
  const undone = await here.lead.post(`/api/elders/${here.elderId}/death/undo`, { reason: '登记错误' })
  expect([undone.status, undone.body.code]).toEqual([200, undefined])
  await decideAt(api.deps.now())
  expect([(await ahead()).length, (await here.office.get(`/api/visit-plans/${plan.id}`)).body.gaps]).toEqual([27, []])
})

test('changed from a day on: earlier days stay, later ones are made anew or cancelled, and the next plan follows', async () => {
  const plan = await made()
  const from = dayAfter(today(), 8)
  const weekday = ((new Date(`${from}T00:00:00Z`).getUTCDay() + 6) % 7) + 1
  const { elderId: _, providerId: __, validFrom: ___, ...agreed } = daily({ weekdays: [weekday], beginsAt: '14:30' })
  const change = { version: 1, from, ...agreed, caregiverId: here.caregivers[1]!.id }
  const changed = await here.office.post(`/api/visit-plans/${plan.id}/change`, change)
  expect([changed.status, changed.body.code]).toEqual([201, undefined])
  const rows = await ahead()
  expect(rows.filter(({ day }) => day < from).map(({ begins }) => begins)).toEqual(Array<string>(7).fill('09:00'))
  expect(rows.filter(({ day }) => day >= from)).toEqual(
    [0, 7, 14].map((days) => ({
      day: dayAfter(from, days),
      state: 'assigned',
      caregiver: here.caregivers[1]!.id,
      begins: '14:30',
      plan: changed.body.id,
    })),
  )
  const stale = await here.office.post(`/api/visit-plans/${plan.id}/change`, change)
  expect([stale.status, stale.body.code]).toEqual([409, 'changed-meanwhile'])
})

test('ended from a day on: its visits are cancelled with the reason; other providers find no plan', async () => {
  const plan = await made()
  const elsewhere = await village(api, `别村${n}`)
  expect((await elsewhere.office.get(`/api/visit-plans/${plan.id}`)).status).toBe(404)
  const end = { version: 1, from: dayAfter(today(), 5), reason: '子女接走同住' }
  expect((await elsewhere.office.post(`/api/visit-plans/${plan.id}/end`, end)).status).toBe(404)
  const ended = await here.office.post(`/api/visit-plans/${plan.id}/end`, end)
  expect([ended.status, ended.body.validTo, ended.body.ended]).toEqual([200, dayAfter(today(), 4), false])
  expect((await ahead()).length).toBe(4)
  await decideAt(inDays(6))
  expect((await here.office.get(`/api/visit-plans/${plan.id}`)).body.ended).toBe(true)
  const past = await here.office.post(`/api/visit-plans/${plan.id}/end`, { ...end, version: ended.body.version })
  expect(past.body.code).toBe('plan-ended')
})
