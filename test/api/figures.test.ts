import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '@anju/prisma/id'
import { ensurePartitions } from '@anju/prisma/partition/apply'
import { startTestApi, type Api, type Client } from './api.fixture.ts'

let api: Api
let lead: Client
let lotus: { id: string; path: string }
let willow: { id: string; path: string }
let people: Record<string, string>
const FROM = '2026-03-01T00:00:00Z'
const TO = '2026-03-08T00:00:00Z'
const period = `from=${FROM}&to=${TO}`
const at = (minute: number, s = 0) => new Date(Date.parse('2026-03-02T00:00:00Z') + minute * 60_000 + s * 1000)

beforeAll(async () => {
  api = await startTestApi()
  const town = await api.area('Town')
  lotus = await api.area('Lotus', town.id)
  willow = await api.area('Willow', town.id)
  await api.user('lead', 'shift-lead', town.id)
  await api.user('seat', 'seat', lotus.id)
  lead = await api.signIn('lead')
  const { rows } = await api.pool.query<{ username: string; id: string }>('select username, id from app_user')
  people = Object.fromEntries(rows.map(({ username, id }) => [username, id]))
}, 60_000)
afterAll(async () => {
  await api.stop()
})

interface Past {
  area?: { id: string; path: string }
  kind?: string
  priority?: string
  raised: Date
  takenS?: number
  arrivedS?: number
  outcome?: string | null
  elderId?: string | null
  drillId?: string | null
}
async function alarm(past: Past): Promise<string> {
  const { area = lotus, kind = 'emergency-press', priority = 'high', raised, outcome = 'need-met' } = past
  const id = newId(raised)
  await api.pool.query(
    `insert into alarm (id, subject, kind, priority, state, area_id, area_path, elder_id, raised_at, clock_from, resolved_at,
                        outcome, reasons, drill_id)
     values ($1, 'device:' || $1::uuid, $2, $3, case when $7::text is null then 'raised' else 'closed' end, $4, $5, $8, $6, $6,
             case when $7::text is null then null else $6::timestamptz + interval '1 hour' end, $7, '{}', $9)`,
    [id, kind, priority, area.id, area.path, raised, outcome, past.elderId ?? null, past.drillId ?? null],
  )
  const entry = (entryKind: string, s: number, body: object) =>
    api.pool.query(`insert into alarm_entry (id, alarm_id, at, kind, user_id, body) values ($1, $2, $3, $4, $5, $6)`, [
      newId(),
      id,
      new Date(raised.getTime() + s * 1000),
      entryKind,
      people['seat'],
      JSON.stringify(body),
    ])
  if (past.takenS !== undefined) {
    await entry('acknowledged', past.takenS, {})
    await entry('acknowledged', past.takenS + 500, {}) // given back and taken again: the first answer counts
  }
  if (past.arrivedS !== undefined) await entry('step-ended', past.arrivedS, { step: 'helper', outcome: 'arrived' })
  return id
}

test('answers are told as percentiles by kind and area; who was never answered is within no yardstick', async () => {
  for (const [n, s] of [10, 20, 30, 40, 200].entries()) {
    await alarm({ raised: at(n * 60), takenS: s, ...(n === 0 && { arrivedS: 1800 }) })
  }
  await alarm({ raised: at(400), area: willow, kind: 'device-silent', priority: 'medium' })
  const drill = newId()
  await api.pool.query(
    `insert into drill (id, area_id, scenario, seed, started_at, ends_at, ended_at, state)
     values ($1, $2, 'one-press', 1, $3, $3, $3, 'done')`,
    [drill, lotus.id, at(0)],
  )
  await alarm({ raised: at(410), takenS: 1, drillId: drill })
  await alarm({ raised: at(420), kind: 'probe', priority: 'low' })
  await alarm({ raised: new Date(TO), takenS: 1 }) // the end is not in the period

  const { body } = await lead.get(`/api/figures/answering?${period}&by=kind`)
  expect(body).toMatchObject({
    drills: 1,
    all: {
      alarms: 6,
      answer: { n: 5, p50: 30, p90: 136, most: 200, within: [4, 4] },
      onScene: { n: 1, p50: 1800, within: [1, 1] },
    },
    groups: [
      { key: 'emergency-press', alarms: 5 },
      { key: 'device-silent', alarms: 1, answer: { n: 0, p50: null, within: [0, 0] } },
    ],
  })
  const byArea = await lead.get(`/api/figures/answering?${period}&by=area`)
  expect(byArea.body).toMatchObject({
    groups: [
      { label: 'Lotus', alarms: 5 },
      { label: 'Willow', alarms: 1 },
    ],
  })
  const within = await lead.get(`/api/figures/answering?${period}&by=area&areaId=${willow.id}`)
  expect(within.body).toMatchObject({ all: { alarms: 1 } })
})

