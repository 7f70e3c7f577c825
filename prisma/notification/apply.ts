import type { AlarmKind, Priority } from '@anju/domain/alarm/kinds'
import { lockSubjects, type Tx } from '../tx.ts'
import { bundleWaiting } from './bundle.ts'
import { recordHealth } from './health.ts'

/** The webhook of the environment; the others are 'channel:<id>'. */
export const ENVIRONMENT = 'webhook'

export interface DueNotification {
  /** Also the idempotency key that the receiver sees. */
  id: string
  channel: string
  channelId: string | null
  recipient: string
  body: Record<string, unknown>
  attempts: number
  alarm: {
    id: string
    kind: AlarmKind
    priority: Priority
    raisedAt: Date
    drill: boolean
    place: string
    timeZone: string
    /** A channel's name, where the alarm is about one. */
    about: string | null
  }
  /** Other alarms it tells of that still wait for somebody, and since when the oldest of all stands. */
  more: { count: number; oldest: Date } | null
  /** Of the one on call, as it is now; null: there is none. */
  phone: string | null
}

/** One attempt may last this long before another worker may try. */
export const LEASE_MS = 30_000
/** Then nobody is helped by it any more. */
const GIVE_UP_AFTER_ATTEMPTS = 20
const BACKOFF_FIRST_MS = 1000
const BACKOFF_MOST_MS = 10 * 60_000

/** Of a message `n` to people about `alarm`: it is over, or one on call would be told of what somebody has taken. */
const NEEDED_NO_MORE = `(alarm.resolved_at is not null
  or (n.recipient <> '' and alarm.owner_id is not null
      and alarm.acknowledged_at > (n.body ->> 'timestamp')::timestamptz))`

/** The channels that have something to send now. */
export async function dueChannels(db: Pick<Tx, 'query'>, now: Date): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    `select name from (select $1 as name union all
                       select 'channel:' || id from channel where enabled and removed_at is null) as known
     where exists (select from notification
                   where notification.channel = known.name and state = 'waiting' and next_at <= $2)`,
    [ENVIRONMENT, now],
  )
  return rows.map(({ name }) => name)
}

/**
 * Leases a channel's waiting notifications to this worker; no lock is held while they are sent. What nobody needs any
 * more is put aside first: a call to one on call once somebody has the alarm, a letter once it is over; then what waits
 * for one person becomes one message. Programs are told everything, one by one.
 */
export async function leaseNotifications(
  tx: Tx,
  { channel, limit, now }: { channel: string; limit: number; now: Date },
): Promise<DueNotification[]> {
  const people = await isForPeople(tx, channel)
  if (people) {
    await lockSubjects(tx, [`digest:${channel}`])
    await tx.query(
      `update notification set state = 'moot' where id in (
         select n.id from notification n join alarm on alarm.id = n.alarm_id
         where n.channel = $1 and n.state = 'waiting' and n.next_at <= $2 and ${NEEDED_NO_MORE}
           and not exists (
             select from notification other join alarm on alarm.id = other.alarm_id
             where other.covered_by = n.id and not ${NEEDED_NO_MORE.replaceAll('n.', 'other.')})
         for update of n skip locked)`,
      [channel, now],
    )
    await bundleWaiting(tx, channel, now)
  }
  const rows = await tx.query<
    Omit<DueNotification, 'alarm' | 'more'> & {
      alarm: Omit<DueNotification['alarm'], 'raisedAt'>
      raisedAt: Date
      count: number
      oldest: Date | null
    }
  >(
    `with leased as (
       update notification set attempts = attempts + 1, next_at = $2
       where id in (select id from notification where channel = $4 and state = 'waiting' and next_at <= $1
                      and (not $5 or bundled_at is not null) -- what came since is bundled first
                    order by next_at limit $3 for update skip locked)
       returning id, channel, channel_id, recipient, body, attempts, alarm_id)
     select leased.id, leased.channel, leased.channel_id as "channelId", leased.recipient, leased.body, leased.attempts,
            json_build_object('id', alarm.id, 'kind', alarm.kind, 'priority', alarm.priority,
              'drill', alarm.drill_id is not null, 'place', coalesce(area.name, ''),
              'timeZone', coalesce(area.time_zone, 'Asia/Shanghai'), 'about', about.name) as alarm,
            alarm.raised_at as "raisedAt", nullif(app_user.phone, '') as phone, covered.count, covered.oldest
     from leased join alarm on alarm.id = leased.alarm_id
       left join area on area.id = alarm.area_id
       left join channel about on 'channel:' || about.id = alarm.subject
       left join app_user on 'on-call:' || app_user.id = leased.recipient and app_user.disabled_at is null
       left join lateral (
         select count(*)::integer as count, min(alarm.raised_at) as oldest
         from notification n join alarm on alarm.id = n.alarm_id
         where n.covered_by = leased.id and not ${NEEDED_NO_MORE}) as covered on true
     order by leased.id`,
    [now, new Date(now.getTime() + LEASE_MS), limit, channel, people],
  )
  return rows.map(({ alarm, raisedAt, count, oldest, ...row }) => ({
    ...row,
    alarm: { ...alarm, raisedAt },
    more: oldest === null ? null : { count, oldest: oldest < raisedAt ? oldest : raisedAt },
  }))
}

/** Whether somebody reads what is sent there, and not a program. */
async function isForPeople(tx: Tx, channel: string): Promise<boolean> {
  const [row] = await tx.query(`select id from channel where 'channel:' || id = $1 and kind <> 'webhook'`, [channel])
  return row !== undefined
}

/** What became of one attempt. */
export interface Attempt {
  status: number | null
  /** null: it was taken. */
  error: string | null
  tookMs: number
  /** The fault lies with the recipient and not with the channel: it is not tried again. */
  final?: boolean
}

/**
 * What became of one attempt: kept for ever; a failure is tried again, later each time, and counts against its channel.
 */
export async function recordAttempt(
  tx: Tx,
  notification: Pick<DueNotification, 'id' | 'channel' | 'attempts'>,
  attempt: Attempt,
  now: Date,
): Promise<void> {
  const { id, channel, attempts } = notification
  const { status, error, tookMs, final = false } = attempt
  await lockSubjects(tx, [subjectOfChannel(channel)])
  await tx.query(
    `insert into notification_attempt (notification_id, n, at, status, error, took_ms) values ($1, $2, $3, $4, $5, $6)
     on conflict do nothing`,
    [id, attempts, now, status, error, tookMs],
  )
  const delivered = error === null
  const backoffMs = Math.min(BACKOFF_MOST_MS, BACKOFF_FIRST_MS * 2 ** (attempts - 1))
  // A failure told late, when another worker already tries again, changes nothing.
  await tx.query(
    `update notification set
       state = case when $2 then 'delivered' when $6 or attempts >= $3 then 'given-up' else 'waiting' end,
       delivered_at = case when $2 then $4::timestamptz end,
       next_at = $5
     where id = $1 and state = 'waiting' and ($2 or attempts = $7)`,
    [id, delivered, GIVE_UP_AFTER_ATTEMPTS, now, new Date(now.getTime() + backoffMs), final, attempts],
  )
  if (!final) await recordHealth(tx, { channel, worked: delivered, said: error ?? '' }, now)
}

/** Whose lock guards a channel and its state, and whom its alarm is about. */
export function subjectOfChannel(channel: string): string {
  return channel === ENVIRONMENT ? `channel:${ENVIRONMENT}` : channel
}
