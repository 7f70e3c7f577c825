import { isOverdue, REFERRAL_STATES } from '@anju/domain/referral/referral'
import { Prisma } from '@anju/prisma/generated/client'
import { slicedSql } from '../slice.ts'
import type { Source } from './source.ts'

interface Row {
  id: string
  openedAt: Date
  kind: string
  state: string
  what: string
  handedTo: string
  dueAt: Date | null
  closedAt: Date | null
  result: string
  userId: string | null
  userName: string | null
}

/** What was handed on for her, where it was opened, with what became of it. */
export const referrals: Source<'referral'> = async ({ ask, whose, slice, now }) => {
  const { where, order } = slicedSql(Prisma.sql`opened_at`, Prisma.sql`id`, slice)
  const rows = await ask<Row>(
    Prisma.sql`
    select one.id::text, one.opened_at as "openedAt", one.kind, one.state, one.what, one.handed_to as "handedTo",
           one.due_at as "dueAt", one.closed_at as "closedAt", one.result, one.opened_by::text as "userId",
           app_user.name as "userName"
    from unnest(${whose.elderIds}::uuid[]) as hers (elder_id) cross join lateral (
      select * from referral where elder_id = hers.elder_id and ${where} ${order}) as one
    left join app_user on app_user.id = one.opened_by`,
    ['openedAt', 'dueAt', 'closedAt'],
  )
  return rows.map((row) => {
    const state = REFERRAL_STATES.find((one) => one === row.state) ?? 'open'
    return {
      kind: 'referral',
      id: row.id,
      at: row.openedAt.toISOString(),
      deviceAt: null,
      receivedAt: row.openedAt.toISOString(),
      deviceId: null,
      referral: row.kind,
      state,
      overdue: isOverdue({ state, dueAt: row.dueAt }, now),
      what: row.what,
      handedTo: row.handedTo,
      closedAt: row.closedAt?.toISOString() ?? null,
      result: row.result,
      user: row.userId === null ? null : { id: row.userId, name: row.userName ?? '' },
    }
  })
}
