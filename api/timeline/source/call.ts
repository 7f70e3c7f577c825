import { lengthS, stateOfCall } from '@anju/domain/call/call'
import { Prisma } from '@anju/prisma/generated/client'
import { slicedSql } from '../slice.ts'
import type { Source } from './source.ts'

interface Row {
  id: string
  beganAt: Date
  answeredAt: Date | null
  endedAt: Date | null
  receivedAt: Date
  direction: string
  category: string | null
  outcome: string | null
  note: string
  alarmId: string | null
  userId: string | null
  userName: string | null
}

/** Calls that were about her. Nobody's number stands here. */
export const calls: Source<'call'> = async ({ ask, whose, slice, now }) => {
  const { where, order } = slicedSql(Prisma.sql`began_at`, Prisma.sql`id`, slice)
  const rows = await ask<Row>(
    Prisma.sql`
    select one.id::text, one.began_at as "beganAt", one.answered_at as "answeredAt", one.ended_at as "endedAt",
           one.received_at as "receivedAt", one.direction, one.category, one.outcome, one.note,
           one.alarm_id::text as "alarmId", one.user_id::text as "userId", app_user.name as "userName"
    from unnest(${whose.elderIds}::uuid[]) as hers (elder_id) cross join lateral (
      select * from call where elder_id = hers.elder_id and ${where} ${order}) as one
    left join app_user on app_user.id = one.user_id`,
    ['beganAt', 'answeredAt', 'endedAt', 'receivedAt'],
  )
  return rows.map((row) => ({
    kind: 'call',
    id: row.id,
    at: row.beganAt.toISOString(),
    deviceAt: null,
    receivedAt: row.receivedAt.toISOString(),
    deviceId: null,
    direction: row.direction,
    state: stateOfCall(row, now),
    category: row.category,
    outcome: row.outcome,
    lengthS: lengthS(row),
    user: row.userId === null ? null : { id: row.userId, name: row.userName ?? '' },
    note: row.note,
    alarmId: row.alarmId,
  }))
}
