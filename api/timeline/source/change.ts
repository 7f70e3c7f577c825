import { Prisma } from '@anju/prisma/generated/client'
import { UNDO } from '@anju/prisma/history/last'
import { slicedSql } from '../slice.ts'
import { columnsOf } from '../whose.ts'
import type { Source } from './source.ts'

/** Told by the moves and absences themselves. */
const toldElsewhere = ['moved', 'absent', 'back']

interface Row {
  id: string
  subject: string
  at: Date
  action: string
  before: Record<string, unknown>
  after: Record<string, unknown>
  reason: string
  userId: string | null
  userName: string | null
}

/** Changes of her file and of her homes while she lived there: who, what, why. */
export const changes: Source<'change'> = async ({ ask, whose, slice }) => {
  const subjects = [
    ...whose.elderIds.map((id) => ({ subject: `elder:${id}`, from: null, to: null })),
    ...whose.stays.map(({ homeId, from, to }) => ({ subject: `home:${homeId}`, from, to })),
  ]
  const { where, order } = slicedSql(Prisma.sql`at`, Prisma.sql`id`, slice)
  const { from, to } = columnsOf(subjects)
  const rows = await ask<Row>(
    Prisma.sql`
    select one.id::text, one.subject, one.at, one.action, one.before, one.after, one.reason,
           app_user.id::text as "userId", app_user.name as "userName"
    from unnest(${subjects.map(({ subject }) => subject)}::text[], ${from}::timestamptz[], ${to}::timestamptz[])
      as hers (subject, "from", "to") cross join lateral (
      select * from record_change
      where subject = hers.subject and action <> all(${toldElsewhere}::text[])
        and at >= coalesce(hers."from", '-infinity') and at < coalesce(hers."to", 'infinity')
        and ${where} ${order}) as one
    left join app_user on app_user.id = one.user_id`,
    ['at'],
  )
  return rows.map(({ subject, userId, userName, before, after, ...row }) => ({
    ...row,
    kind: 'change',
    of: subject.startsWith('elder:') ? 'elder' : 'home',
    at: row.at.toISOString(),
    deviceAt: null,
    receivedAt: row.at.toISOString(),
    deviceId: null,
    user: userId === null ? null : { id: userId, name: userName ?? '' },
    before: fieldsOf(before),
    after: fieldsOf(after),
  }))
}

/** Without how to take it back, which is the platform's own business. */
function fieldsOf(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([field]) => field !== UNDO))
}
