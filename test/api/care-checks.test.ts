import { careDue } from '@anju/domain/care-check/due'
import { armCareChecks } from '@anju/prisma/care-check/overdue'
import { decideNext } from '@anju/prisma/deadline/decide'
import { transact } from '@anju/prisma/tx'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, type Client, startTestApi } from './api.fixture.ts'

const DAY_MS = 86_400_000

let api: Api
let lead: Client
let auditor: Client
let county: { id: string; path: string }

beforeAll(async () => {
  api = await startTestApi()
  county = await api.area('安居县')
  await api.user('lead', 'shift-lead', county.id)
  await api.user('auditor', 'auditor', county.id)
  lead = await api.signIn('lead')
  auditor = await api.signIn('auditor')
})
afterAll(() => api.stop())

const now = () => api.deps.now()
const ago = (days: number) => new Date(now().getTime() - days * DAY_MS)
let count = 0

/** Somebody registered so many days ago. */
async function elder(areaId: string, registeredDaysAgo: number, more: object = {}): Promise<any> {
  const { body, status } = await lead.post('/api/elders', { name: `老人${++count}`, areaId, ...more })
  if (status !== 201) throw new Error(JSON.stringify(body))
  await api.pool.query('update elder set created_at = $2 where id = $1', [body.id, ago(registeredDaysAgo)])
  return body
}
const check = (elderId: string, result: string, daysAgo = 0, more: object = {}) =>
  lead.post('/api/care-checks', { elderId, at: ago(daysAgo).toISOString(), channel: 'phone', result, ...more })
const due = async (areaId: string, show = 'due') =>
  (await lead.get(`/api/care-checks/due?area=${areaId}&show=${show}`)).body.items
const names = async (areaId: string, show = 'due') =>
  (await due(areaId, show)).map(({ elder: { name } }: { elder: { name: string } }) => name)

test('whose check is due is listed, the longest overdue first; the dead, the away and the unplanned are not', async () => {
  const village = await api.area('甲村', county.id)
  const [late, later, fresh] = [await elder(village.id, 9), await elder(village.id, 12), await elder(village.id, 2)]
  const dead = await elder(village.id, 20)
  await lead.post(`/api/elders/${dead.id}/death`, { version: 1, diedOn: '2026-01-02', reason: '家属告知' })
  const away = await elder(village.id, 20)
  const left = { kind: 'hospital', from: ago(1).toISOString() }
  expect((await lead.post(`/api/elders/${away.id}/absences`, left)).status).toBeLessThan(300)
  const unplanned = await elder(village.id, 20)
  const plan = await lead.send('PUT', `/api/elders/${unplanned.id}/care-checks`, { version: 1, everyDays: null })
  expect([plan.status, plan.body.careCheckDays]).toEqual([200, null])
  expect(await names(village.id)).toEqual([later.name, late.name])
  expect(await names(village.id, 'overdue')).toEqual([later.name])
  expect(await names(village.id, 'week')).toEqual([later.name, late.name, fresh.name])
  const { items } = (await lead.get('/api/care-checks/communities')).body
  const row = items.find(({ area }: { area: { id: string } }) => area.id === village.id)
  expect(row).toMatchObject({ planned: 3, due: 2, overdue: 1, week: 3 })
})

test('a look that reached her begins her week anew; one in vain is counted and changes nothing', async () => {
  const village = await api.area('乙村', county.id)
  const { id } = await elder(village.id, 9)
  await check(id, 'not-reached')
  const [row] = await due(village.id)
  expect([row.tries, row.last.result, row.overdueDays]).toEqual([1, 'not-reached', 2])
  expect((await check(id, 'well', 1)).status).toBe(201)
  expect(await due(village.id)).toEqual([])
})

test('days in hospital do not count, in the list as in the rule', async () => {
  const village = await api.area('丙村', county.id)
  const { id } = await elder(village.id, 10)
  await api.pool.query(
    `insert into absence (id, elder_id, kind, away_from, away_to, created_at) values (gen_random_uuid(), $1, 'hospital', $2, $3, $4)`,
    [id, ago(8), ago(6), now()],
  )
  const [row] = await due(village.id)
  const since = ago(10)
  const rule = careDue({ since, everyDays: 7, awayMs: 2 * DAY_MS, awayNow: false, alive: true }, now())
  if (rule.kind !== 'due') throw new Error('the rule says none is due')
  expect(Math.abs(Date.parse(row.dueAt) - rule.dueAt.getTime())).toBeLessThan(60_000)
  expect(row.overdueDays).toBe(rule.overdueDays)
})

test('a correction is a new row, what it corrects stays, and her weeks run from what holds', async () => {
  const village = await api.area('丁村', county.id)
  const { id } = await elder(village.id, 20)
  const first = (await check(id, 'well', 1, { note: '精神好' })).body
  expect(await due(village.id)).toEqual([])
  const fix = { at: ago(1).toISOString(), channel: 'home', result: 'not-reached', note: '记错了人' }
  const second = await lead.post(`/api/care-checks/${first.id}/corrections`, fix)
  expect([second.status, second.body.corrects]).toEqual([201, first.id])
  expect(await due(village.id)).toHaveLength(1)
  const again = await lead.post(`/api/care-checks/${first.id}/corrections`, fix)
  expect([again.status, again.body.code]).toEqual([409, 'check-corrected'])
  const { items } = (await lead.get(`/api/care-checks?elder=${id}`)).body
  expect(items.map((one: any) => [one.result, one.note, one.correctedBy])).toEqual([
    ['not-reached', '记错了人', null],
    ['well', '精神好', second.body.id],
  ])
  const [told] = (await auditor.get('/api/care-checks')).body.items
  expect(told.note).toBe('')
})

