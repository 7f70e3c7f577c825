import type { Scope } from '@anju/domain/access/scope'
import type { ChannelKind } from '@anju/domain/channel/settings'
import { NOBODY } from '@anju/prisma/notification/plan'
import { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import { type Mark, type Page, pageOf } from '../page.ts'
import type { NotificationRow } from './schema.ts'

interface Found {
  id: string
  at: string
  alarmId: string | null
  kind: string
  reason: string | null
  channelId: string | null
  channelName: string | null
  channelKind: ChannelKind | null
  recipient: string
  person: string | null
  state: NotificationRow['state']
  nextAt: Date
  deliveredAt: Date | null
  covers: number
  coveredBy: { id: string; state: NotificationRow['state']; at: string | null } | null
  attempts: NotificationRow['attempts']
}

interface Query {
  /** Of one channel, or of one alarm. */
  channelId?: string
  alarmId?: string
  mark: Mark | undefined
  limit: number
}

/** What was sent about alarms within the scope, or is about to be, newest first. */
export async function readNotifications(
  scope: Scope,
  db: Db,
  { channelId, alarmId, mark, limit }: Query,
): Promise<Page<NotificationRow>> {
  const of =
    channelId === undefined ? Prisma.sql`n.alarm_id = ${alarmId}::uuid` : Prisma.sql`n.channel_id = ${channelId}::uuid`
  const older = mark === undefined ? Prisma.empty : Prisma.sql`and n.id < ${mark.id}::uuid`
  const rows = await db.$queryRaw<Found[]>`
    select n.id, n.body ->> 'timestamp' as at, n.alarm_id as "alarmId", alarm.kind,
           n.body #>> '{data,reason}' as reason, channel.id as "channelId", channel.name as "channelName",
           channel.kind as "channelKind", n.recipient, app_user.name as person, n.state, n.next_at as "nextAt",
           n.delivered_at as "deliveredAt",
           (select count(*)::integer from notification other where other.covered_by = n.id) as covers,
           case when lead.id is not null then json_build_object('id', lead.id, 'state', lead.state,
             'at', lead.delivered_at) end as "coveredBy",
           coalesce((select json_agg(json_build_object('n', a.n, 'at', to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                       'status', a.status, 'error', a.error, 'tookMs', a.took_ms) order by a.n)
                     from notification_attempt a where a.notification_id = n.id), '[]') as attempts
    from notification n join alarm on alarm.id = n.alarm_id
      left join notification lead on lead.id = n.covered_by
      left join channel on channel.id = n.channel_id
      left join app_user on 'on-call:' || app_user.id = n.recipient
    where starts_with(alarm.area_path, ${scope.areaPath}) and ${of} ${older}
    order by n.id desc limit ${limit + 1}`
  return pageOf(rows, limit, ({ at, id }) => ({ at: new Date(at), id }), toRow)
}

function toRow(row: Found): NotificationRow {
  const { id, at, alarmId, kind, reason, channelId, channelName, channelKind, recipient, person, state } = row
  return {
    id,
    at: new Date(at).toISOString(),
    alarmId,
    kind,
    reason,
    channel:
      channelId === null || channelName === null || channelKind === null
        ? null
        : { id: channelId, name: channelName, kind: channelKind },
    recipient: recipient === '' || recipient === NOBODY ? null : (person ?? ''),
    state,
    nextAt: state === 'waiting' ? row.nextAt.toISOString() : null,
    deliveredAt: row.deliveredAt?.toISOString() ?? null,
    covers: row.covers,
    coveredBy: row.coveredBy && {
      ...row.coveredBy,
      at: row.coveredBy.at === null ? null : new Date(row.coveredBy.at).toISOString(),
    },
    attempts: row.attempts,
  }
}
