import { Prisma } from '@anju/prisma/generated/client'
import { slicedSql } from '../slice.ts'
import type { Source } from './source.ts'

interface Row {
  id: string
  at: Date
  enteredAt: Date
  channel: string
  result: string
  note: string
  corrects: string | null
  corrected: boolean
  userId: string | null
  userName: string | null
}

/** When somebody looked how she was; what was corrected says so. */
export const careChecks: Source<'care-check'> = async ({ ask, whose, slice }) => {
  const { where, order } = slicedSql(Prisma.sql`at`, Prisma.sql`id`, slice)
  const rows = await ask<Row>(
    Prisma.sql`
    select one.id::text, one.at, one.entered_at as "enteredAt", one.channel, one.result, one.note,
           one.corrects::text, exists (select from care_check newer where newer.corrects = one.id) as corrected,
           one.user_id::text as "userId", app_user.name as "userName"
    from unnest(${whose.elderIds}::uuid[]) as hers (elder_id) cross join lateral (
      select * from care_check where elder_id = hers.elder_id and ${where} ${order}) as one
    left join app_user on app_user.id = one.user_id`,
    ['at', 'enteredAt'],
  )
  return rows.map(({ id, at, enteredAt, userId, userName, ...row }) => ({
    kind: 'care-check',
    id,
    at: at.toISOString(),
    deviceAt: null,
    receivedAt: enteredAt.toISOString(),
    deviceId: null,
    ...row,
    user: userId === null ? null : { id: userId, name: userName ?? '' },
  }))
}
