import { ESCALATIONS, goesOutside } from '@anju/domain/alarm/kinds'
import { newId } from '../id.ts'
import type { StoredEvent } from '../log/tail.ts'
import type { Tx } from '../tx.ts'
import { ENVIRONMENT } from './apply.ts'

const READER = 'notifier'
/** A person who was just told this of this alarm is not told it again at once: a button pressed ten times is one cry. */
export const TOLD_LATELY_MS = 2 * 60_000
/** Nobody on call can be reached: kept and shown like a message that was given up. */
export const NOBODY = 'on-call:nobody'

/** Where the notifier stands in the log. */
export async function notifierPosition(tx: Pick<Tx, 'query'>): Promise<number> {
  const [cursor] = await tx.query<{ position: number }>('select position from reader_cursor where name = $1', [READER])
  return cursor?.position ?? 0
}

/**
 * Turns escalations into notifications and moves the cursor, in one transaction: of several workers that read the
 * same events one does it, the others find the cursor moved. `environment`: whether its webhook is configured.
 */
export async function planNotifications(
  tx: Tx,
  events: readonly StoredEvent[],
  environment: boolean,
  now: Date,
): Promise<void> {
  const last = events.at(-1)
  if (!last) return
  await tx.query(`insert into reader_cursor (name, position) values ($1, 0) on conflict do nothing`, [READER])
  const [cursor] = await tx.query<{ position: number }>(
    'select position from reader_cursor where name = $1 for update',
    [READER],
  )
  const told = events.filter(({ position }) => position > (cursor?.position ?? 0)).flatMap(toldOf)
  if (told.length > 0) {
    const channels = await loadListening(tx)
    const onCall = await loadOnCall(tx)
    const drills = await quietDrills(tx, told)
    for (const one of told) {
      if (drills.has(one.alarmId)) continue
      await store(tx, planned(one, environment, channels, onCall), now)
    }
  }
  await tx.query('update reader_cursor set position = greatest(position, $2) where name = $1', [READER, last.position])
}

interface Told {
  event: StoredEvent
  alarmId: string
  /** null: the alarm itself says that a channel is down. */
  reason: (typeof ESCALATIONS)[number] | null
}

/** The events that somebody outside hears of. */
function toldOf(event: StoredEvent): Told[] {
  const { alarmId, kind } = event.body
  if (typeof alarmId !== 'string') return []
  if (event.name === 'alarm.raised' && kind === 'channel-down') return [{ event, alarmId, reason: null }]
  const reason = ESCALATIONS.find((known) => known === event.body['reason'])
  return event.name === 'alarm.escalated' && reason !== undefined ? [{ event, alarmId, reason }] : []
}

interface Listening {
  id: string
  kind: string
  areaPath: string
  reasons: string[]
}

function loadListening(tx: Tx): Promise<Listening[]> {
  return tx.query<Listening & Record<string, unknown>>(
    `select channel.id, channel.kind, area.path as "areaPath", channel.reasons
     from channel join area on area.id = channel.area_id where channel.enabled and channel.removed_at is null
     order by channel.id`,
  )
}

interface OnCall {
  areaPath: string
  userId: string
  afterMin: number
  reachable: boolean
}

function loadOnCall(tx: Tx): Promise<OnCall[]> {
  return tx.query<OnCall & Record<string, unknown>>(
    `select area.path as "areaPath", on_call.user_id as "userId", on_call.after_min as "afterMin",
            app_user.phone <> '' and app_user.disabled_at is null as reachable
     from on_call join area on area.id = on_call.area_id join app_user on app_user.id = on_call.user_id
     where on_call.removed_at is null order by on_call.rank`,
  )
}

/** Alarms of drills that are to stay in the house. */
async function quietDrills(tx: Tx, told: readonly Told[]): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>(
    `select alarm.id from alarm join drill on drill.id = alarm.drill_id
     where alarm.id = any($1) and not drill.tells_outside`,
    [told.map(({ alarmId }) => alarmId)],
  )
  return new Set(rows.map(({ id }) => id))
}

interface Planned {
  told: Told
  channel: string
  channelId: string | null
  recipient: string
  afterMs: number
}

/** Whom one event is told, and when: every channel of the area that listens, save the one it complains of. */
function planned(
  told: Told,
  environment: boolean,
  channels: readonly Listening[],
  onCall: readonly OnCall[],
): Planned[] {
  const { event, reason } = told
  const areaPath = event.areaPath ?? ''
  const plan: Planned[] = []
  const complainsOf = event.body['kind'] === 'channel-down' ? event.subject : ''
  if (environment && complainsOf !== `channel:${ENVIRONMENT}` && (reason === null || goesOutside(reason))) {
    plan.push({ told, channel: ENVIRONMENT, channelId: null, recipient: '', afterMs: 0 })
  }
  for (const channel of channels) {
    const name = `channel:${channel.id}`
    if (name === complainsOf || !areaPath.startsWith(channel.areaPath)) continue
    if (reason !== null && !channel.reasons.includes(reason)) continue
    const to = channel.kind === 'sms' ? recipientsOf(areaPath, onCall) : [{ recipient: '', afterMs: 0 }]
    plan.push(...to.map((each) => ({ told, channel: name, channelId: channel.id, ...each })))
  }
  return plan
}

/**
 * Those on call for an area by the list nearest to it, in their order. Who has no telephone is passed over, and the
 * first who has one is told at once.
 */
function recipientsOf(areaPath: string, onCall: readonly OnCall[]): { recipient: string; afterMs: number }[] {
  const above = onCall.filter((each) => areaPath.startsWith(each.areaPath))
  const nearest = Math.max(...above.map((each) => each.areaPath.length))
  const reachable = above.filter((each) => each.areaPath.length === nearest && each.reachable)
  if (reachable.length === 0) return [{ recipient: NOBODY, afterMs: 0 }]
  return reachable.map(({ userId, afterMin }, i) => ({
    recipient: `on-call:${userId}`,
    afterMs: i === 0 ? 0 : afterMin * 60_000,
  }))
}

async function store(tx: Tx, plan: readonly Planned[], now: Date): Promise<void> {
  for (const { told, channel, channelId, recipient, afterMs } of plan) {
    const { event, alarmId, reason } = told
    const body = { type: event.name, timestamp: event.at.toISOString(), data: event.body }
    const nobody = recipient === NOBODY
    const stored = await tx.query<{ id: string }>(
      `insert into notification (id, position, channel, channel_id, recipient, alarm_id, body, state, next_at, attempts)
       select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
       where not exists (
         select from notification told where told.alarm_id = $6 and told.channel = $3 and told.recipient = $5
           and $5 <> '' and told.state in ('waiting', 'delivered', 'covered') and told.body #>> '{data,reason}' = $11
           and (told.body ->> 'timestamp')::timestamptz > $12)
       on conflict (position, channel, recipient) do nothing returning id`,
      [
        newId(now),
        event.position,
        channel,
        channelId,
        recipient,
        alarmId,
        JSON.stringify(body),
        nobody ? 'given-up' : 'waiting',
        afterMs === 0 ? now : new Date(event.at.getTime() + afterMs),
        nobody ? 1 : 0,
        reason,
        new Date(event.at.getTime() - TOLD_LATELY_MS),
      ],
    )
    const [row] = stored
    if (nobody && row) {
      await tx.query('insert into notification_attempt (notification_id, n, at, error) values ($1, 1, $2, $3)', [
        row.id,
        now,
        'nobody on call has a telephone number',
      ])
    }
  }
}