test('by shift an alarm belongs to who was on duty when it came, in the area’s own time', async () => {
  await api.pool.query(
    `insert into shift (id, area_id, user_id, starts_at, ends_at, created_at) values ($1, $2, $3, $4, $5, $4)`,
    [newId(), lotus.id, people['seat'], at(0), at(8 * 60)],
  )
  const { body } = await lead.get(`/api/figures/answering?${period}&by=shift`)
  expect(body).toMatchObject({
    groups: [
      { key: '08:00–16:00', alarms: 5 },
      { key: '', alarms: 1 },
    ],
  })
})

test('ten minutes with more than ten alarms for one operator are a flood, and the mix is told by day', async () => {
  for (let n = 0; n < 11; n++) await alarm({ raised: at(3000, n), area: willow, kind: 'battery-low', priority: 'low' })
  const { body } = await lead.get(`/api/figures/load?${period}`)
  expect(body).toMatchObject({
    alarms: 17,
    mix: { high: 5, medium: 1, low: 11 },
    floods: 1,
    busiest: expect.arrayContaining([{ at: at(3000).toISOString(), alarms: 11, operators: 0, flood: true }]) as unknown,
    days: [
      { day: '2026-03-02', high: 5, medium: 1, low: 0 },
      { day: '2026-03-04', high: 0, medium: 0, low: 11 },
    ],
  })
})

test('what stands open for a day is listed, the oldest first', async () => {
  const old = await alarm({ raised: at(0), outcome: null, kind: 'device-silent', priority: 'medium' })
  await alarm({ raised: new Date(), outcome: null, kind: 'battery-low', priority: 'low' })
  const { body } = await lead.get(`/api/figures/stale?${period}`)
  expect(body).toMatchObject({ items: [{ id: old, area: 'Lotus' }], more: false })
  await api.pool.query('delete from alarm where id = $1', [old])
})

test('who presses without need is suggested to a person, with a plan marked; a test press counts for nobody', async () => {
  const home = await lead.post('/api/elders', { name: '周小琼', areaId: lotus.id })
  const elderId = String((home.body as { id: string }).id)
  for (let n = 0; n < 6; n++) {
    await alarm({ raised: at(5000 + n * 20), elderId, takenS: 20, outcome: n < 4 ? 'false-press' : 'need-met' })
  }
  await alarm({ raised: at(5300), elderId, outcome: 'test' })
  const row = { elder: { id: elderId, name: '周小琼' }, presses: 6, falsePresses: 4, suggested: true }
  const before = await lead.get(`/api/figures/false-presses?${period}`)
  expect(before.body).toMatchObject({ presses: 6, falsePresses: 4, items: [{ ...row, plan: false }] })
  const until = new Date(Date.now() + 86_400_000).toISOString()
  await lead.send('PUT', `/api/elders/${elderId}/nuisance-plan`, { script: '先问是不是想聊天', until })
  const after = await lead.get(`/api/figures/false-presses?${period}`)
  expect(after.body).toMatchObject({ items: [{ ...row, plan: true }] })
})

