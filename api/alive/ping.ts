import { lookWhetherWell, recordPing } from '@anju/prisma/alive/apply'
import { transact } from '@anju/prisma/tx'
import type pg from 'pg'
import type { Logger } from 'pino'
import { attempt, firstOf } from '../notification/attempt.ts'

/** How often the world is told that we live. */
export const PING_EVERY_MS = 60_000

/**
 * Asks for an address of a watcher outside (healthchecks.io and its like) once a minute while all is well; when it
 * stops, the watcher calls people. Of several workers one asks. Throws when the database takes no writes.
 */
export async function pingAlive(
  pool: pg.Pool,
  { url, log, withinMs }: { url: string; log: Logger; withinMs?: number },
  now: Date,
): Promise<void> {
  const notWell = await transact(pool, (tx) => lookWhetherWell(tx, now, PING_EVERY_MS - 5000))
  if (notWell === null) return
  if (notWell.length > 0) return log.warn({ notWell }, 'not well: the watcher outside is not told that we live')
  const { error } = await attempt(async (signal) => {
    const response = await fetch(url, { redirect: 'follow', signal })
    await firstOf(response)
    return { status: response.status, error: response.ok ? null : `answered ${response.status}`, said: '' }
  }, withinMs)
  if (error !== null) log.warn({ error }, 'the watcher outside could not be told that we live')
  await transact(pool, (tx) => recordPing(tx, { at: now, error }))
}
