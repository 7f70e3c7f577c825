import { opensFilesOnDuty } from '@anju/domain/access/role'
import type { Scope } from '@anju/domain/access/scope'
import { maskName } from '@anju/domain/elder/name'
import { Refusal } from '@anju/domain/error'
import type { RuleId, Severity } from '@anju/domain/visit/check/finding'
import { canDecide } from '@anju/domain/visit/exception'
import { VISIT_STATES } from '@anju/domain/visit/kinds'
import type { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import { after, type Mark, type Page, pageOf } from '../page.ts'
import { visitsWithin } from '../visit/row.ts'
import { answersOf, casesOf, decisionOf, foundOf, severityOf, stateOf } from './row.ts'
import type { ExceptionDetail, ExceptionRow, exceptionShows } from './schema.ts'

const person = { select: { id: true, name: true } }
const include = {
  visit: {
    include: {
      area: { select: { id: true, name: true, timeZone: true } },
      elder: person,
      provider: person,
      caregiver: person,
    },
  },
  decidedBy: person,
  disputedBy: person,
  reopens: { include: { decidedBy: person } },
} satisfies Prisma.VisitExceptionInclude
type Row = Prisma.VisitExceptionGetPayload<{ include: typeof include }>

const within = (scope: Scope): Prisma.VisitExceptionWhereInput => ({ visit: visitsWithin(scope) })

const SHOWN: Record<(typeof exceptionShows)[number], Prisma.VisitExceptionWhereInput> = {
  open: { state: 'open' },
  investigating: { state: 'investigating' },
  decided: { state: { in: ['fixed', 'acknowledged'] } },
  all: {},
}

export interface ExceptionsAsked {
  show: (typeof exceptionShows)[number]
  rule: RuleId | undefined
  severity: Severity | undefined
  providerId: string | undefined
  areaId: string | undefined
  visitId: string | undefined
  /** Of the visit's planned begin, RFC 3339. */
  from: string | undefined
  to: string | undefined
  mark: Mark | undefined
  limit: number
}

type Counts = { open: number; investigating: number; rules: Record<string, number> }

/** What the rules found, the newest first, and how much of it the scope has undecided. */
export async function readExceptions(
  scope: Scope,
  db: Db,
  asked: ExceptionsAsked,
): Promise<Page<ExceptionRow> & { counts: Counts }> {
  const { show, rule, severity, providerId, areaId, visitId, from, to, mark, limit } = asked
  const area = areaId === undefined ? null : await db.area.findUnique({ where: { id: areaId }, select: { path: true } })
  const rows = await db.visitException.findMany({
    where: {
      AND: [
        within(scope),
        SHOWN[show],
        after('foundAt', mark),
        areaId === undefined ? {} : { visit: { areaPath: { startsWith: area?.path ?? '-' } } },
        providerId === undefined ? {} : { visit: { providerId } },
        from === undefined ? {} : { visit: { plannedFrom: { gte: new Date(from) } } },
        to === undefined ? {} : { visit: { plannedFrom: { lt: new Date(to) } } },
      ],
      ...(rule !== undefined && { rule }),
      ...(severity !== undefined && { severity }),
      ...(visitId !== undefined && { visitId }),
    },
    include,
    orderBy: [{ foundAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
  })
  const page = pageOf(
    rows,
    limit,
    ({ foundAt, id }) => ({ at: foundAt, id }),
    (row) => toException(scope, row),
  )
  return { ...page, counts: await readCounts(scope, db) }
}

async function readCounts(scope: Scope, db: Db): Promise<Counts> {
  const groups = await db.visitException.groupBy({
    by: ['rule', 'state'],
    where: { ...within(scope), state: { in: ['open', 'investigating'] } },
    _count: true,
  })
  const counts: Counts = { open: 0, investigating: 0, rules: {} }
  for (const { rule, state, _count: n } of groups) {
    counts[state === 'open' ? 'open' : 'investigating'] += n
    counts.rules[rule] = (counts.rules[rule] ?? 0) + n
  }
  return counts
}

/** One, with what was decided and what may be. Refuses `not-found` outside the scope. */
export async function readException(scope: Scope, db: Db, id: string): Promise<ExceptionDetail> {
  const row = await db.visitException.findFirst({ where: { AND: [within(scope), { id }] }, include })
  if (!row) throw new Refusal('not-found')
  const user = scope.userId === null ? null : await db.appUser.findUnique({ where: { id: scope.userId } })
  const asked = {
    state: stateOf(row.state),
    decidedBy: row.decidedById,
    disputed: row.disputedAt !== null,
    caregiverId: row.visit.caregiverId,
  }
  return {
    ...toException(scope, row),
    ...answersOf(row),
    before:
      row.reopens === null || row.reopens.decision === null
        ? null
        : {
            ...decisionOf(row.reopens),
            severity: severityOf(row.reopens.severity),
            cases: casesOf(row.reopens.findings),
          },
    can: canDecide(asked, { id: scope.userId, role: scope.role, caregiverId: user?.caregiverId ?? null }),
  }
}

/** Refuses `not-found` unless it is within the scope. */
export async function readExceptionPlace(scope: Scope, db: Db, id: string): Promise<void> {
  const row = await db.visitException.findFirst({ where: { AND: [within(scope), { id }] }, select: { id: true } })
  if (!row) throw new Refusal('not-found')
}

function toException(scope: Scope, row: Row): ExceptionRow {
  const { visit } = row
  const named = opensFilesOnDuty(scope.role)
  return {
    ...foundOf(row),
    disputed: row.disputedAt !== null,
    visit: {
      id: visit.id,
      elder: named ? visit.elder : { ...visit.elder, name: maskName(visit.elder.name) },
      area: { id: visit.area.id, name: visit.area.name },
      provider: visit.provider,
      caregiver: visit.caregiver,
      state: VISIT_STATES.find((state) => state === visit.state) ?? 'planned',
      timeZone: visit.area.timeZone,
      plannedFrom: visit.plannedFrom.toISOString(),
      plannedTo: visit.plannedTo.toISOString(),
      beganAt: visit.beganAt?.toISOString() ?? null,
      leftAt: visit.leftAt?.toISOString() ?? null,
    },
    version: row.rowVersion,
  }
}
