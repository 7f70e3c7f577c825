import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SharedReads } from '@anju/api/device/shared-read'
import { gramsOf } from '@anju/api/grams'
import { appendEvents } from '@anju/prisma/log/append'
import { openReads } from '@anju/prisma/reads'
import { openPool, transact } from '@anju/prisma/tx'
import { testDatabase } from '../postgres.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let pool: pg.Pool
beforeAll(async () => {
  database = await testDatabase()
  pool = openPool(database.url, { max: 3, name: 'test shared reads' })
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})

test('a shared read is done anew after a second, after an event, for another scope and after a failure', async () => {
  const start = new Date()
  let now = start
  const shared = new SharedReads<number>({ reads: openReads(pool), now: () => now })
  let done = 0
  const ask = (key: string) => shared.read(key, () => Promise.resolve(++done))
  expect(await ask('/county/')).toBe(1)
  now = new Date(start.getTime() + 900)
  expect(await ask('/county/')).toBe(1)
  expect(await ask('/county/town/')).toBe(2)
  now = new Date(start.getTime() + 1900)
  expect(await ask('/county/')).toBe(3)
  await transact(pool, async (tx) => {
    appendEvents(tx, [
      { at: start, topic: 'device', name: 'device.silent', areaPath: null, subject: 'device:1', body: {} },
    ])
    await tx.flush()
  })
  expect(await ask('/county/')).toBe(4)
  await expect(shared.read('/other/', () => Promise.reject(new Error('away')))).rejects.toThrow('away')
  expect(await ask('/other/')).toBe(5)
})

test.each(['村', '柳树', '松坡村2', 'BTN a', 'ÄÖ.1'])('what holds %s has its grams in the database', async (word) => {
  const { rows } = await pool.query<{ has: boolean; lacks: boolean }>(
    `select grams('x' || $1 || ' y') @> $2::text[] as has, grams('荷花 z') @> $2::text[] as lacks`,
    [word, gramsOf(word)],
  )
  expect(rows).toEqual([{ has: true, lacks: false }])
})