test('a device is available for all its time but its silences, however they lie about the period', async () => {
  const hour = (n: number) => new Date(Date.parse(FROM) + n * 3_600_000)
  const stood = async (given: { kind: string; since?: Date; revoked?: Date; heard?: boolean; silentSince?: Date }) => {
    const { kind, since = hour(-1000), heard = true } = given
    const { body } = await lead.post('/api/devices', { kind, areaId: lotus.id })
    const { id } = body as { id: string }
    await api.pool.query('update device set created_at = $2, revoked_at = $3 where id = $1', [
      id,
      since,
      given.revoked ?? null,
    ])
    await api.pool.query(
      `update device_state set last_message_at = $2::timestamptz, silent_since = $3 where device_id = $1`,
      [id, heard ? hour(200) : null, given.silentSince ?? null],
    )
    return id
  }
  let position = 900_000
  const tell = (id: string, name: 'silent' | 'back', when: Date) =>
    api.pool.query(
      `insert into event (position, at, topic, name, area_path, subject, body)
       values ($1, $2, 'device', 'device.' || $3::text, $4, 'device:' || $5::text, jsonb_build_object('deviceId', $5::text))`,
      [++position, when, name, lotus.path, id],
    )
  await ensureMonths()
  // The week has 168 hours. Heard all along, and once silent for 42 of them.
  await stood({ kind: 'button' })
  const once = await stood({ kind: 'button' })
  await tell(once, 'silent', hour(10))
  await tell(once, 'back', hour(52))
  // Never heard: it has no time yet. Nor had one that was taken away before.
  await stood({ kind: 'button', heard: false })
  await stood({ kind: 'button', revoked: hour(-1) })
  // Silent when the week began, and back after 84 hours.
  await tell(await stood({ kind: 'hub' }), 'back', hour(84))
  // Silent through it all: nothing told since, and one that came back only after it.
  await stood({ kind: 'scale', silentSince: hour(-5) })
  await tell(await stood({ kind: 'scale' }), 'back', hour(170))
  // Here for the last 24 hours, and silent for their second half until today.
  const late = await stood({ kind: 'oximeter', since: hour(144), silentSince: hour(156) })
  await tell(late, 'silent', hour(156))
  // Silent for half the time until it was taken away.
  const gone = await stood({ kind: 'door-reader', revoked: hour(40), silentSince: hour(20) })
  await tell(gone, 'silent', hour(20))

  const { body } = await lead.get(`/api/figures/availability?${period}`)
  expect(body).toEqual({
    items: [
      { kind: 'button', devices: 2, silences: 1, available: 0.875 },
      { kind: 'door-reader', devices: 1, silences: 1, available: 0.5 },
      { kind: 'hub', devices: 1, silences: 0, available: 0.5 },
      { kind: 'oximeter', devices: 1, silences: 1, available: 0.5 },
      { kind: 'scale', devices: 2, silences: 0, available: 0 },
    ],
  })
})

/** The log is cut by month, and these tests tell of one that is over. */
async function ensureMonths(): Promise<void> {
  const client = await api.pool.connect()
  try {
    await ensurePartitions(client, new Date(FROM))
  } finally {
    client.release()
  }
}

test('the workbook and the CSV hold every table, and a seat may not have them', async () => {
  const book = await lead.get(`/api/figures.xlsx?${period}`)
  expect(book.status).toBe(200)
  expect(String(book.body).slice(0, 2)).toBe('PK')
  const sheet = await lead.get(`/api/figures.csv?${period}`)
  expect(String(sheet.body)).toContain('emergency-press,12,11,20,40')
  const seat = await api.signIn('seat')
  expect((await seat.get(`/api/figures/load?${period}`)).status).toBe(403)
  expect((await lead.get(`/api/figures/load?from=${TO}&to=${FROM}`)).status).toBe(400)
})
