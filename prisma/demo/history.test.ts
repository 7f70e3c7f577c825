import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import type pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { DEMO_MARK } from '@anju/domain/demo'
import { publicKeyOf } from '@anju/domain/evidence/root'
import { verifyExport } from '@anju/domain/evidence/verify'
import { isSampled, SAMPLE_SHARE_PERCENT } from '@anju/domain/visit/sample'
import { testDatabase } from '@anju/test/postgres'
import { sampleSecret } from '../visit-feedback/share.ts'
import { exportEvidence } from '../evidence/export.ts'
import { signingKey } from '../evidence/seal.ts'
import { masterKey } from '../key.ts'
import { openReads } from '../reads.ts'
import { openPool, poolQuery } from '../tx.ts'
import { seedDemo } from './apply.ts'
import { planCounty } from './county.ts'
import { saidOn } from './day.ts'
import { fillHistory } from './history.ts'
import { HISTORY_DAYS } from './plan.ts'
import { pressesOn } from './presses.ts'
import { readRecord } from './record.ts'

const key = masterKey(new Uint8Array(32).fill(1))
const now = new Date('2026-11-22T08:00:00Z')
const quiet = { info: () => undefined, warn: () => undefined }
const never = new AbortController().signal

let database: Awaited<ReturnType<typeof testDatabase>>
let pool: pg.Pool
const one = async (sql: string): Promise<Record<string, unknown>> =>
  (await pool.query<Record<string, unknown>>(sql)).rows[0] ?? {}
const done = async (): Promise<number | null> => (await readRecord(poolQuery(pool)))?.history ?? null

/** Killed twice on its way, at a place no portion ends at, then brought to its end by two at once. */
beforeAll(async () => {
  database = await testDatabase()
  pool = openPool(database.url, { max: 4, name: 'test' })
  await seedDemo(pool, key, now)
  for (const portions of [5, 40]) {
    const child = fork(path.join(import.meta.dirname, 'fill.fixture.ts'), [database.url], { stdio: 'inherit' })
    const ended = once(child, 'exit')
    const far = async () => expect(await done()).toBeGreaterThanOrEqual(portions)
    await vi.waitFor(far, { timeout: 60_000, interval: 20 })
    child.kill('SIGKILL')
    await ended
  }
  await Promise.all([fillHistory(pool, key, quiet, never, 0), fillHistory(pool, key, quiet, never, 0)])
}, 180_000)
afterAll(async () => {
  await pool.end()
  await database.drop()
})

test('killed and gone on with, the history holds every planned fact, and each once', async () => {
  const county = planCounty('anju', now)
  const days = Array.from({ length: HISTORY_DAYS }, (_, daysAgo) => daysAgo)
  const said = days.flatMap((daysAgo) => saidOn(county, daysAgo))
  const bad = said.filter(
    ({ body }) =>
      !['blood-pressure', 'glucose', 'spo2', 'weight', 'temperature', undefined].includes(asText(body['kind'])),
  )
  const presses = days.flatMap((daysAgo) => pressesOn(county, daysAgo))
  const pressed = presses.length + presses.flatMap(({ again }) => again).length
  const stored = await one(`select
    (select count(*)::int from reading) + (select count(*)::int from tap) + (select count(*)::int from rejected_message) as said,
    (select count(*)::int from rejected_message) as rejected,
    (select count(*)::int from message where type = 'press') as pressed,
    (select count(*)::int from message) - (select count(*)::int from message where type = 'ack') as messages,
    (select count(distinct (device_id, message_id))::int from message where message_id is not null) as distinct_ids,
    (select count(*)::int from message where message_id is not null) as ids`)
  expect(stored['said']).toBe(said.length)
  expect(Number(stored['rejected'])).toBeGreaterThanOrEqual(bad.length)
  expect(stored['pressed']).toBe(pressed)
  expect(stored['distinct_ids']).toBe(stored['ids'])
  expect(await one(`select count(*)::int as n from reading where 'id-reused' = any (marks)`)).toEqual({ n: 0 })
})

const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

test('the past is over: no alarm open, none escalated, no question or command of it waiting, none in the log', async () => {
  expect(
    await one(`select
      (select count(*)::int from alarm) > 150 as alarms,
      (select count(*)::int from alarm where resolved_at is null) as open,
      (select count(*)::int from alarm where escalation > 0) as escalated,
      (select count(*)::int from deadline where state = 'pending' and kind not in ('device-silent', 'visit-due', 'visit-plan-due', 'visit-check')) as asked,
      (select count(*)::int from deadline join visit on visit.id::text = ref
       where deadline.state = 'pending' and kind = 'visit-due' and planned_to < '${new Date(now.getTime() - 7_200_000).toISOString()}') as late,
      (select count(*)::int from command where state in ('queued', 'sent')) as waiting,
      (select count(*)::int from event where name not in ('device.silent', 'device.back')) as events,
      (select count(*)::int from notification) as notifications,
      (select count(*)::int from seat where beat_at > '${now.toISOString()}') as present`),
  ).toEqual({
    alarms: true,
    open: 0,
    escalated: 0,
    asked: 0,
    late: 0,
    waiting: 0,
    events: 0,
    notifications: 0,
    present: 0,
  })
})

test('the log tells of each device that fell silent and came back, once, so that availability is counted from it', async () => {
  const told = await one(`with told as (
      select body->>'deviceId' as id, name, at, lead(name) over device as next from event
      window device as (partition by body->>'deviceId' order by at, position)),
    silent as (select unnest(devices) as id, raised_at as at from alarm where kind = 'device-silent')
    select count(*) filter (where name = 'device.silent')::int = (select count(*)::int from silent) as all,
           count(*) filter (where name = 'device.silent')::int > 15 as many,
           count(*) filter (where name = 'device.silent' and next = 'device.silent')::int as twice,
           count(*) filter (where name = 'device.silent' and not exists (
             select from silent where silent.id = told.id and silent.at = told.at))::int as other,
           (select count(*)::int from device_state s where silent_since is not null
              and not exists (select from told where told.id = s.device_id and told.at = s.silent_since)) as untold
    from told`)
  expect(told).toEqual({ all: true, many: true, twice: 0, other: 0, untold: 0 })
})

