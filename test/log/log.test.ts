import { LogTail, readEvents, type StoredEvent } from '@anju/prisma/log/tail'
import { openPool, transact } from '@anju/prisma/tx'
import { freshSeed, seeded } from '@anju/firmware-sim/random'
import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../postgres.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let pool: pg.Pool

beforeAll(async () => {
  database = await testDatabase()
  pool = openPool(database.url, { max: 12, name: 'log test' })
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})

const seed = freshSeed()

function event(name: string) {
  return { at: new Date(), topic: 'test', name, areaPath: null, subject: 'test:1', body: { name } }
}

async function write(names: string[], holdMs: number, fail: boolean): Promise<void> {
  await transact(pool, async (tx) => {
    await tx.query('select pg_sleep($1)', [holdMs / 1000]) // an early begin with a late commit
    for (const name of names) tx.events.push(event(name))
    if (fail) throw new Error('rolled back on purpose')
  }).catch((error: unknown) => {
    if (!fail) throw error
  })
}

test(`readers skip nothing, repeat nothing and stall behind nobody (seed ${seed})`, async () => {
  const { next } = seeded(seed, 'log')
  // a long transaction stands beside everything, as a report would
  const report = await pool.connect()
  await report.query('begin; select count(*) from event; select txid_current()')

  const seen: StoredEvent[][] = [[], [], []]
  const tails = seen.map((events) => {
    const tail = new LogTail(pool, database.url, {
      after: 0,
      batchSize: 7,
      onEvents: (batch) => void events.push(...batch),
    })
    tail.start()
    return tail
  })

  const committed: string[] = []
  await Promise.all(
    [1, 2, 3, 4, 5, 6, 7, 8].map(async (writer) => {
      for (let n = 0; n < 25; n++) {
        const names = Array.from({ length: 1 + Math.floor(next() * 3) }, (_, i) => `${writer}-${n}-${i}`)
        const fail = next() < 0.15
        await write(names, next() < 0.3 ? next() * 20 : 0, fail)
        if (!fail) committed.push(...names)
        if (next() < 0.1) {
          await pool.query(
            `select pg_terminate_backend(pid) from pg_stat_activity
             where application_name = 'anju log tail' and datname = current_database()`,
          )
        }
      }
    }),
  )

  for (const events of seen) await expect.poll(() => events.length, { timeout: 10_000 }).toBe(committed.length)
  for (const events of seen) {
    expect(events.map((item) => item.name).sort()).toEqual([...committed].sort())
    expect(events.map((item) => item.position)).toEqual(committed.map((_, i) => i + 1))
  }
  await report.query('rollback')
  report.release()
  await Promise.all(tails.map((tail) => tail.stop()))
})

test('a reader whose work fails is given the same events again', async () => {
  const begin = (await readEvents(pool, 0, 10_000)).at(-1)?.position ?? 0
  let failures = 2
  const seen: string[] = []
  const tail = new LogTail(pool, database.url, {
    after: begin,
    pollMs: 10,
    onEvents(batch) {
      if (failures-- > 0) throw new Error('not now')
      seen.push(...batch.map((item) => item.name))
    },
  })
  tail.start()
  await write(['x', 'y'], 0, false)
  await expect.poll(() => seen).toEqual(['x', 'y'])
  await tail.stop()
})

test('a reader whose server is away rests between its tries', async () => {
  const nowhere = 'postgres://nobody@127.0.0.1:9/none'
  const away = openPool(nowhere, { max: 1, name: 'away' })
  const tries: number[] = []
  const tail = new LogTail(away, nowhere, {
    pollMs: 40,
    onEvents: () => undefined,
    onError: () => void tries.push(performance.now()),
  })
  tail.start()
  await expect.poll(() => tries.length).toBeGreaterThan(3)
  await tail.stop()
  await away.end()
  const rests = tries.slice(1, 4).map((at, i) => at - (tries[i] ?? 0))
  expect(Math.min(...rests)).toBeGreaterThan(30)
})
