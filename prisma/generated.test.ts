import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '@anju/test/postgres'
import { generate } from './generate.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anju-schema-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('prisma/generated is what schema.prisma generates', async () => {
  await cp(join(import.meta.dirname, 'schema.prisma'), join(folder, 'schema.prisma'))
  generate(join(folder, 'schema.prisma'))
  expect(await textsOf(join(folder, 'generated'))).toEqual(await textsOf(join(import.meta.dirname, 'generated')))
})

async function textsOf(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const texts = files.sort().map(async (file) => [file.slice(root.length), await readFile(file, 'utf8')] as const)
  return Object.fromEntries(await Promise.all(texts))
}

test('every field of schema.prisma is a column the migrations made, with the same type and nullability', async () => {
  const database = await testDatabase()
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    const { rows } = await client.query<{ key: string; type: string; nullable: boolean }>(
      `select table_name || '.' || column_name as key, udt_name as type, is_nullable = 'YES' as nullable
       from information_schema.columns where table_schema = 'public'`,
    )
    const columns = new Map(rows.map(({ key, type, nullable }) => [key, { type, nullable }]))
    const fields = fieldsOf(await readFile(join(import.meta.dirname, 'schema.prisma'), 'utf8'))
    expect(fields.length).toBeGreaterThan(150)
    for (const { key, type, nullable } of fields) {
      expect([key, columns.get(key)]).toEqual([key, { type, nullable }])
    }
  } finally {
    await client.end()
    await database.drop()
  }
})

const types: Record<string, string> = {
  String: 'text',
  'String @db.Uuid': 'uuid',
  'String[]': '_text',
  Boolean: 'bool',
  Int: 'int4',
  BigInt: 'int8',
  Float: 'float8',
  Bytes: 'bytea',
  Json: 'jsonb',
  'DateTime @db.Timestamptz': 'timestamptz',
  'DateTime @db.Date': 'date',
}

/** The scalar fields of the schema's models as table.column, by PostgreSQL's own names of types. */
function fieldsOf(schema: string) {
  return schema
    .split(/^model /m)
    .slice(1)
    .flatMap((body) => {
      const table = /@@map\("(\w+)"\)/.exec(body)?.[1] ?? ''
      return body.split('\n').flatMap((line) => {
        const [, name, base, list = '', optional = ''] = /^\s+(\w+)\s+([A-Z]\w+)(\[\])?(\?)?/.exec(line) ?? []
        const native = /@db\.\w+/.exec(line)?.[0]
        const type = types[`${base}${list}${native ? ` ${native}` : ''}`]
        if (name === undefined || type === undefined) return []
        const column = /(?<!@)@map\("(\w+)"\)/.exec(line)?.[1] ?? name
        return [{ key: `${table}.${column}`, type, nullable: optional === '?' }]
      })
    })
}
