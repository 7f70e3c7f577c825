import { isAway } from '@anju/prisma/sqlstate'
import { openPool, transact } from '@anju/prisma/tx'
import { expect, test } from 'vitest'
import { breakableLine } from '../api/proxy.fixture.ts'
import { testDatabase } from '../postgres.ts'

test('a line that falls silent within a transaction is given up, and the next transaction has a new one', async () => {
  const database = await testDatabase()
  const line = await breakableLine(database.url)
  const pool = openPool(line.url, { max: 1, name: 'silent line', statementTimeoutMs: 100 })
  const failure: unknown = await transact(pool, async (tx) => {
    await tx.query('select 1')
    line.hold()
    await tx.query('select 2')
  }).catch((error: unknown) => error)
  expect(isAway(failure)).toBe(true)
  expect(await transact(pool, (tx) => tx.query('select 3 as n'))).toEqual([{ n: 3 }])
  await pool.end()
  line.close()
  await database.drop()
})
