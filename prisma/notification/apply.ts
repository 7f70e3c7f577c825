import { goesOutside, ESCALATIONS } from '@anju/domain/alarm/kinds'
import { newId } from '../id.ts'
import type { StoredEvent } from '../log/tail.ts'
import type { Tx } from '../tx.ts'

const READER = 'notifier'

/** Where the notifier stands in the log. */
export async function notifierPosition(tx: Pick<Tx, 'query'>): Promise<number> {
  const [cursor] = await tx.query<{ position: number }>('select position from reader_cursor where name = $1', [READER])
  return cursor?.position ?? 0
}

/**
 * Turns escalations into notifications and moves the cursor, in one transaction: of several workers that read the
 * same events one does it, the others find the cursor moved.
 */
export async function planNotifications(
  tx: Tx,
  events: readonly StoredEvent[],
  channel: string | null,
  now: Date,
): Promise<void> {
  const last = events.at(-1)
  if (!last) return
  await tx.query(`insert into reader_cursor (name, position) values ($1, 0) on conflict do nothing`, [READER])
  const [cursor] = await tx.query<{ position: number }>(
    'select position from reader_cursor where name = $1 for update',
    [READER],
  )
  const fresh = events.filter((event) => event.position > (cursor?.position ?? 0))
  for (const event of fresh) if (channel !== null && isForOutside(event)) await plan(tx, event, channel, now)
  await tx.query('update reader_cursor set position = greatest(position, $2) where name = $1', [READER, last.position])
}

function isForOutside(event: StoredEvent): boolean {
  const reason = ESCALATIONS.find((known) => known === event.body['reason'])
  return event.name === 'alarm.escalated' && reason !== undefined && goesOutside(reason)
}

async function plan(tx: Tx, event: StoredEvent, channel: string, now: Date): Promise<void> {
  const body = { type: event.name, timestamp: event.at.toISOString(), data: event.body }
  await tx.query(
    `insert into notification (id, position, channel, alarm_id, body, state, next_at)
     values ($1, $2, $3, $4, $5, 'waiting', $6) on conflict (position, channel) do nothing`,
    [newId(now), event.position, channel, event.body['alarmId'], JSON.stringify(body), now],
  )
}

export interface DueNotification {
  id: string
  channel: string
  body: Record<string, unknown>
  attempts: number
}

/** One attempt may last this long before another worker may try. */
export const LEASE_MS = 30_000
/** Then nobody is helped by it any more. */
const GIVE_UP_AFTER_ATTEMPTS = 20
const BACKOFF_FIRST_MS = 1000
const BACKOFF_MOST_MS = 10 * 60_000

/** Leases waiting notifications to this worker; no lock is held while they are sent. */
export async function leaseNotifications(tx: Tx, limit: number, now: Date): Promise<DueNotification[]> {
  return tx.query<DueNotification>(
    `update notification set attempts = attempts + 1, next_at = $2
     where id in (select id from notification where state = 'waiting' and next_at <= $1
                  order by next_at limit $3 for update skip locked)
     returning id, channel, body, attempts`,
    [now, new Date(now.getTime() + LEASE_MS), limit],
  )
}

/** What became of one attempt: kept for ever; a failure is tried again, later each time. */
export async function recordAttempt(
  tx: Tx,
  notification: DueNotification,
  attempt: { status: number | null; error: string | null },
  now: Date,
): Promise<void> {
  await tx.query(
    `insert into notification_attempt (notification_id, n, at, status, error) values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    [notification.id, notification.attempts, now, attempt.status, attempt.error],
  )
  const delivered = attempt.error === null
  const backoffMs = Math.min(BACKOFF_MOST_MS, BACKOFF_FIRST_MS * 2 ** (notification.attempts - 1))
  await tx.query(
    `update notification set
       state = case when $2 then 'delivered' when attempts >= $3 then 'given-up' else 'waiting' end,
       delivered_at = case when $2 then $4::timestamptz end,
       next_at = $5
     where id = $1 and state = 'waiting'`,
    [notification.id, delivered, GIVE_UP_AFTER_ATTEMPTS, now, new Date(now.getTime() + backoffMs)],
  )
}
