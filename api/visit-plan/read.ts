import { opensFilesOnDuty } from '@anju/domain/access/role'
import type { Scope } from '@anju/domain/access/scope'
import { todayIn } from '@anju/domain/elder/day'
import { maskName } from '@anju/domain/elder/name'
import { Refusal } from '@anju/domain/error'
import type { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import { after, type Mark, type Page, pageOf } from '../page.ts'
import { objectOf } from '../visit/row.ts'
import type { PlanRow } from './schema.ts'

export interface PlansAsked {
  show: 'running' | 'gaps' | 'ended' | 'all'
  elderId: string | undefined
  providerId: string | undefined
  mark: Mark | undefined
  limit: number
}

const person = { select: { id: true, name: true } }
const includeFrom = (today: Date) =>
  ({
    elder: { select: { id: true, name: true, home: { select: { area: { select: { timeZone: true } } } } } },
    provider: person,
    caregiver: person,
    gaps: { where: { day: { gte: today } }, orderBy: { day: 'asc' } },
  }) satisfies Prisma.VisitPlanInclude
type Row = Prisma.VisitPlanGetPayload<{ include: ReturnType<typeof includeFrom> }>

function plansWithin(scope: Scope): Prisma.VisitPlanWhereInput {
  return {
    elder: { home: { area: { path: { startsWith: scope.areaPath } } } },
    ...(scope.providerId !== null && { providerId: scope.providerId }),
    ...(scope.role === 'caregiver' && { caregiver: { users: { some: { id: scope.userId ?? '' } } } }),
  }
}

/** Plans, the newest first; `gaps`: those with days ahead that could not be made. */
export async function readPlans(
  scope: Scope,
  db: Db,
  { show, elderId, providerId, mark, limit }: PlansAsked,
  now: Date,
): Promise<Page<PlanRow>> {
  // a day that is over somewhere is told a few hours longer: zones differ by less than a day
  const today = new Date(`${todayIn('Pacific/Midway', now)}T00:00:00Z`)
  const shown: Record<PlansAsked['show'], Prisma.VisitPlanWhereInput> = {
    running: { endedAt: null },
    gaps: { endedAt: null, gaps: { some: { day: { gte: today } } } },
    ended: { endedAt: { not: null } },
    all: {},
  }
  const rows = await db.visitPlan.findMany({
    where: {
      AND: [plansWithin(scope), shown[show], after('madeAt', mark)],
      ...(elderId !== undefined && { elderId }),
      ...(providerId !== undefined && { providerId }),
    },
    include: includeFrom(today),
    orderBy: [{ madeAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
  })
  const services = await readServices(scope, db, rows)
  const markOfRow = ({ madeAt, id }: Row) => ({ at: madeAt, id })
  return pageOf(rows, limit, markOfRow, (row) => toPlan(scope, row, services, now))
}

/** Refuses `not-found` outside the scope. */
export async function readPlan(scope: Scope, db: Db, id: string, now: Date): Promise<PlanRow> {
  const include = includeFrom(new Date(`${todayIn('Pacific/Midway', now)}T00:00:00Z`))
  const row = await db.visitPlan.findFirst({ where: { AND: [plansWithin(scope), { id }] }, include })
  if (!row) throw new Refusal('not-found')
  return toPlan(scope, row, await readServices(scope, db, [row]), now)
}

type Services = Map<string, { id: string; code: string; name: string }>

/** Of plans that are within the scope. */
async function readServices(_scope: Scope, db: Db, rows: readonly Row[]): Promise<Services> {
  const ids = [...new Set(rows.flatMap(({ services }) => services))]
  const found = await db.service.findMany({
    where: { id: { in: ids } },
    select: { id: true, code: true, name: true },
  })
  return new Map(found.map((service) => [service.id, service]))
}

function toPlan(scope: Scope, row: Row, services: Services, now: Date): PlanRow {
  const day = (at: Date): string => at.toISOString().slice(0, 10)
  const { elder } = row
  const today = todayIn(elder.home.area.timeZone, now)
  return {
    id: row.id,
    elder: { id: elder.id, name: opensFilesOnDuty(scope.role) ? elder.name : maskName(elder.name) },
    provider: row.provider,
    caregiver: row.caregiver,
    weekdays: row.weekdays,
    everyWeeks: row.everyWeeks,
    beginsAt: row.beginsAt.toISOString().slice(11, 16),
    minutes: row.minutes,
    services: row.services.flatMap((id) => services.get(id) ?? []),
    validFrom: day(row.validFrom),
    validTo: row.validTo && day(row.validTo),
    madeThrough: row.madeThrough && day(row.madeThrough),
    ended: row.endedAt !== null,
    replacesId: row.replacesId,
    note: row.note,
    gaps: row.gaps
      .map((gap) => ({ day: day(gap.day), why: gap.why, detail: objectOf(gap.detail) }))
      .filter((gap) => gap.day >= today),
    version: row.version,
  }
}
