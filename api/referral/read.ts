import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import {
  afterStep,
  isOverdue,
  REFERRAL_KINDS,
  REFERRAL_STATES,
  type ReferralKind,
} from '@anju/domain/referral/referral'
import type { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import { after, type Mark, type Page, pageOf } from '../page.ts'
import type { ReferralRow, referralShows } from './schema.ts'

const person = { select: { id: true, name: true } }
const include = {
  area: person,
  elder: person,
  openedBy: person,
  closedBy: person,
} satisfies Prisma.ReferralInclude

type Row = Prisma.ReferralGetPayload<{ include: typeof include }>

const within = (scope: Scope) => ({ area: { path: { startsWith: scope.areaPath } } })

export interface ReferralsAsked {
  show: (typeof referralShows)[number]
  kind: ReferralKind | undefined
  elderId: string | undefined
  mark: Mark | undefined
  limit: number
  now: Date
}

const shown = (show: ReferralsAsked['show'], now: Date): Prisma.ReferralWhereInput => {
  if (show === 'open') return { closedAt: null }
  if (show === 'overdue') return { closedAt: null, dueAt: { lt: now } }
  return show === 'closed' ? { closedAt: { not: null } } : {}
}

/** Referrals by when they were opened, newest first, and how many of the scope wait. */
export async function readReferrals(
  scope: Scope,
  db: Db,
  asked: ReferralsAsked,
): Promise<Page<ReferralRow> & { counts: { open: number; overdue: number } }> {
  const { show, kind, elderId, mark, limit, now } = asked
  const rows = await db.referral.findMany({
    where: {
      ...within(scope),
      ...shown(show, now),
      ...(kind !== undefined && { kind }),
      ...(elderId !== undefined && { elderId }),
      ...after('openedAt', mark),
    },
    include,
    orderBy: [{ openedAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
  })
  const page = pageOf(
    rows,
    limit,
    ({ openedAt, id }) => ({ at: openedAt, id }),
    (row) => toReferral(row, now),
  )
  const open = await db.referral.count({ where: { ...within(scope), ...shown('open', now) } })
  const overdue = await db.referral.count({ where: { ...within(scope), ...shown('overdue', now) } })
  return { ...page, counts: { open, overdue } }
}

/** Refuses `not-found` outside the scope. */
export async function readReferral(scope: Scope, db: Db, id: string, now: Date): Promise<ReferralRow> {
  const row = await db.referral.findFirst({ where: { id, ...within(scope) }, include })
  if (!row) throw new Refusal('not-found')
  return toReferral(row, now)
}

/** Refuses `not-found` unless the referral is within the scope. */
export async function readReferralPlace(scope: Scope, db: Db, id: string): Promise<void> {
  const row = await db.referral.findFirst({ where: { id, ...within(scope) }, select: { id: true } })
  if (!row) throw new Refusal('not-found')
}

function toReferral(row: Row, now: Date): ReferralRow {
  const state = REFERRAL_STATES.find((one) => one === row.state) ?? 'open'
  return {
    id: row.id,
    kind: REFERRAL_KINDS.find((one) => one === row.kind) ?? 'other',
    what: row.what,
    handedTo: row.handedTo,
    state,
    dueAt: row.dueAt?.toISOString() ?? null,
    overdue: isOverdue({ state, dueAt: row.dueAt }, now),
    area: row.area,
    elder: row.elder,
    callId: row.callId,
    alarmId: row.alarmId,
    openedBy: row.openedBy,
    openedAt: row.openedAt.toISOString(),
    closedBy: row.closedBy,
    closedAt: row.closedAt?.toISOString() ?? null,
    result: row.result,
    version: row.version,
    can: afterStep[state],
  }
}
