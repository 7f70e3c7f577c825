import { describe, expect, it } from 'vitest'
import ts from 'typescript'
import { isTest, parse, strings, tracked, typescript, walk, where, type Source } from './tree.ts'

const statement =
  /\b(insert\s+into|update\s+(only\s+)?[\w"?.]+\s+(as\s+\w+\s+)?set|delete\s+from|truncate\s+(table\s+)?\w+|merge\s+into|(create|alter|drop)\s+(table|index|function|schema|role|database)|copy\s+\w+\s+from)\b/i
const writingMethods = new Set(['createMany', 'createManyAndReturn', 'updateMany', 'updateManyAndReturn', 'deleteMany'])
const oneRowMethods = new Set(['create', 'update', 'upsert', 'delete'])
const rawMethods = new Set(['$executeRaw', '$executeRawUnsafe', '$queryRawUnsafe'])

/** SQL that writes, and Prisma calls that write. */
function writes(source: Source): string[] {
  const file = parse(source)
  const found = strings(file)
    .filter(({ text }) => statement.test(text))
    .map(({ node }) => where(node))
  walk(file, (node) => {
    if (!ts.isPropertyAccessExpression(node)) return
    const method = node.name.text
    if (rawMethods.has(method) || writingMethods.has(method)) found.push(where(node))
    if (oneRowMethods.has(method) && ts.isCallExpression(node.parent) && takesPrismaArguments(node.parent)) {
      found.push(where(node))
    }
  })
  return found
}

/** Map.delete, Hash.update and the like share the names; only Prisma's take `{ data }` or `{ where }`. */
function takesPrismaArguments(call: ts.CallExpression): boolean {
  const [first] = call.arguments
  return (
    !!first &&
    ts.isObjectLiteralExpression(first) &&
    first.properties.some(({ name }) => !!name && ts.isIdentifier(name) && ['data', 'where'].includes(name.text))
  )
}

const databaseClock =
  /\b(now\s*\(\s*\)|(clock|statement|transaction)_timestamp\s*\(|current_(timestamp|date|time)\b|local(timestamp|time)\b|timeofday\s*\()|'now'/i

describe('writes', () => {
  const sources = tracked(typescript).filter(({ path }) => !isTest(path))

  it('nothing outside prisma/ inserts, updates or deletes', () => {
    const elsewhere = sources.filter(({ path }) => !path.startsWith('prisma/'))
    expect(elsewhere.flatMap(writes)).toEqual([])
  })

  it.each([
    'const q = `insert\n into alarm (id) values ($1)`',
    "const q = 'UPDATE alarm SET state = $1'",
    'const q = `update ${table} set state = $1`',
    "const q = 'with gone as (delete from seat returning id) select id from gone'",
    "const q = 'truncate alarm'",
    'await db.alarm.create({ data: { id } })',
    'await db.alarm.deleteMany()',
    'await db.$executeRaw`select 1`',
  ])('sees the write in: %s', (text) => {
    expect(writes({ path: 'api/x.ts', text })).toHaveLength(1)
  })

  it.each([
    "const q = 'select updated_at from alarm for update skip locked'",
    "const words = 'Update the list and set it aside'",
    'map.delete(key); hash.update(bytes); Object.create(null)',
    '// insert into alarm',
  ])('sees no write in: %s', (text) => {
    expect(writes({ path: 'api/x.ts', text })).toEqual([])
  })
})

describe("the database's clock", () => {
  const fromStrings = (source: Source): string[] =>
    strings(parse(source))
      .filter(({ text }) => databaseClock.test(text))
      .map(({ node }) => where(node))

  it('no SQL asks the database what time it is: now is a parameter', () => {
    expect(
      tracked(typescript)
        .filter(({ path }) => !isTest(path))
        .flatMap(fromStrings),
    ).toEqual([])
  })

  it('no migration takes a time from the database', () => {
    const migrations = tracked(/\.sql$/)
    expect(migrations.length).toBeGreaterThan(0)
    const withoutComments = migrations.map(({ path, text }) => ({ path, text: text.replace(/--.*$/gm, '') }))
    expect(withoutComments.filter(({ text }) => databaseClock.test(text)).map(({ path }) => path)).toEqual([])
  })

  it.each(['select now()', 'where due_at <= CURRENT_TIMESTAMP', 'select clock_timestamp()', "values ('now')"])(
    'sees the clock in: %s',
    (sql) => {
      expect(fromStrings({ path: 'prisma/x.ts', text: 'const q = `' + sql + '`' })).toHaveLength(1)
    },
  )
})
