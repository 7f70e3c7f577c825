import type pg from 'pg'
import { PARTITION_LOCK } from '../postgres/locks.ts'

/** The tables cut by month of arrival, and the column that says it. */
const PARTITIONED = ['message', 'rejected_message', 'reading', 'tap', 'event'] as const

/**
 * How far the partitions reach around `now`. One back: a fact received just before midnight is stored just after.
 * Two ahead: a month's turn needs nobody, even when the worker that makes them stood still for weeks.
 */
const MONTHS_BACK = 1
const MONTHS_AHEAD = 2

/**
 * Makes the monthly partitions around `now` that are missing, in UTC months, and answers their names. Facts and
 * events are cut by arrival, never by a device's clock, so no insert falls outside. At start and daily; any number of
 * processes at once.
 */
export async function ensurePartitions(client: pg.Client | pg.PoolClient, now: Date): Promise<string[]> {
  const wanted = months(now).flatMap((month) => PARTITIONED.map((table) => ({ table, ...month })))
  if ((await missing(client, wanted)).length === 0) return []
  await client.query('select pg_advisory_lock($1, $2)', [...PARTITION_LOCK])
  try {
    const made: string[] = []
    for (const { table, name, from, to } of await missing(client, wanted)) {
      // Names are ours and dates are digits, so nothing needs quoting. Attached afterwards, because that lets writers
      // of the other partitions go on, where `create … partition of` would stop them.
      const partition = `${table}_${name}`
      await client.query(
        `create table if not exists ${partition} (like ${table} including defaults including constraints)`,
      )
      await client.query(`alter table ${table} attach partition ${partition} for values from ('${from}') to ('${to}')`)
      made.push(partition)
    }
    return made
  } finally {
    await client.query('select pg_advisory_unlock($1, $2)', [...PARTITION_LOCK])
  }
}

type Partition = { table: string; name: string; from: string; to: string }

/** A table made but not attached, by a process killed in between, counts as missing. */
async function missing(client: pg.Client | pg.PoolClient, wanted: Partition[]): Promise<Partition[]> {
  const { rows } = await client.query<{ name: string }>(
    `select inhrelid::regclass::text as name from pg_inherits where inhparent = any ($1::text[]::regclass[])`,
    [[...PARTITIONED]],
  )
  const there = new Set(rows.map((row) => row.name))
  return wanted.filter(({ table, name }) => !there.has(`${table}_${name}`))
}

function months(now: Date): { name: string; from: string; to: string }[] {
  return Array.from({ length: MONTHS_BACK + 1 + MONTHS_AHEAD }, (_, at) => {
    const first = (offset: number) =>
      new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - MONTHS_BACK + at + offset, 1)).toISOString()
    return { name: first(0).slice(0, 7).replace('-', '_'), from: first(0), to: first(1) }
  })
}
