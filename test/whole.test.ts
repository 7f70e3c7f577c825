import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findFaults } from './faults/whole.ts'
import { testDatabase } from './postgres.ts'

/** The look at the database after each kill must see each fault it looks for. */
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

const MESSAGE = `insert into message (id, received_at, device_id, message_id, type, way, sha256, body)
                 values (gen_random_uuid(), now(), 'd', $1, $2, 'mqtt', '', '') returning id`
const ALARM = `insert into alarm (id, subject, kind, priority, state, area_path, raised_at, clock_from, presses, reasons)
               values ($1, 'device:d', 'emergency-press', 'high', 'raised', '/', now(), now(), 2, '{}')`
const broken: Record<string, () => Promise<unknown>> = {
  'stored twice': async () => {
    await client.query(MESSAGE, ['a', 'ack'])
    await client.query(MESSAGE, ['a', 'ack'])
  },
  'dedupe without message': () =>
    client.query(`insert into message_dedupe values ('d', 'b', '', '00000000-0000-7000-8000-000000000001')`),
  'message without dedupe': () => client.query(MESSAGE, ['c', 'ack']),
  'reading by half': () => client.query(MESSAGE, ['e', 'reading']),
  'tap by half': () =>
    client.query(
      `insert into tap (id, received_at, message_id, device_id, at) values (gen_random_uuid(), now(), 'f', 'd', now())`,
    ),
  'presses not counted': () => client.query(MESSAGE, ['g', 'press']),
  'entry of no message': async () => {
    const id = '00000000-0000-7000-8000-000000000002'
    await client.query(ALARM, [id])
    await client.query(
      `insert into alarm_entry (id, alarm_id, at, kind, message) values (gen_random_uuid(), $1, now(), 'raised', $1)`,
      [id],
    )
  },
  'alarm not raised once': () => client.query(ALARM, ['00000000-0000-7000-8000-000000000003']),
  'presses told otherwise': async () => {
    const id = '00000000-0000-7000-8000-000000000004'
    await client.query(ALARM, [id])
    await client.query(
      `insert into event (position, at, topic, name, subject, body) values (1, now(), 'alarm', 'alarm.raised', 's', $1)`,
      [JSON.stringify({ alarmId: id, presses: 1 })],
    )
  },
  'alarm without a clock': () => client.query(ALARM, ['00000000-0000-7000-8000-000000000005']),
  'log with a hole': async () => {
    await client.query('update log_head set position = 2')
    await client.query(
      `insert into event (position, at, topic, name, subject, body) values (2, now(), 't', 'n', 's', '{}')`,
    )
  },
}

test('a database nobody has written to has no fault', async () => {
  const faults = await findFaults(database.url, [])
  expect(Object.values(faults).flat()).toEqual([])
  expect(Object.keys(faults).sort()).toEqual(['lost', ...Object.keys(broken)].sort())
})

test('an acknowledged message that is not there is lost', async () => {
  const faults = await findFaults(database.url, [{ device: 'd', id: 'gone', way: 'hub' }])
  expect(faults['lost']).toEqual([{ device: 'd', id: 'gone', way: 'hub', stored: 0 }])
})

test.for(Object.entries(broken))('%s is seen', async ([name, spoil]) => {
  await client.query('truncate message, message_dedupe, reading, tap, alarm, alarm_entry, event cascade')
  await client.query('update log_head set position = 0')
  await spoil()
  const faults = await findFaults(database.url, [])
  expect(faults[name]).not.toEqual([])
})
