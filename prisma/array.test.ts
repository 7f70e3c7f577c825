import pg from 'pg'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '@anju/test/postgres'
import { byteaArray, plainArray, textArray, timeArray } from './array.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let client: pg.Client

beforeAll(async () => {
  database = await testDatabase()
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

async function back(type: string, literal: string): Promise<unknown> {
  const result = await client.query<{ v: unknown }>(`select $1::${type}[] as v`, [literal])
  return result.rows[0]?.v
}

test('any text but NUL comes back as it was', async () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((value) => !value.includes('\0'))
  const special = fc.constantFrom('', 'NULL', '"', '\\', '{}', ',', ' a ', '\n', 'a"b\\c')
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(text, special, fc.constant(null)), { maxLength: 8 }), async (values) => {
      expect(await back('text', textArray(values))).toEqual(values)
    }),
    { numRuns: 60 },
  )
})

test('bytes, times, numbers and words come back as they were', async () => {
  const bytes = [Buffer.from([0, 255, 92]), Buffer.alloc(0)]
  expect(await back('bytea', byteaArray(bytes))).toEqual(bytes)
  const times = [new Date(0), null, new Date('2026-11-22T06:00:00.123Z'), new Date('2026-11-22T06:00:00.123Z')]
  expect(await back('timestamptz', timeArray(times))).toEqual(times)
  expect(await back('float8', plainArray([1, null, -0.5, 1e21]))).toEqual([1, null, -0.5, 1e21])
  expect(await back('boolean', plainArray([true, null, false]))).toEqual([true, null, false])
  expect(await back('text', plainArray(['btn-1', null, 'a.b_c']))).toEqual(['btn-1', null, 'a.b_c'])
  expect(await back('text', plainArray(['null', null, 'NULL', 'Null1']))).toEqual(['null', null, 'NULL', 'Null1'])
  expect(await back('text', plainArray([]))).toEqual([])
})
