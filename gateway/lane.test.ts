import type { Fact } from '@anju/domain/wire/fact'
import { lockSubjects, openPool, transact } from '@anju/prisma/tx'
import type pg from 'pg'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { testDatabase } from '@anju/test/postgres'
import { Lane } from './lane.ts'
import { arrived, now, press } from './arrived.fixture.ts'
import { makeWorld, type World } from './world.fixture.ts'

const log = pino({ level: 'silent' })
let database: Awaited<ReturnType<typeof testDatabase>>
let world: World
let pool: pg.Pool
let lane: Lane

beforeEach(async () => {
  database = await testDatabase()
  world = await makeWorld(database.url)
  pool = openPool(database.url, { max: 2, name: 'lane under test' })
  lane = new Lane({ name: 'test', pool, workers: 2, maxBatch: 100, gatherMs: 5, log })
})
afterEach(async () => {
  await lane.stop(1000)
  await pool.end()
  await world.end()
  await database.drop()
})

const weight = (deviceId: string, messageId: string, meal: string | null = null): Fact => ({
  type: 'reading',
  deviceId,
  messageId,
  time: now(),
  measurement: {
    kind: 'weight',
    plausible: true,
    systolic: null,
    diastolic: null,
    pulse: null,
    value: 61,
    meal,
    userNumber: null,
    irregular: null,
    motion: null,
  },
})

async function count(sql: string): Promise<number> {
  const result = await world.pool.query<{ n: number }>(`select count(*)::integer as n from ${sql}`)
  return result.rows[0]?.n ?? -1
}

test('one item that the database refuses is found by halves and kept as rejected; the others are stored', async () => {
  const scale = await world.register('scale')
  const items = Array.from({ length: 33 }, (_, i) => arrived(weight(scale.id, `w${i}`, i === 20 ? 'half\u0000' : null)))
  const stored = await Promise.all(items.map((item) => lane.store(item)))
  expect(stored.map((item) => item.is).filter((is) => is === 'stored')).toHaveLength(32)
  expect(stored[20]).toEqual({ is: 'rejected', code: 'unstorable' })
  expect(await count('reading')).toBe(32)
  expect(await count('message')).toBe(32)
  expect(await count(`rejected_message where code = 'unstorable'`)).toBe(1)
})

test('a press of a time that no database keeps is raised from its bytes alone', async () => {
  const button = await world.register('button')
  const time = { at: new Date(), deviceAt: new Date(-8.64e15), marks: [] }
  const broken: Fact = { type: 'press', deviceId: button.id, messageId: 'p1', time, battery: null }
  const [bad, good] = await Promise.all([lane.store(arrived(broken)), lane.store(arrived(press(button.id, 'p2')))])
  expect(bad).toEqual({ is: 'stored' })
  expect(good).toEqual({ is: 'stored' })
  expect(await count('alarm where presses = 2')).toBe(1)
})

test('a lock held too long is waited for, not given up', async () => {
  const button = await world.register('button')
  let release: () => void = () => undefined
  const held = transact(world.pool, async (tx) => {
    await lockSubjects(tx, [`elder:${world.elderId}`])
    await new Promise<void>((resolve) => (release = resolve))
  })
  const here = `database = (select oid from pg_database where datname = current_database())`
  await expect.poll(() => count(`pg_locks where locktype = 'advisory' and ${here}`)).toBe(1)
  const storing = lane.store(arrived(press(button.id, 'p1')))
  // It must have failed with 55P03 and begun anew at least once before the lock falls.
  const waitingSince = async () => {
    const result = await world.pool.query<{ since: Date }>(
      `select xact_start as since from pg_stat_activity
       where application_name = 'lane under test' and wait_event = 'advisory' and datname = current_database()`,
    )
    return result.rows[0]?.since.getTime() ?? 0
  }
  await expect.poll(waitingSince).toBeGreaterThan(0)
  const first = await waitingSince()
  await expect.poll(waitingSince, { timeout: 5000 }).toBeGreaterThan(first)
  release()
  await held
  expect(await storing).toEqual({ is: 'stored' })
  expect(await count('alarm')).toBe(1)
})

test('connections that are cut in the middle of it lose nothing and store nothing twice', async () => {
  const scale = await world.register('scale')
  const storing: Promise<unknown>[] = []
  let cut = 0
  for (let i = 0; i < 40; i++) {
    for (let j = 0; j < 10; j++) storing.push(lane.store(arrived(weight(scale.id, `w${i}-${j}`))))
    const result = await world.pool.query<{ n: number }>(
      `select count(pg_terminate_backend(pid))::integer as n from pg_stat_activity
       where application_name = 'lane under test' and datname = current_database() and state <> 'idle'`,
    )
    cut += result.rows[0]?.n ?? 0
  }
  await Promise.all(storing)
  expect(cut).toBeGreaterThan(0)
  expect(await count('reading')).toBe(400)
  expect(await count('message')).toBe(400)
  expect(await count('message_dedupe')).toBe(400)
})

test('what waits when the gateway stops without a database is refused, so that its device keeps it', async () => {
  const away = openPool('postgres://nobody@127.0.0.1:1/none', { max: 1, name: 'away' })
  const stuck = new Lane({ name: 'stuck', pool: away, workers: 1, maxBatch: 1, gatherMs: 0, log })
  const results = [1, 2, 3].map((n) => stuck.store(arrived(weight('scale', `w${n}`))))
  const outcome = Promise.allSettled(results)
  await stuck.stop(300)
  expect((await outcome).map((result) => result.status)).toEqual(['rejected', 'rejected', 'rejected'])
  await away.end()
})