test('checks of the dead, and of tomorrow, are refused; who is outside is not found', async () => {
  const village = await api.area('戊村', county.id)
  const { id } = await elder(village.id, 5)
  const ahead = await check(id, 'well', -1)
  expect([ahead.status, ahead.body.code]).toEqual([422, 'time-ahead'])
  await lead.post(`/api/elders/${id}/death`, { version: 1, diedOn: '2026-01-02', reason: '家属告知' })
  const dead = await check(id, 'well')
  expect([dead.status, dead.body.code]).toEqual([409, 'elder-dead'])
  expect((await check(crypto.randomUUID(), 'well')).status).toBe(404)
  expect((await auditor.post('/api/care-checks', { elderId: id, channel: 'phone', result: 'well' })).status).toBe(403)
})

/** Decides all that is due `days` from now, as the worker would. */
async function morning(days: number): Promise<Date> {
  const at = new Date(now().getTime() + days * DAY_MS)
  while (await transact(api.pool, (tx) => decideNext(tx, at))) continue
  return at
}
const alarmsOf = async (areaId: string) =>
  (
    await api.pool.query(
      `select id, subject, state, priority, reasons, (select array_agg(kind order by kind = 'raised' desc, at, id) from alarm_entry
         where alarm_id = alarm.id and kind <> 'escalated') as story
       from alarm where area_id = $1 and kind = 'care-check-overdue' order by raised_at, id`,
      [areaId],
    )
  ).rows as { id: string; subject: string; state: string; priority: string; reasons: any; story: string[] }[]
const arm = () => transact(api.pool, (tx) => armCareChecks(tx, now()))

test('one overdue elder raises a low alarm of her own, which reads that it passed once somebody looked', async () => {
  const village = await api.area('己村', county.id)
  const { id } = await elder(village.id, 12)
  await arm()
  await morning(1)
  const [alarm, ...more] = await alarmsOf(village.id)
  expect([alarm?.subject, alarm?.priority, more.length]).toEqual([`elder:${id}`, 'low', 0])
  expect(alarm?.reasons).toMatchObject({ rule: 'care-check/1', because: 'elder', afterDays: 3 })
  await morning(2)
  expect((await alarmsOf(village.id)).map(({ story }) => story)).toEqual([['raised']])
  await check(id, 'well')
  const [cleared] = await alarmsOf(village.id)
  expect([cleared?.state, cleared?.story]).toEqual(['raised', ['raised', 'cleared']])
})

test('thirty overdue elders of a community are one alarm; a newcomer joins it, and it raises once', async () => {
  const village = await api.area('庚村', county.id)
  for (let n = 0; n < 30; n++) await elder(village.id, 12)
  await arm()
  await Promise.all([morning(1), morning(1), morning(1)])
  const [alarm, ...more] = await alarmsOf(village.id)
  expect([alarm?.subject, more.length, alarm?.reasons.elders.length]).toEqual([`community:${village.id}`, 0, 30])
  await elder(village.id, 14)
  await morning(2)
  const [joined, ...others] = await alarmsOf(village.id)
  expect([others.length, joined?.story]).toEqual([0, ['raised', 'joined']])
  const { rows } = await api.pool.query(
    `select count(*)::integer as n from event where name = 'alarm.raised' and subject = $1`,
    [`community:${village.id}`],
  )
  expect(rows).toEqual([{ n: 1 }])
})

test('after how many days a check raises is a setting, told in its history', async () => {
  const village = await api.area('辛村', county.id)
  await elder(village.id, 12)
  expect((await auditor.send('PUT', '/api/care-checks/overdue', { overdueAfterDays: 10 })).status).toBe(403)
  expect((await lead.send('PUT', '/api/care-checks/overdue', { overdueAfterDays: 10 })).status).toBe(200)
  expect((await lead.get('/api/care-checks/communities')).body.overdueAfterDays).toBe(10)
  await arm()
  await morning(1)
  expect(await alarmsOf(village.id)).toEqual([])
  const { rows } = await api.pool.query(`select before, after from record_change where subject = 'setting:care-check'`)
  expect(rows).toEqual([{ before: { overdueAfterDays: 3 }, after: { overdueAfterDays: 10 } }])
  await lead.send('PUT', '/api/care-checks/overdue', { overdueAfterDays: 3 })
})

test('a dark village lists whom to see in person, those with the most reasons first, and who was seen', async () => {
  const village = await api.area('壬村', county.id)
  const alone = await elder(village.id, 1, { bornOn: '1930-01-01', conditions: '冠心病' })
  const couple = await elder(village.id, 1, { bornOn: '1960-01-01', conditions: '高血压' })
  const healthy = await elder(village.id, 1, { bornOn: '1961-01-01', homeId: couple.home.id })
  for (const { id } of [alone, couple, healthy]) {
    const device = await lead.post('/api/devices', { kind: 'button', elderId: id })
    await api.pool.query(
      `insert into device_state (device_id, last_message_at, silent_since) values ($1, $2, $3)
       on conflict (device_id) do update set last_message_at = $2, silent_since = $3`,
      [device.body.id, ago(1), ago(0.1)],
    )
  }
  const dark = async () => (await lead.get('/api/care-checks/dark')).body.items
  const [row] = await dark()
  expect(row.area.id).toBe(village.id)
  expect(row.elders.map(({ name, key }: { name: string; key: string[] }) => [name, key])).toEqual([
    [alone.name, ['alone', 'over-80', 'conditions']],
    [couple.name, ['conditions']],
  ])
  await check(alone.id, 'well', 0, { channel: 'home' })
  const [after] = await dark()
  expect(
    after.elders.map(({ name, seenAt }: { name: string; seenAt: string | null }) => [name, seenAt !== null]),
  ).toEqual([
    [couple.name, false],
    [alone.name, true],
  ])
})
