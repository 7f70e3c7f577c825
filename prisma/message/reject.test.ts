import { expect, test } from 'vitest'
import { testDatabase } from '@anju/test/postgres'
import { newId } from '../id.ts'
import { openPool, transact } from '../tx.ts'
import type { Rejected } from './arrived.ts'
import { storeRejected } from './reject.ts'

test('a rejected message that comes again, because its COMMIT was not heard, is kept once and is no fault', async () => {
  const database = await testDatabase()
  const pool = openPool(database.url, { max: 1, name: 'reject test' })
  const body = Buffer.from('{')
  const common = { receivedAt: new Date(), deviceId: 'btn-1', type: 'tap', detail: 'The body is not JSON.', body }
  const rejected: Rejected = { ...common, id: newId(), code: 'not-json' }
  for (let n = 0; n < 2; n++) await transact(pool, (tx) => storeRejected(tx, [rejected]))
  const { rows } = await pool.query('select id from rejected_message')
  expect(rows).toEqual([{ id: rejected.id }])
  await pool.end()
  await database.drop()
})
