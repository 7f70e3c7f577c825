import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readAlarms } from '@anju/api/alarm/read'
import { readDesk } from '@anju/api/desk/read'
import { readFleet } from '@anju/api/device/fleet-read'
import { readMessages } from '@anju/api/device/message-read'
import { readElders } from '@anju/api/elder/search'
import { readReadings } from '@anju/api/reading/read'
import { timelineKinds } from '@anju/api/timeline/schema'
import { readTimeline } from '@anju/api/timeline/read'
import { scopeOf, type Scope } from '@anju/domain/access/scope'
import { createArea } from '@anju/prisma/area/apply'
import { openReads, type Db } from '@anju/prisma/reads'
import { openPool, transact } from '@anju/prisma/tx'
import { testDatabase } from '../postgres.ts'

const ROWS = 20_000
const now = new Date()

let database: Awaited<ReturnType<typeof testDatabase>>
let pool: pg.Pool
let scope: Scope
let elderId: string
interface Statement {
  text: string
  values: unknown[]
}
const asked: Statement[] = []
let db: Db

beforeAll(async () => {
  database = await testDatabase()
  pool = openPool(database.url, { max: 3, name: 'test plans' })
  const area = await transact(pool, (tx) => createArea(tx, { parentId: null, name: 'County', kind: 'county', now }))
  scope = scopeOf({ userId: null, role: 'seat', areaPath: area.path })
  const created = `$2::timestamptz - i * interval '1 minute'`
  const seeds: [string, unknown[]][] = [
    [
      `insert into home (id, area_id, created_at) select gen_random_uuid(), $1, ${created} from generate_series(1, ${ROWS}) i`,
      [area.id, now],
    ],
    [
      `insert into elder (id, home_id, name, phone, created_at)
       select gen_random_uuid(), id, 'name ' || substr(id::text, 1, 6), substr(id::text, 1, 8), created_at from home`,
      [],
    ],
    [
      `insert into device (id, kind, area_id, secret_hash, http_key_sealed, silent_after_s, created_at)
       select 'd-' || row_number() over (), 'button', area_id, '', '', 900, created_at from home`,
      [],
    ],
    ['insert into device_state (device_id) select id from device', []],
    [
      `insert into assignment (id, device_id, home_id, elder_id, valid_from)
       select gen_random_uuid(), 'd-' || row_number() over (), home_id, id, created_at from (select * from elder limit 500) as chosen`,
      [],
    ],
    [
      `insert into alarm (id, subject, kind, priority, state, area_id, area_path, elder_id, home_id, raised_at, clock_from,
                          presses, last_press_at, resolved_at, reasons)
       select gen_random_uuid(), 'elder:' || elder.id, 'emergency-press', 'high',
              case when substr(elder.id::text, 1, 2) = '00' then 'raised' else 'resolved' end,
              $1, $2, elder.id, home_id, elder.created_at, elder.created_at, 1, elder.created_at,
              case when substr(elder.id::text, 1, 2) <> '00' then elder.created_at end, '{}' from elder`,
      [area.id, area.path],
    ],
    [
      `insert into reading (id, received_at, message_id, device_id, elder_id, kind, at, plausible)
       select gen_random_uuid(), $1, 'm' || i, 'd-1', elder.id, 'weight', $1::timestamptz - i * interval '1 s', true
       from (select id from elder limit 100) as elder, generate_series(1, ${ROWS / 100}) i`,
      [now],
    ],
    ['analyze', []],
  ]
  for (const [sql, values] of seeds) await pool.query(sql, values)
  elderId = (await pool.query<{ id: string }>('select elder_id as id from reading limit 1')).rows[0]?.id ?? ''
  const query = pool.query.bind(pool)
  // Prisma hands every statement to the pool; what it hands is written down on the way.
  Object.assign(pool, {
    query: (statement: Statement | string, values?: unknown[]) => {
      if (typeof statement !== 'string') asked.push(statement)
      return typeof statement === 'string' ? query(statement, values) : query(statement)
    },
  })
  db = openReads(pool)
}, 120_000)
afterAll(async () => {
  await pool.end()
  await database.drop()
})

const page = { mark: undefined, limit: 100, now }
const next = { ...page, mark: { at: new Date(now.getTime() - 3_600_000), id: crypto.randomUUID() } }
const nextElders = Buffer.from(JSON.stringify([0, next.mark.at.toISOString(), next.mark.id])).toString('base64url')
const kinds = timelineKinds
const mark = { sort: 'newest', key: next.mark.at.getTime(), id: 'd-1' } as const
const fleet = { query: {}, sort: 'newest', mark, limit: 100, now } as const

test.each<[string, () => Promise<unknown>]>([
  ['open alarms', () => readAlarms(scope, db, { ...page, state: 'open' })],
  ['all alarms', () => readAlarms(scope, db, { ...page, state: 'all' })],
  ['the next page of alarms', () => readAlarms(scope, db, { ...next, state: 'all' })],
  ['elders', () => readElders(scope, db, { ...page, search: '' })],
  ['the next page of elders', () => readElders(scope, db, { ...page, search: '', cursor: nextElders })],
  ['a search', () => readElders(scope, db, { ...page, search: 'name 00' })],
  ['the fleet', () => readFleet(scope, db, { ...fleet, mark: undefined })],
  ['the next page of the fleet', () => readFleet(scope, db, fleet)],
  ['the silent part of the fleet', () => readFleet(scope, db, { ...fleet, query: { state: 'silent' } })],
  ['a hub’s devices', () => readFleet(scope, db, { ...fleet, query: { hubId: 'd-1' } })],
  ['what a device said', () => readMessages(scope, db, { ...page, deviceId: 'd-1' })],
  ['readings', () => readReadings(scope, db, { ...page, elderId })],
  ['the next page of readings', () => readReadings(scope, db, { ...next, elderId })],
  ['a timeline', () => readTimeline(scope, db, elderId, () => ({ ...page, kinds }))],
  ['the next page of a timeline', () => readTimeline(scope, db, elderId, () => ({ ...next, kinds }))],
  ['the desk', () => readDesk(scope, db, { sessionId: null, now })],
])('%s: no table of households is read from end to end', async (_name, read) => {
  asked.length = 0
  await read()
  const queries = asked.filter(({ text }) => /^\s*select/i.test(text))
  expect(queries.length).toBeGreaterThan(0)
  for (const { text, values } of queries) {
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values)
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
    expect(plan).not.toMatch(/Seq Scan on (alarm|elder|home|device|reading)\b/)
  }
})
