import { Prisma } from '@anju/prisma/generated/client'
import { slicedSql } from '../slice.ts'
import type { Source } from './source.ts'
import { heldTable } from './trouble.ts'

interface Row {
  id: string
  at: Date
  deviceId: string
  action: string
  before: Record<string, unknown>
  after: Record<string, unknown>
  reason: string
  userId: string | null
  userName: string | null
}

/** What was done to her devices: bound, moved, given a new secret, revoked. */
export const deviceChanges: Source<'device'> = async (asked) => {
  const { where, order } = slicedSql(Prisma.sql`at`, Prisma.sql`id`, asked.slice)
  if (asked.whose.held.length === 0) return []
  const rows = await asked.ask<Row>(
    Prisma.sql`
    select one.id::text, one.at, held.device_id as "deviceId", one.action, one.before, one.after, one.reason,
           app_user.id::text as "userId", app_user.name as "userName"
    from ${heldTable(asked)} cross join lateral (
      select * from record_change
      where subject = 'device:' || held.device_id and at >= coalesce(held."from", '-infinity')
        and at <= coalesce(held."to", 'infinity') and ${where} ${order}) as one
    left join app_user on app_user.id = one.user_id`,
    ['at'],
  )
  return rows.map(({ userId, userName, ...row }) => ({
    ...row,
    kind: 'device',
    at: row.at.toISOString(),
    deviceAt: null,
    receivedAt: row.at.toISOString(),
    user: userId === null ? null : { id: userId, name: userName ?? '' },
  }))
}
