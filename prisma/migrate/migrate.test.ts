import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { emptyDatabase, testDatabase } from '@anju/test/postgres'
import { migrate } from './migrate.ts'

const now = new Date('2026-12-31T23:59:59Z')
const said: { facts: Record<string, unknown>; words: string }[] = []
const log = { info: (facts: Record<string, unknown>, words: string) => void said.push({ facts, words }) }

let database: Awaited<ReturnType<typeof emptyDatabase>>
let client: pg.Client
let folder: string
beforeEach(async () => {
  said.length = 0
  database = await emptyDatabase()
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
  folder = await mkdtemp(path.join(tmpdir(), 'migrations-'))
  await writeMigration('1_first', 'create table first (id int); -- a semicolon; in a comment\n')
})
afterEach(async () => {
  await client.end()
  await database.drop()
  await rm(folder, { recursive: true })
})

async function writeMigration(name: string, sql: string): Promise<void> {
  await mkdir(path.join(folder, name))
  await writeFile(path.join(folder, name, 'migration.sql'), sql + partitioned(name))
}

/** The tables whose partitions `migrate` makes must be there. */
function partitioned(name: string): string {
  if (name !== '1_first') return ''
  return ['message', 'rejected_message', 'reading', 'tap', 'event']
    .map((table) => `create table ${table} (at timestamptz) partition by range (at);`)
    .join('\n')
}

async function applied(): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'select migration_name as name from _prisma_migrations where finished_at is not null order by name',
  )
  return rows.map((row) => row.name)
}

describe('migrate', () => {
  test('applies what is new and nothing twice', async () => {
    await migrate(database.url, log, now, folder)
    await writeMigration('2_second', "create table second (id int); insert into second values (1); select ';';")
    await migrate(database.url, log, now, folder)
    await migrate(database.url, log, now, folder)
    expect(await applied()).toEqual(['1_first', '2_second'])
    expect((await client.query('select id from second')).rows).toEqual([{ id: 1 }])
    expect(said.filter(({ words }) => words.startsWith('migrated')).map(({ facts }) => facts['applied'])).toEqual([
      ['1_first'],
      ['2_second'],
    ])
  })

  test('of several processes at once one applies and the others wait', async () => {
    await Promise.all(Array.from({ length: 4 }, () => migrate(database.url, log, now, folder)))
    expect(await applied()).toEqual(['1_first'])
    expect(said.filter(({ words }) => words.startsWith('migrated'))).toHaveLength(1)
  })

  test('a failing migration leaves nothing of itself, and every later start says so', async () => {
    await migrate(database.url, log, now, folder)
    await writeMigration('2_second', 'create table second (id int); select 1 / 0;')
    await expect(migrate(database.url, log, now, folder)).rejects.toThrow(
      'A migration failed and the database was left as it was: division by zero',
    )
    expect((await client.query("select to_regclass('second') as there")).rows).toEqual([{ there: null }])
    await expect(migrate(database.url, log, now, folder)).rejects.toThrow('The migration 2_second failed earlier')
  })

  test('a database of a newer version is refused', async () => {
    await writeMigration('2_newer', 'create table newer (id int);')
    await migrate(database.url, log, now, folder)
    await rm(path.join(folder, '2_newer'), { recursive: true })
    await expect(migrate(database.url, log, now, folder)).rejects.toThrow(
      'The database was made by a newer version of Anju (it holds 2_newer); start that version instead.',
    )
  })

  test('a database that does not answer is one plain sentence', async () => {
    await expect(migrate('postgresql://nobody@127.0.0.1:1/none', log, now, folder)).rejects.toThrow(
      /^The database cannot be reached/,
    )
  })
})

test('a test database is a fresh copy of the whole schema', async () => {
  const [one, other] = await Promise.all([testDatabase(), testDatabase()])
  const visitor = new pg.Client({ connectionString: one.url })
  await visitor.connect()
  await visitor.query("insert into setting (key, value) values ('a', '1')")
  await visitor.end()
  const second = new pg.Client({ connectionString: other.url })
  await second.connect()
  expect((await second.query('select * from setting')).rows).toEqual([])
  await second.end()
  await Promise.all([one.drop(), other.drop()])
})
