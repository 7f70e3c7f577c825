import { parentPort } from 'node:worker_threads'
import type { LaneItem } from '@anju/prisma/message/batch'
import { openPool } from '@anju/prisma/tx'
import { idOf, Lane } from './lane.ts'
import { type FromThread, type ToThread, withBytes } from './press-thread.ts'

/**
 * What runs in the press thread: the lane of presses, with connections of its own. Its argument is the database; items
 * come by message and each is answered after its COMMIT.
 */
const CONNECTIONS = 2
/** Presses in one transaction at most. */
const BATCH = 100

const [, , databaseUrl = ''] = process.argv
const tell = (message: FromThread): void => parentPort?.postMessage(message)
const pool = openPool(databaseUrl, { max: CONNECTIONS, name: 'anju gateway press', keepIdle: true, planOnce: true })
const lane = new Lane({
  name: 'press',
  pool,
  workers: CONNECTIONS,
  maxBatch: BATCH,
  gatherMs: 0,
  log: {
    warn: (fields, message) => tell({ level: 'warn', fields: posted(fields), message }),
    error: (fields, message) => tell({ level: 'error', fields: posted(fields), message }),
  },
})

parentPort?.on('message', (message: ToThread) => {
  if ('item' in message) store(withBytes(message.item, asBuffer))
  else void end(message.stopWithinMs)
})
// The first press shall not wait for connections: two sleepers need one each.
await Promise.allSettled(Array.from({ length: CONNECTIONS }, () => pool.query('select pg_sleep(0.01)')))

function store(item: LaneItem): void {
  const id = idOf(item)
  lane.store(item).then(
    (stored) => tell({ id, stored }),
    (error: unknown) => tell({ id, error: error instanceof Error ? error.message : String(error) }),
  )
}

async function end(withinMs: number): Promise<void> {
  await lane.stop(withinMs)
  await pool.end()
  parentPort?.close()
}

/** Bytes come as a bare Uint8Array. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** An error loses its code on the way between threads, and what cannot be cloned would lose the word itself. */
function posted({ err, ...fields }: { err?: unknown }): object {
  if (!(err instanceof Error)) return { ...fields, err: String(err) }
  const code = 'code' in err && typeof err.code === 'string' ? err.code : null
  return { ...fields, err: { type: err.name, code, message: err.message, stack: err.stack } }
}
