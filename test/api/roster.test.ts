import { afterAll, beforeAll, expect, test } from 'vitest'
import { dayAfter, mondayOf } from '@anju/domain/access/roster'
import { startTestApi, type Api, type Client } from './api.fixture.ts'

/** The Monday of the week all this happens in: the next one, whose events have a place to be kept. */
const monday = dayAfter(mondayOf(new Date().toISOString().slice(0, 10)), 7)
const day = (n: number) => dayAfter(monday, n)

let api: Api
let county: { id: string; path: string }
let town: { id: string; path: string }
let lead: Client
let people: Record<'anna' | 'bert', string>
beforeAll(async () => {
  api = await startTestApi()
  county = await api.area('County')
  town = await api.area('Town', county.id)
  await api.user('lead', 'shift-lead', county.id)
  people = {
    anna: (await api.user('anna', 'seat', town.id)).id,
    bert: (await api.user('bert', 'seat', town.id)).id,
  }
  lead = await api.signIn('lead')
  // Wednesday, 21:00 in Shanghai
  api.clock.offsetMs = Date.parse(`${day(2)}T13:00:00Z`) - Date.now()
  lead = await api.signIn('lead')
})
afterAll(() => api.stop())

const plan = (userId: string, day: string, from: string, to: string) =>
  lead.post('/api/shifts', { userId, day, from, to })
const week = async (from: string, to: string) =>
  (await lead.get(`/api/shifts?from=${from}T00:00:00Z&to=${to}T00:00:00Z`)).body.items

test('a night is planned in the area’s clock times; what overlaps is refused with what is there', async () => {
  const night = await plan(people.anna, day(2), '22:00', '06:00')
  expect(night).toMatchObject({
    status: 201,
    body: { startsAt: `${day(2)}T14:00:00.000Z`, endsAt: `${day(2)}T22:00:00.000Z`, timeZone: 'Asia/Shanghai' },
  })
  expect(await plan(people.anna, day(3), '05:00', '09:00')).toMatchObject({
    status: 409,
    body: { code: 'shift-overlaps', startsAt: `${day(2)}T14:00:00.000Z`, endsAt: `${day(2)}T22:00:00.000Z` },
  })
  // one after another does not overlap, nor does another person
  expect((await plan(people.anna, day(3), '06:00', '09:00')).status).toBe(201)
  expect((await plan(people.bert, day(2), '22:00', '06:00')).status).toBe(201)
  expect((await plan(people.bert, day(4), '08:00', '08:00')).body.code).toBe('shift-invalid')
  await api.user('clerk', 'town-clerk', town.id)
  const { rows } = await api.pool.query(`select id from app_user where username = 'clerk'`)
  expect((await plan(rows[0].id, day(2), '08:00', '09:00')).body.code).toBe('shift-not-a-seat')
})

test('of two who plan the same hours at once, one does', async () => {
  const statuses = await Promise.all(
    Array.from({ length: 4 }, () => plan(people.bert, day(5), '08:00', '16:00').then(({ status }) => status)),
  )
  expect(statuses.toSorted()).toEqual([201, 409, 409, 409])
})

test('the database itself holds no two shifts of one person at once', async () => {
  const insert = `insert into shift (id, area_id, user_id, starts_at, ends_at, created_at)
    values (gen_random_uuid(), $1, $2, '2030-06-01', '2030-06-01 08:00', '2030-01-01')`
  await api.pool.query(insert, [town.id, people.anna])
  await expect(api.pool.query(insert, [town.id, people.anna])).rejects.toMatchObject({ code: '23P01' })
  await api.pool.query(`delete from shift where starts_at = '2030-06-01'`)
})

test('a cancelled shift leaves its hours free; taking that back is refused once they are taken', async () => {
  const shift = await plan(people.anna, day(4), '08:00', '16:00')
  const path = `/api/shifts/${shift.body.id}`
  expect((await lead.post(`${path}/cancel`)).status).toBe(204)
  expect((await lead.post(`${path}/restore`)).status).toBe(200)
  await lead.post(`${path}/cancel`)
  const other = await plan(people.anna, day(4), '12:00', '20:00')
  expect((await lead.post(`${path}/restore`)).body.code).toBe('shift-overlaps')
  await lead.post(`/api/shifts/${other.body.id}/cancel`)
  expect((await lead.post(`${path}/restore`)).status).toBe(200)
})

