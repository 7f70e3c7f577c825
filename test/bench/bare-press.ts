import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { newId } from '@anju/prisma/id'
import { openPool } from '@anju/prisma/tx'
import { percentile } from './figure.ts'

/**
 * A peer, in its own process: a press with everything left out but its row, inserted and committed by one connection
 * that does nothing else. Arguments: database, transactions a second, seconds. Prints milliseconds as JSON.
 */
export type BarePress = { p50: number; p99: number }

const [url = '', perS = '20', seconds = '7'] = process.argv.slice(2)
const pool = openPool(url, { max: 1, name: 'bench bare press', keepIdle: true })
const client = await pool.connect()
const tookMs: number[] = []
const began = performance.now()
for (let n = 0; n < Number(perS) * Number(seconds); n++) {
  await pause(Math.max(0, began + (1000 * n) / Number(perS) - performance.now()))
  const now = new Date()
  const body = Buffer.from(`{"id":"p${n}","at":"${now.toISOString()}","button":"sos"}`)
  const sentAt = performance.now()
  await client.query({
    name: 'press',
    text: `insert into message (id, received_at, device_id, message_id, type, way, at, sha256, body)
           values ($1, $2, 'bench-b-1', $3, 'press', 'mqtt', $2, $4, $5)`,
    values: [newId(now), now, `p${n}`, randomBytes(32), body],
  })
  tookMs.push(performance.now() - sentAt)
}
client.release()
await pool.end()
process.stdout.write(
  JSON.stringify({ p50: percentile(tookMs, 0.5), p99: percentile(tookMs, 0.99) } satisfies BarePress),
)
