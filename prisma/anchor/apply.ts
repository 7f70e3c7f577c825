import { createHash } from 'node:crypto'
import { againAfterMs } from '@anju/domain/evidence/anchor'
import type { DayRoot } from '@anju/domain/evidence/root'
import { newId } from '../id.ts'
import { recordHealth } from '../notification/health.ts'
import { lockSubjects, type Tx } from '../tx.ts'

/** The way of files in a folder that a second party reads; others are 'channel:<id>'. */
export const FOLDER = 'folder'

/** More days than this go in the next letter: no mailbox refuses it for its size. */
const DAYS_AT_ONCE = 400
/** One handing over may last this long before another worker may try. */
const LEASE_MS = 60_000

export interface DueAnchor {
  way: string
  channelId: string | null
  /** In order. */
  days: (DayRoot & { signature: Uint8Array; attempts: number })[]
}

/** Every sealed day is owed to every way that is open now: a channel that begins to keep roots gets those before, too. */
export async function planAnchors(tx: Tx, folder: boolean, now: Date): Promise<void> {
  await tx.query(
    `insert into anchor (day, way, channel_id, next_at)
     select day, way, channel_id, $3 from evidence_root cross join (
       select $2 as way, null::uuid as channel_id where $1
       union all select 'channel:' || id, id from channel where keeps_roots and enabled and removed_at is null) as ways
     on conflict do nothing`,
    [folder, FOLDER, now],
  )
}

/** The ways by which something is to be handed over now. */
export async function dueAnchorWays(db: Pick<Tx, 'query'>, folder: boolean, now: Date): Promise<string[]> {
  const rows = await db.query<{ way: string }>(
    `select distinct way from anchor left join channel on channel.id = channel_id
     where attempt_id is null and next_at <= $1
       and case when channel_id is null then $2 else keeps_roots and enabled and removed_at is null end`,
    [now, folder],
  )
  return rows.map(({ way }) => way)
}

/** Leases what a way owes to this worker; no lock is held while it is handed over. null: another has it. */
export async function leaseAnchors(tx: Tx, way: string, now: Date): Promise<DueAnchor | null> {
  await lockSubjects(tx, [`anchor:${way}`])
  const rows = await tx.query<DueAnchor['days'][number] & { channelId: string | null }>(
    `with leased as (
       update anchor set attempts = attempts + 1, next_at = $3 where way = $1 and day in (
         select day from anchor where way = $1 and attempt_id is null and next_at <= $2 order by day limit ${DAYS_AT_ONCE})
       returning day, channel_id, attempts)
     select leased.day, leased.channel_id as "channelId", leased.attempts, heads, root, signature
     from leased join evidence_root using (day) order by day`,
    [way, now, new Date(now.getTime() + LEASE_MS)],
  )
  const [first] = rows
  return first ? { way, channelId: first.channelId, days: rows } : null
}

export interface Handed {
  /** The folder, or the addresses. */
  recipient: string
  /** What was sent. */
  said: string
  status: number | null
  /** null: it was taken. */
  error: string | null
  tookMs: number
}

/**
 * What an attempt came to: kept whether it was taken or not. What was not taken is tried again, without end, and its way
 * goes down as any channel does.
 */
export async function recordAnchor(
  tx: Tx,
  { way, channelId, days }: DueAnchor,
  handed: Handed,
  now: Date,
): Promise<void> {
  const { recipient, said, status, error, tookMs } = handed
  const id = newId(now)
  await lockSubjects(tx, [way.startsWith('channel:') ? way : `channel:${way}`])
  await tx.query(
    `insert into anchor_attempt (id, way, channel_id, at, first_day, last_day, recipient, digest, status, error, took_ms)
     values ($1, $2, $3, $4, $5::date, $6::date, $7, $8, $9, $10, $11)`,
    [
      id,
      way,
      channelId,
      now,
      days[0]?.day,
      days.at(-1)?.day,
      recipient,
      createHash('sha256').update(said).digest(),
      status,
      error,
      tookMs,
    ],
  )
  const next = new Date(now.getTime() + againAfterMs(Math.max(...days.map(({ attempts }) => attempts))))
  await tx.query(
    `update anchor set attempt_id = $3, next_at = $4 where way = $1 and day = any ($2::date[]) and attempt_id is null`,
    [way, days.map(({ day }) => day), error === null ? id : null, next],
  )
  await recordHealth(tx, { channel: way, worked: error === null, said: error ?? '' }, now)
}
