import { afterAll, beforeAll, expect, test } from 'vitest'
import type pg from 'pg'
import { testDatabase } from '@anju/test/postgres'
import { createArea } from '../area/apply.ts'
import { masterKey } from '../key.ts'
import { openPool, transact } from '../tx.ts'
import { registerElder } from './apply.ts'
import { fillTerms, numberOf, termsOf } from './terms.ts'

const named = (...names: string[]) =>
  Object.entries(Object.groupBy(termsOf({ names, phones: [], contactPhones: [] }), (each) => each.kind)).map(
    ([kind, terms]) => `${kind}: ${terms.map((each) => each.term).join(' ')}`,
  )

test('a name is found by each of its tails, as it is written, as it sounds, and by its initials', () => {
  expect(named('陈秀兰')).toEqual(['name: 陈秀兰 秀兰 兰', 'pinyin: chenxiulan xiulan lan', 'initials: cxl xl'])
})

test('a surname is read as one first; what else a character may sound like is kept beside it', () => {
  const [, pinyin = ''] = named('单乐')
  expect(pinyin.split(' ').slice(1)).toEqual(
    expect.arrayContaining(['shanle', 'shanyue', 'danle', 'chanle', 'le', 'yue']),
  )
  expect(named('欧阳菲')[1]).toContain('ouyangfei')
})

test('ü is typed as v or as u', () => {
  expect(named('吕')[1]).toBe('pinyin: lv lu')
})

test('the parts of a name joined by a dot are one word, words of other letters stand each for themselves', () => {
  expect(named('古丽·买买提')[0]).toBe('name: 古丽买买提 丽买买提 买买提 买提 提')
  expect(named('Wang  XIULAN')).toEqual(['name: wang xiulan wangxiulan'])
})

test('the longest names make no flood of terms, and signs alone make none', () => {
  expect(termsOf({ names: ['乐'.repeat(100)], phones: [], contactPhones: [] }).length).toBeLessThan(600)
  expect(termsOf({ names: ['—'], phones: ['-'], contactPhones: [''] })).toEqual([])
})

test('a number stands from both its ends, without the country’s code', () => {
  expect(termsOf({ names: [], phones: ['+86 199-0000-0101'], contactPhones: ['(0571) 88'] })).toEqual([
    { kind: 'phone', term: '19900000101' },
    { kind: 'phone', term: '~10100000991' },
    { kind: 'contact', term: '057188' },
    { kind: 'contact', term: '~881750' },
  ])
  expect(['１９９', '0086 199', ' +86199', '8612'].map(numberOf)).toEqual(['199', '199', '199', '8612'])
})

let database: Awaited<ReturnType<typeof testDatabase>>
let pool: pg.Pool
beforeAll(async () => {
  database = await testDatabase()
  pool = openPool(database.url, { max: 2, name: 'test terms' })
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})

test('people of a release without search become findable, once, and who has no name to search for holds nothing up', async () => {
  const now = new Date()
  const key = masterKey(new Uint8Array(32).fill(1))
  const area = await transact(pool, (tx) => createArea(tx, { parentId: null, name: 'x', kind: 'county', now }))
  for (const name of ['陈秀兰', '—', '陈桂']) {
    await transact(pool, (tx) => registerElder(tx, key, { name, within: area.path, now }))
  }
  await pool.query('delete from elder_term')
  expect(await fillTerms(pool)).toBe(3)
  const { rows } = await pool.query(`select count(distinct elder_id)::integer as n from elder_term where term >= '陈'`)
  expect(rows).toEqual([{ n: 2 }])
  expect(await fillTerms(pool)).toBe(1)
})
