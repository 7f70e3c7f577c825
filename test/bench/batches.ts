import { randomBytes } from 'node:crypto'
import { newId } from '@anju/prisma/id'
import { openPool } from '@anju/prisma/tx'
import type pg from 'pg'

/**
 * A peer, in its own process: PostgreSQL given nothing but batches, by two connections, each batch one transaction.
 * Arguments: database, `message` or `all` (with dedupe row and reading), seconds. Prints the result as JSON.
 */
export type Batches = { tables: 'message' | 'all'; rows: number; rowsPerS: number }

const CONNECTIONS = 2
const BATCH = 1000
const DEVICES = 500

const [url = '', tables = 'all', seconds = '3'] = process.argv.slice(2)
const run = randomBytes(4).toString('hex')
let made = 0

function batch() {
  const now = new Date()
  const numbers = Array.from({ length: BATCH }, () => made++)
  return {
    ids: numbers.map(() => newId(now)),
    at: numbers.map(() => now),
    devices: numbers.map((n) => `bench-m-${(n % DEVICES) + 1}`),
    messageIds: numbers.map((n) => `${run}-r${n}`),
    sha256: numbers.map(() => randomBytes(32)),
    bodies: numbers.map((n) =>
      Buffer.from(
        `{"id":"${run}-r${n}","at":"${now.toISOString()}","kind":"blood-pressure","systolic":131,"diastolic":81,"pulse":72,"unit":"mmHg"}`,
      ),
    ),
  }
}

async function store(client: pg.PoolClient): Promise<void> {
  const { ids, at, devices, messageIds, sha256, bodies } = batch()
  await client.query('begin')
  if (tables === 'all') {
    await client.query(
      `insert into message_dedupe (device_id, message_id, sha256, fact_id)
       select * from unnest($1::text[], $2::text[], $3::bytea[], $4::uuid[]) on conflict do nothing`,
      [devices, messageIds, sha256, ids],
    )
  }
  await client.query(
    `insert into message (id, received_at, device_id, message_id, type, way, at, sha256, body)
     select id, at, device_id, message_id, 'reading', 'mqtt', at, sha256, body
     from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::bytea[], $6::bytea[])
       as m (id, at, device_id, message_id, sha256, body)`,
    [ids, at, devices, messageIds, sha256, bodies],
  )
  if (tables === 'all') {
    await client.query(
      `insert into reading (id, received_at, message_id, device_id, kind, at, device_at, plausible, systolic, diastolic, pulse)
       select id, at, message_id, device_id, 'blood-pressure', at, at, true, 131, 81, 72
       from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[]) as r (id, at, message_id, device_id)`,
      [ids, at, messageIds, devices],
    )
  }
  await client.query('commit')
}

const pool = openPool(url, { max: CONNECTIONS, name: 'bench batches' })
const began = performance.now()
const endsAt = began + Number(seconds) * 1000
let rows = 0
await Promise.all(
  Array.from({ length: CONNECTIONS }, async () => {
    const client = await pool.connect()
    while (performance.now() < endsAt) {
      await store(client)
      rows += BATCH
    }
    client.release()
  }),
)
const rowsPerS = Math.round(rows / ((performance.now() - began) / 1000))
await pool.end()
process.stdout.write(JSON.stringify({ tables, rows, rowsPerS }))