test('every reading has its owner, and a few came late, backfilled, of a wrong clock, or cannot be so', async () => {
  const { owned, ...kinds } = await one(`select bool_and(elder_id is not null) as owned,
    bool_or('late' = any (marks)) as late, bool_or('backfilled' = any (marks)) as backfilled,
    bool_or('skewed' = any (marks)) as skewed, bool_or(not plausible) as implausible from reading`)
  expect(owned).toBe(true)
  expect(kinds).toEqual({ late: true, backfilled: true, skewed: true, implausible: true })
})

test('nobody measures after death, away from home, or with a device that is silent', async () => {
  expect(
    await one(`select count(*)::int as n from reading join elder on elder.id = elder_id
      where at >= death_confirmed_at
         or exists (select from absence a where a.elder_id = reading.elder_id and kind = 'hospital'
                    and at >= away_from + interval '1 day' and at < away_to)
         or exists (select from device_state s where s.device_id = reading.device_id and at > silent_since)`),
  ).toEqual({ n: 0 })
})

test('a visit’s taps carry the badge of a caregiver of a provider', async () => {
  expect(
    await one(
      `select count(*)::int > 600 as many, count(tag.id) = count(*) as known from tap left join tag on tag.uid = tap.uid`,
    ),
  ).toEqual({ many: true, known: true })
})

test('visits of three months stand with their ends, their stories and what they added to the evidence, each once', async () => {
  expect(
    await one(`select (select count(*)::int from visit where planned_to < '${now.toISOString()}') > 1500 as many,
      (select count(distinct (plan_id, plan_day)) = count(*) from visit where plan_id is not null) as once,
      (select bool_and(begin_grade is not null and minutes is not null) from visit where state = 'ready') as known,
      (select count(*)::int from presence where way = 'tag' and tag_id is null) as tagless,
      (select count(*)::int from presence join visit on visit.id = visit_id where plan_id is not null) - (select count(*)::int from evidence where convert_from(body, 'UTF8')::jsonb -> 'personal' ? 'raw') as unkept,
      (select count(*)::int from visit_entry join visit on visit.id = visit_id
       where plan_day <= ('${now.toISOString()}'::timestamptz at time zone 'Asia/Shanghai')::date)
        - (select count(*)::int from evidence where kind = 'visit-entry') as unchained,
      (select count(*)::int from visit where state = 'in-service') >= 4 as now`),
  ).toEqual({ many: true, once: true, known: true, tagless: 0, unkept: 0, unchained: 0, now: true })
})

test('12349 asked after the visits that the platform picks, and after no other; the last days’ wait', async () => {
  const secret = sampleSecret(key)
  const { rows } = await pool.query<{ id: string; daysAgo: number; heard: number; tries: number }>(
    `select visit.id, extract(day from $1::timestamptz - left_at)::int as "daysAgo",
            count(*) filter (where kind = 'feedback')::int as heard,
            count(*) filter (where kind = 'feedback-not-reached')::int as tries
     from visit join visit_entry on visit_id = visit.id
     where left_at < $1 and state in ('evaluated', 'called-back', 'ready') group by 1, 2`,
    [now],
  )
  const picked = rows.filter(({ id }) => isSampled(id, secret, SAMPLE_SHARE_PERCENT))
  const asked = rows.filter(({ heard, tries }) => heard + tries > 0)
  expect(asked.filter((row) => !picked.includes(row))).toEqual([])
  expect(picked.filter(({ daysAgo, heard, tries }) => daysAgo > 6 && heard === 0 && tries < 3)).toEqual([])
  expect(asked.filter(({ heard }) => heard === 1).length).toBeGreaterThan(100)
  expect(picked.some(({ heard }) => heard === 0)).toBe(true)
})

test('what the rules find in it is a queue as an office has one: some of each severity, and not hundreds', async () => {
  const { rows } = await pool.query<{ severity: string; n: number }>(
    `select severity, count(*)::int as n from visit_exception where state = 'open' group by severity order by severity`,
  )
  const found = Object.fromEntries(rows.map(({ severity, n }) => [severity, n]))
  expect(Object.keys(found)).toEqual(['grave', 'notice', 'warning'])
  expect(found['grave']).toBeLessThan(15)
  expect(found['warning']).toBeLessThan(50)
  expect(found['notice']).toBeLessThan(100)
  expect(await one(`select count(distinct rule)::int >= 8 as many from visit_exception`)).toEqual({ many: true })
  expect(
    await one(`select count(*)::int as n from visit_exception where rule in ('cloned-tag', 'replayed-tag')`),
  ).toEqual({
    n: 0,
  })
})

test('what is exported of the past verifies, and says that it is a demo’s', async () => {
  const { id } = await one('select elder_id::text as id from evidence group by elder_id having count(*) > 1 limit 1')
  const publicKey = publicKeyOf(signingKey(key))
  const verified = verifyExport(await exportEvidence(openReads(pool), [String(id)]), publicKey)
  expect(verified).toMatchObject({ demo: DEMO_MARK, whole: true })
})

test('a history that is there is not stored again', async () => {
  expect(await done()).toBeNull()
  const before = await one('select count(*)::int as n from message')
  await fillHistory(pool, key, quiet, never, 0)
  expect(await one('select count(*)::int as n from message')).toEqual(before)
})
