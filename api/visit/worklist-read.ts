import { opensFilesOnDuty } from '@anju/domain/access/role'
import type { Scope } from '@anju/domain/access/scope'
import { ASKED_WITHIN_DAYS, isSampled, SAMPLE_SHARE_PERCENT } from '@anju/domain/visit/sample'
import type { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import type { ToAsk, ToCall, Worklist } from './office-schema.ts'
import { include, toVisit, visitsWithin } from './row.ts'

const DAY_MS = 86_400_000
/** Visits of the next three days are confirmed by telephone (P5.1): earlier nobody knows, later is too late. */
const CONFIRMED_AHEAD_DAYS = 3
/** More than a person telephones in a day. */
const SHOWN = 100

const callable = {
  ...include,
  elder: {
    select: {
      id: true,
      name: true,
      understands: true,
      withoutFamily: true,
      phone: true,
      hearing: true,
      dialect: true,
      contacts: { orderBy: { rung: 'asc' }, select: { name: true, relation: true, phone: true } },
    },
  },
} satisfies Prisma.VisitInclude
type Row = Prisma.VisitGetPayload<{ include: typeof callable }>

export interface WorklistAsked {
  kind: 'to-confirm' | 'to-call-back'
  providerId: string | undefined
}

/** Whom the office telephones: before a visit to confirm it, after it to call back. The most pressing first. */
export async function readWorklist(
  scope: Scope,
  db: Db,
  { kind, providerId }: WorklistAsked,
  now: Date,
): Promise<Omit<Worklist, 'asOf'>> {
  const soon = new Date(now.getTime() + CONFIRMED_AHEAD_DAYS * DAY_MS)
  const wanted: Prisma.VisitWhereInput =
    kind === 'to-call-back'
      ? { state: 'evaluated' }
      : {
          state: { in: ['planned', 'assigned', 'accepted'] },
          confirmedAt: null,
          plannedFrom: { gt: now, lt: soon },
        }
  const rows = await db.visit.findMany({
    where: { AND: [visitsWithin(scope), wanted], ...(providerId !== undefined && { providerId }) },
    include: callable,
    orderBy: [{ plannedFrom: 'asc' }, { id: 'asc' }],
    take: SHOWN + 1,
  })
  return { items: rows.slice(0, SHOWN).map((row) => toCall(scope, row)), more: rows.length > SHOWN }
}

function toCall(scope: Scope, row: Row): ToCall {
  const { phone, hearing, dialect, contacts, ...elder } = row.elder
  const reached = opensFilesOnDuty(scope.role) ? { phone, contacts } : { phone: '', contacts: [] }
  return { ...toVisit(scope, { ...row, elder }), hearing, dialect, ...reached }
}

/** How many ids are judged at a time: a county's ten days are some thousands. */
const JUDGED = 2000

/**
 * Visits after which 12349 asks how it was (P5.5): picked by the rule, over, and not yet answered; the latest first, for
 * it is best remembered.
 */
export async function readToAsk(scope: Scope, db: Db, secret: Uint8Array, now: Date): Promise<Omit<ToAsk, 'asOf'>> {
  const sharePercent = await readShare(scope, db)
  const picked: string[] = []
  const within = {
    leftAt: { gt: new Date(now.getTime() - ASKED_WITHIN_DAYS * DAY_MS), lte: now },
    entries: { none: { kind: 'feedback' } },
  } satisfies Prisma.VisitWhereInput
  for (let last: string | undefined; picked.length <= SHOWN;) {
    const ids = await db.visit.findMany({
      where: { AND: [visitsWithin(scope), within] },
      select: { id: true },
      orderBy: [{ leftAt: 'desc' }, { id: 'desc' }],
      take: JUDGED,
      ...(last !== undefined && { cursor: { id: last }, skip: 1 }),
    })
    picked.push(...ids.flatMap(({ id }) => (isSampled(id, secret, sharePercent) ? id : [])))
    last = ids.at(-1)?.id
    if (ids.length < JUDGED) break
  }
  const rows = await db.visit.findMany({
    where: { AND: [visitsWithin(scope), { id: { in: picked.slice(0, SHOWN) } }] },
    include: { ...callable, entries: { where: { kind: 'feedback-not-reached' }, orderBy: { at: 'asc' } } },
    orderBy: [{ leftAt: 'desc' }, { id: 'desc' }],
  })
  return {
    items: rows.map(({ entries, ...row }) => ({
      ...toCall(scope, row),
      tries: entries.length,
      lastTryAt: entries.at(-1)?.at.toISOString() ?? null,
    })),
    more: picked.length > SHOWN,
    sharePercent,
  }
}

/** What share of visits is asked after: one for the whole installation. */
export async function readShare(scope: Scope, db: Db): Promise<number> {
  const [row] = await db.$queryRaw<{ share: number | null }[]>`
    select (value ->> 'sharePercent')::integer as share from setting
    where key = 'visit-sample' and ${scope.areaPath} <> ''`
  return row?.share ?? SAMPLE_SHARE_PERCENT
}
