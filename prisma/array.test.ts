import pg from 'pg'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '@anju/test/postgres'
import { newId } from './id.ts'
import { boolArray, byteaArray, float8Array, int4Array, textArray, timeArray, uuidArray } from './array.ts'

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

async function back(type: string, column: Buffer): Promise<unknown> {
  const result = await client.query<{ v: unknown }>(`select $1::${type}[] as v`, [column])
  return result.rows[0]?.v
}

const itself = <T>(value: T): T => value

test('any text but NUL comes back as it was', async () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((value) => !value.includes('\0'))
  const special = fc.constantFrom('', 'NULL', 'null', '"', '\\', '{}', ',', ' a ', '\n', 'a"b\\c', 'ascii then 井')
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(text, special, fc.constant(null)), { maxLength: 8 }), async (values) => {
      expect(await back('text', textArray(values, itself))).toEqual(values)
    }),
    { numRuns: 60 },
  )
  await expect(back('text', textArray(['a\0b'], itself))).rejects.toMatchObject({ code: '22021' })
})

test('any time of the years 1 to 9999 comes back to the millisecond', async () => {
  const time = fc.date({
    min: new Date('0001-01-02T00:00:00Z'),
    max: new Date('9999-12-30T00:00:00Z'),
    noInvalidDate: true,
  })
  const special = fc.constantFrom(
    new Date(0),
    new Date('1999-12-31T23:59:59.999Z'),
    new Date('2026-11-22T06:00:00.123Z'),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(time, special, fc.constant(null)), { maxLength: 8 }), async (values) => {
      const rows = await client.query<{ ms: number | null }>(
        'select (extract(epoch from v) * 1000)::float8 as ms from unnest($1::timestamptz[]) with ordinality as t (v, n) order by n',
        [timeArray(values, itself)],
      )
      expect(rows.rows.map(({ ms }) => ms)).toEqual(values.map((value) => value?.getTime() ?? null))
    }),
    { numRuns: 60 },
  )
  expect(() => timeArray([new Date(Number.NaN)], itself)).toThrow(RangeError)
})

test('bytes, ids, numbers and truths come back as they were', async () => {
  const bytes = [Buffer.from([0, 255, 92]), null, Buffer.alloc(0)]
  expect(await back('bytea', byteaArray(bytes, itself))).toEqual(bytes)
  const ids = [newId(), null, 'ffffffff-ffff-ffff-ffff-ffffffffffff', '00000000-0000-0000-0000-000000000000']
  expect(await back('uuid', uuidArray(ids, itself))).toEqual(ids)
  expect(await back('uuid', uuidArray(['ABCDEF01-2345-6789-abcd-ef0123456789'], itself))).toEqual([
    'abcdef01-2345-6789-abcd-ef0123456789',
  ])
  expect(await back('float8', float8Array([1, null, -0.5, 1e21], itself))).toEqual([1, null, -0.5, 1e21])
  expect(await back('integer', int4Array([1, null, -2_147_483_648], itself))).toEqual([1, null, -2_147_483_648])
  expect(await back('boolean', boolArray([true, null, false], itself))).toEqual([true, null, false])
  expect(await back('text', textArray([], itself))).toEqual([])
  expect(() => int4Array([2 ** 31], itself)).toThrow(RangeError)
})
