import { Prisma } from '@anju/prisma/generated/client'
import { timeOf } from '@anju/prisma/id'
import { slicedSql } from '../slice.ts'
import { columnsOf } from '../whose.ts'
import type { Source } from './source.ts'

interface Row {
  id: string
  at: Date
  alarmId: string
  message: string | null
  body: { deviceId?: string; deviceAt?: string | null; marks?: string[] }
}

/**
 * Every press that raised an alarm or joined one. Each alarm holds the press that raised it, so of the alarms
 * beyond the mark `take` are enough, and with them those raised before and pressed since.
 */
export const presses: Source<'press'> = async ({ ask, whose, slice }) => {
  const { where, order } = slicedSql(Prisma.sql`e.at`, Prisma.sql`e.id`, slice)
  const { from, to } = columnsOf(whose.stays)
  const older = slice.direction === 'older'
  const mark = Prisma.sql`coalesce(${slice.mark?.at ?? null}::timestamptz, ${older ? 'infinity' : '-infinity'})`
  const chosen = older
    ? Prisma.sql`raised_at <= ${mark} and last_press_at >= (select min(raised_at) from near)`
    : Prisma.sql`last_press_at >= ${mark} and raised_at <=
        (select case when count(*) < ${slice.take} then 'infinity' else max(raised_at) end from near)`
  const rows = await ask<Row>(
    Prisma.sql`
    with theirs as (
      select id, raised_at, last_press_at from alarm
      where kind = 'emergency-press' and elder_id = any(${whose.elderIds}::uuid[])
      union all
      select alarm.id, alarm.raised_at, alarm.last_press_at
      from unnest(${whose.stays.map(({ homeId }) => homeId)}::uuid[], ${from}::timestamptz[], ${to}::timestamptz[])
        as stay (home_id, "from", "to")
      join alarm on alarm.home_id = stay.home_id and alarm.elder_id is null and alarm.kind = 'emergency-press'
        and alarm.raised_at >= coalesce(stay."from", '-infinity') and alarm.raised_at < coalesce(stay."to", 'infinity')),
    hers as (
      select * from theirs
      where raised_at < coalesce(${slice.to}::timestamptz, 'infinity')
        and last_press_at >= coalesce(${slice.from}::timestamptz, '-infinity')),
    near as (
      select raised_at from hers
      where ${older ? Prisma.sql`raised_at < ${mark} order by raised_at desc` : Prisma.sql`raised_at > ${mark} order by raised_at`}
      limit ${slice.take}),
    chosen as (select id from hers where ${chosen})
    select e.id::text, e.at, e.alarm_id::text as "alarmId", e.message::text, e.body
    from chosen join alarm_entry e on e.alarm_id = chosen.id
    where e.kind in ('raised', 'pressed') and ${where} ${order}`,
    ['at'],
  )
  return rows.map(({ id, at, alarmId, message, body }) => ({
    kind: 'press',
    id,
    at: at.toISOString(),
    deviceAt: body.deviceAt ?? null,
    receivedAt: (message === null ? at : timeOf(message)).toISOString(),
    deviceId: body.deviceId ?? null,
    alarmId,
    messageId: message,
    marks: body.marks ?? [],
  }))
}
