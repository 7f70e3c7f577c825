import { checkMonth } from '@anju/domain/visit/check/check'
import type { Finding, RuleId } from '@anju/domain/visit/check/finding'
import { ensurePartitions } from '@anju/prisma/partition/apply'
import { openPool, transact } from '@anju/prisma/tx'
import { checkNight, checkWholeMonth } from '@anju/prisma/visit-exception/nightly'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decideNext } from '@anju/prisma/deadline/decide'
import { testDatabase } from '../postgres.ts'
import { AS_OF, type Draft } from './county.ts'
import { makeMonth } from './month.ts'
import { seedVisits, uuidOf } from './seed.ts'

/** Rules about what the files of elders, caregivers and rosters say, which the made-up months keep with each visit. */
const OF_FILES: RuleId[] = [
  'service-without-credential',
  'after-death',
  'after-suspension',
  'outside-roster',
  'elder-away',
]

let database: Awaited<ReturnType<typeof testDatabase>>
let pool: pg.Pool
let visits: readonly Draft[]
let pure: Finding[]
beforeAll(async () => {
  database = await testDatabase()
  pool = openPool(database.url, { max: 4, name: 'checks test' })
  visits = makeMonth(5, { honest: 4, stagers: 5, times: 1 }).visits
  pure = checkMonth({ visits, asOf: AS_OF }).filter(({ rule }) => !OF_FILES.includes(rule))
  await seedVisits(pool, visits)
  const client = await pool.connect()
  await ensurePartitions(client, AS_OF).finally(() => client.release())
}, 60_000)
afterAll(async () => {
  await pool.end()
  await database.drop()
})

interface Row {
  visitId: string
  rule: string
  severity: string
  state: string
}
const stored = async (): Promise<Row[]> =>
  (
    await pool.query<Row>(
      `select visit_id as "visitId", rule, severity, state from visit_exception
       where not rule = any($1) order by visit_id, rule, found_at`,
      [OF_FILES],
    )
  ).rows
const expected = (state: string): Row[] =>
  pure
    .map(({ visitId, rule, severity }) => ({ visitId: uuidOf(visitId), rule, severity, state }))
    .sort((a, b) => (a.visitId + a.rule < b.visitId + b.rule ? -1 : 1))

describe('a month as it is stored', () => {
  test('the night finds what the rules find', async () => {
    const run = await checkWholeMonth(pool, '2026-03', AS_OF)
    expect(run.visits).toBe(visits.length)
    expect(await stored()).toEqual(expected('open'))
    expect(new Set(pure.map(({ rule }) => rule)).size).toBeGreaterThan(20)
  }, 60_000)

  test('again it changes nothing, and the log tells of nothing', async () => {
    const before = await pool.query('select count(*)::int as n from event')
    const run = await checkWholeMonth(pool, '2026-03', AS_OF)
    expect(run.changed).toBe(0)
    expect(await stored()).toEqual(expected('open'))
    expect((await pool.query('select count(*)::int as n from event')).rows).toEqual(before.rows)
  }, 60_000)

  test('a visit alone reads as in the whole month', async () => {
    const odd = [...new Set(pure.map(({ visitId }) => visitId))].slice(0, 12)
    await pool.query(`delete from visit_exception where visit_id = any($1)`, [odd.map(uuidOf)])
    await pool.query(
      `insert into deadline (id, kind, ref, subject, due_at, state)
       select gen_random_uuid(), 'visit-check', id::text, 'elder:' || elder_id, $2, 'pending' from visit where id = any($1)`,
      [odd.map(uuidOf), AS_OF],
    )
    expect(await transact(pool, (tx) => decideNext(tx, AS_OF))).toBeNull() // no alarm's question waits behind them
    for (let left = odd.length; left > 0; left--) {
      const decided = await transact(pool, (tx) => decideNext(tx, AS_OF, undefined, 'check'))
      expect([decided?.due.kind, decided?.error]).toEqual(['visit-check', undefined])
    }
    expect(await stored()).toEqual(expected('open'))
  }, 60_000)

  test('each night is run once, by one of any number of workers', async () => {
    const runs = await Promise.all([checkNight(pool, AS_OF), checkNight(pool, AS_OF), checkNight(pool, AS_OF)])
    expect(runs.filter((run) => run !== null)).toHaveLength(1)
    const { rows } = await pool.query('select visits, ended_at is not null as ended from visit_check_run')
    expect(rows).toEqual([{ visits: visits.length, ended: true }])
  }, 60_000)
})