test('a cancellation is not taken back for one who is disabled, holds no seat any more or works elsewhere', async () => {
  const { id } = await api.user('gone', 'seat', town.id)
  const shift = await plan(id, day(5), '08:00', '16:00')
  const path = `/api/shifts/${shift.body.id}`
  await lead.post(`${path}/cancel`)
  const elsewhere = await api.area('Elsewhere', county.id)
  const county2 = await api.area('Another county')
  const standing = async (set: string, value: unknown) => {
    await api.pool.query(`update app_user set ${set} = $2 where id = $1`, [id, value])
    return lead.post(`${path}/restore`)
  }
  expect((await standing('disabled_at', new Date())).body.code).toBe('user-disabled')
  await standing('role', 'auditor')
  expect((await standing('disabled_at', null)).body.code).toBe('shift-not-a-seat')
  await standing('area_id', county2.id)
  expect((await standing('role', 'seat')).status).toBe(404)
  expect((await standing('area_id', elsewhere.id)).body.code).toBe('shift-elsewhere')
  const { rows } = await api.pool.query('select cancelled_at from shift where id = $1', [shift.body.id])
  expect(rows[0].cancelled_at).not.toBeNull()
  // Now of the whole county, the town's desk is theirs as well.
  expect((await standing('area_id', county.id)).status).toBe(200)
  await lead.post(`${path}/cancel`)
})

test('a week is copied at the same clock times; twice copies nothing more, and says why', async () => {
  const before = await week(day(-1), day(6))
  const copied = await lead.post('/api/shifts/copy-week', { monday: day(7) })
  expect(copied.body).toEqual({ copied: before.length, skipped: [] })
  const after = await week(day(6), day(13))
  const shape = (rows: { user: { id: string }; startsAt: string }[], days: number) =>
    rows.map(({ user, startsAt }) => `${user.id} ${Date.parse(startsAt) + days * 86_400_000}`)
  expect(shape(after, 0).toSorted()).toEqual(shape(before, 7).toSorted())
  const again = await lead.post('/api/shifts/copy-week', { monday: day(7) })
  expect(again.body.copied).toBe(0)
  expect(again.body.skipped).toHaveLength(before.length)
  expect(again.body.skipped[0]).toMatchObject({ day: day(9), from: '22:00', to: '06:00', reason: 'overlaps' })
})

test('the desk knows who should be there, and that nobody of the shift is', async () => {
  const duty = async () => (await lead.get('/api/duty')).body
  expect(await duty()).toMatchObject({ onDuty: [], unmanned: null, next: { startsAt: `${day(2)}T14:00:00.000Z` } })
  api.clock.offsetMs += 90 * 60_000 // 22:30
  expect(await duty()).toMatchObject({
    onDuty: [{ present: false }, { present: false }],
    unmanned: { startsAt: `${day(2)}T14:00:00.000Z`, endsAt: `${day(2)}T22:00:00.000Z` },
  })
  // the lead's own presence is welcome, and is not the shift's
  await lead.send('PUT', `/api/seats/${crypto.randomUUID()}`, { armed: true, streaming: true })
  expect((await duty()).unmanned).not.toBe(null)
  const anna = await api.signIn('anna')
  await anna.send('PUT', `/api/seats/${crypto.randomUUID()}`, { armed: true, streaming: true })
  expect((await duty()).unmanned).toBe(null)
  expect((await duty()).onDuty.filter(({ present }: { present: boolean }) => present)).toHaveLength(1)
})

test('a seat reads the roster and plans nothing', async () => {
  const anna = await api.signIn('anna')
  expect(
    (await anna.get(`/api/shifts?from=${day(-1)}T00:00:00Z&to=${day(6)}T00:00:00Z`)).body.items.length,
  ).toBeGreaterThan(0)
  const own = await anna.post('/api/shifts', { userId: people.anna, day: '2030-07-01', from: '08:00', to: '09:00' })
  expect(own.body.code).toBe('not-allowed')
})

test('who was moved to another area since is planned there no more, also not by copying a week', async () => {
  const other = await api.area('Other', county.id)
  const { id } = await api.user('moved', 'seat', town.id)
  await api.user('town lead', 'shift-lead', town.id)
  expect((await plan(id, day(14), '08:00', '16:00')).status).toBe(201)
  await api.pool.query('update app_user set area_id = $2 where id = $1', [id, other.id])
  const townLead = await api.signIn('town lead')
  const copied = (await townLead.post('/api/shifts/copy-week', { monday: day(21) })).body
  const skipped = copied.skipped.filter(({ name }: { name: string }) => name === 'name of moved')
  expect(skipped).toMatchObject([{ day: day(21), reason: 'not-a-seat' }])
})
