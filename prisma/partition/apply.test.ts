import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { testDatabase } from '@anju/test/postgres'
import { ensurePartitions } from './apply.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let clients: pg.Client[]
beforeEach(async () => {
  database = await testDatabase()
  clients = Array.from({ length: 3 }, () => new pg.Client({ connectionString: database.url }))
  await Promise.all(clients.map((client) => client.connect()))
})
afterEach(async () => {
  await Promise.all(clients.map((client) => client.end()))
  await database.drop()
})

const store = (client: pg.Client, receivedAt: string) =>
  client.query(
    `insert into message (id, received_at, device_id, type, way, sha256, body)
     values (gen_random_uuid(), $1, 'd', 'press', 'mqtt', '', '') returning tableoid::regclass::text as partition`,
    [receivedAt],
  )

test('partitions reach from last month to the month after next, over a turn of year', async () => {
  const made = await ensurePartitions(one(), new Date('2030-12-31T23:59:59Z'))
  expect(made.filter((name) => name.startsWith('message_'))).toEqual([
    'message_2030_11',
    'message_2030_12',
    'message_2031_01',
    'message_2031_02',
  ])
  expect(made).toHaveLength(20)
})

test('a fact lands in its own month to the last microsecond', async () => {
  await ensurePartitions(one(), new Date('2030-12-15T00:00:00Z'))
  const last = await store(one(), '2030-12-31T23:59:59.999999Z')
  const first = await store(one(), '2031-01-01T00:00:00Z')
  expect(last.rows).toEqual([{ partition: 'message_2030_12' }])
  expect(first.rows).toEqual([{ partition: 'message_2031_01' }])
})

test('without the worker, inserts go on for the whole of the next two months', async () => {
  await ensurePartitions(one(), new Date('2030-12-31T23:59:59Z'))
  await expect(store(one(), '2031-02-28T23:59:59Z')).resolves.toBeDefined()
  await expect(store(one(), '2031-03-01T00:00:00Z')).rejects.toThrow('no partition')
})

test('several processes at once make each partition once', async () => {
  const now = new Date('2031-06-01T00:00:00Z')
  const made = await Promise.all(clients.map((client) => ensurePartitions(client, now)))
  expect(made.flat()).toHaveLength(20)
  expect(await ensurePartitions(one(), now)).toEqual([])
})

test('a table that was made and not attached, by a process killed in between, is attached', async () => {
  await one().query('create table tap_2032_01 (like tap including defaults including constraints)')
  expect(await ensurePartitions(one(), new Date('2032-01-01T00:00:00Z'))).toContain('tap_2032_01')
})

test('making them waits for no open transaction that writes', async () => {
  const [writer, maker] = [one(), clients[1] ?? one()]
  const now = new Date('2033-01-15T00:00:00Z')
  await ensurePartitions(writer, now)
  await writer.query('begin')
  await store(writer, now.toISOString())
  await maker.query("set lock_timeout = '2s'")
  await expect(ensurePartitions(maker, new Date('2033-02-15T00:00:00Z'))).resolves.toHaveLength(5)
  await writer.query('commit')
})

function one(): pg.Client {
  const [client] = clients
  if (client === undefined) throw new Error('not connected')
  return client
}
