import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readMap } from '@anju/api/map/read'
import { scopeOf, type Scope } from '@anju/domain/access/scope'
import { createArea } from '@anju/prisma/area/apply'
import { openReads, type Db } from '@anju/prisma/reads'
import { openPool, transact } from '@anju/prisma/tx'
import { testDatabase } from '../postgres.ts'

const HOMES = 100_000
const now = new Date()

let database: Awaited<ReturnType<typeof testDatabase>>
let pool: pg.Pool
let scope: Scope
let db: Db
const asked: { text: string; values: unknown[] }[] = []

/** A county of 100,000 homes in 100 communities, evenly over a quarter of a degree. */
beforeAll(async () => {
  database = await testDatabase()
  pool = openPool(database.url, { max: 3, name: 'test map plans' })
  const county = await transact(pool, (tx) => createArea(tx, { parentId: null, name: 'County', kind: 'county', now }))
  scope = scopeOf({ userId: null, role: 'seat', areaPath: county.path })
  const seeds: [string, unknown[]][] = [
    [
      `insert into area (id, parent_id, path, name, kind, created_at)
       select id, $1, $2 || id || '/', 'C' || i, 'community', now() from (select gen_random_uuid() as id, i from generate_series(1, 100) i) as made`,
      [county.id, county.path],
    ],
    [
      `insert into home (id, area_id, created_at, lon, lat, given_lon, given_lat, position_system)
       select gen_random_uuid(), area, now(), lon, lat, lon, lat, 'wgs84' from (
         select (select array_agg(id) from area where kind = 'community') as areas) as all_areas,
         lateral (select areas[1 + i % 100] as area, 104.8 + (i % 500) / 2000.0 as lon, 30.5 + (i / 500) / 800.0 as lat
                  from generate_series(0, $1 - 1) i) as made`,
      [HOMES],
    ],
    [
      `insert into elder (id, home_id, name, created_at) select gen_random_uuid(), id, 'name', created_at from home`,
      [],
    ],
    ['analyze', []],
  ]
  for (const [sql, values] of seeds) await pool.query(sql, values)
  const query = pool.query.bind(pool)
  // Prisma hands every statement to the pool; what it hands is written down on the way.
  Object.assign(pool, {
    query: (statement: { text: string; values: unknown[] } | string, values?: unknown[]) => {
      if (typeof statement !== 'string') asked.push(statement)
      return typeof statement === 'string' ? query(statement, values) : query(statement)
    },
  })
  db = openReads(pool)
}, 180_000)
afterAll(async () => {
  await pool.end()
  await database.drop()
})

test('a street of 100,000 homes is found along its index, and so are those who live there', async () => {
  const wanted = { kind: 'box', west: 104.85, east: 104.86, south: 30.55, north: 30.56 } as const
  const view = await readMap(scope, db, { wanted, now })
  expect(view.grouped).toBe(false)
  expect(view.homes.length).toBeGreaterThan(100)
  asked.length = 0
  await readMap(scope, db, { wanted, now })
  const plans: string[] = []
  for (const { text, values } of asked.filter((each) => /^\s*select/i.test(each.text))) {
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values)
    plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'))
  }
  expect(plans.join('\n')).toContain('home_by_position')
  expect(plans.join('\n')).not.toMatch(/Seq Scan on (home|elder)\b/)
})

test('the whole county is told as its communities, every home and resident counted', async () => {
  const view = await readMap(scope, db, { wanted: { kind: 'all' }, now })
  expect(view).toMatchObject({ grouped: true, homes: [], unplaced: 0 })
  expect(view.communities).toHaveLength(100)
  const sum = (field: 'homes' | 'residents') => view.communities.reduce((total, each) => total + each[field], 0)
  expect([sum('homes'), sum('residents')]).toEqual([HOMES, HOMES])
  const took: number[] = []
  for (let round = 0; round < 3; round++) {
    const began = performance.now()
    await readMap(scope, db, { wanted: { kind: 'all' }, now })
    took.push(performance.now() - began)
  }
  // some 150 ms on a quiet machine: slow enough to be seen, too fast to be waited for
  expect(Math.min(...took)).toBeLessThan(2000)
})
