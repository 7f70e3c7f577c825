import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { can, type VisitUser } from '@anju/domain/visit/can'
import { AHEAD, GIVEN, UNDER_WAY } from '@anju/domain/visit/kinds'
import type { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import { after, afterUpwards, type Mark, type Page, pageOf } from '../page.ts'
import { include, objectOf, type Row, toVisit, visitsWithin } from './row.ts'
import { readFindings, readVisitReadings } from './proof-read.ts'
import { readKept, readStory } from './story-read.ts'
import type { VisitDetail, VisitRow } from './schema.ts'

const STATES = {
  ahead: { state: { in: [...AHEAD] } },
  'under-way': { state: { in: [...UNDER_WAY] } },
  given: { state: { in: [...GIVEN] } },
  'in-question': { inQuestion: true },
  'to-call-back': { state: 'evaluated' },
  ready: { state: 'ready' },
  all: {},
} satisfies Record<string, Prisma.VisitWhereInput>

export interface VisitsAsked {
  from: Date | undefined
  to: Date | undefined
  state: keyof typeof STATES
  elderId: string | undefined
  caregiverId: string | undefined
  providerId: string | undefined
  areaId: string | undefined
  order: 'latest' | 'earliest'
  /** Those that begin from then on, the soonest first; then those before, the latest first: instead of `order`. */
  around: Date | undefined
  mark: Mark | undefined
  limit: number
}

/** Visits by their planned begin. */
export async function readVisits(scope: Scope, db: Db, asked: VisitsAsked): Promise<Page<VisitRow>> {
  const { from, to, state, elderId, caregiverId, providerId, areaId, limit } = asked
  const area = areaId === undefined ? null : await db.area.findUnique({ where: { id: areaId }, select: { path: true } })
  const within: Prisma.VisitWhereInput = {
    AND: [
      visitsWithin(scope),
      STATES[state],
      { plannedFrom: { ...(to && { lt: to }) }, plannedTo: { ...(from && { gt: from }) } },
      areaId === undefined ? {} : { areaPath: { startsWith: area?.path ?? '-' } },
    ],
    ...(elderId !== undefined && { elderId }),
    ...(caregiverId !== undefined && { caregiverId }),
    ...(providerId !== undefined && { providerId }),
  }
  const rows: Row[] = []
  for (const stretch of stretchesOf(asked)) {
    if (rows.length > limit) break
    const more = await db.visit.findMany({
      where: { AND: [within, stretch.where] },
      include,
      orderBy: [{ plannedFrom: stretch.order }, { id: stretch.order }],
      take: limit + 1 - rows.length,
    })
    rows.push(...more)
  }
  const markOfRow = ({ plannedFrom, id }: Row) => ({ at: plannedFrom, id })
  return pageOf(rows, limit, markOfRow, (row) => toVisit(scope, row))
}

interface Stretch {
  where: Prisma.VisitWhereInput
  order: 'asc' | 'desc'
}

/** The stretches of time a list goes through, each in its own order, from the mark on. */
function stretchesOf({ order, around, mark }: VisitsAsked): Stretch[] {
  const upwards = (where: Prisma.VisitWhereInput, from: Mark | undefined): Stretch => ({
    where: { AND: [where, afterUpwards('plannedFrom', from)] },
    order: 'asc',
  })
  const downwards = (where: Prisma.VisitWhereInput, from: Mark | undefined): Stretch => ({
    where: { AND: [where, after('plannedFrom', from)] },
    order: 'desc',
  })
  if (around === undefined) return [order === 'latest' ? downwards({}, mark) : upwards({}, mark)]
  const before = { plannedFrom: { lt: around } }
  if (mark !== undefined && mark.at < around) return [downwards(before, mark)]
  return [upwards({ plannedFrom: { gte: around } }, mark), downwards(before, undefined)]
}

/** A visit with its story and what may be done. Refuses `not-found` outside the scope. */
export async function readVisit(scope: Scope, db: Db, id: string): Promise<VisitDetail> {
  const row = await db.visit.findFirst({ where: { AND: [visitsWithin(scope), { id }] }, include })
  if (!row) throw new Refusal('not-found')
  const visit = toVisit(scope, row)
  const user = scope.userId === null ? null : await db.appUser.findUnique({ where: { id: scope.userId } })
  const actor = { role: scope.role, caregiverId: user?.caregiverId ?? null }
  const kin =
    row.caregiverId === null
      ? null
      : await db.kinship.findFirst({ where: { caregiverId: row.caregiverId, elderId: row.elderId, endedAt: null } })
  const story = await readStory(scope, db, id)
  const maker =
    row.madeById === null
      ? null
      : await db.appUser.findUnique({ where: { id: row.madeById }, select: { id: true, name: true } })
  return {
    ...visit,
    madeAt: row.madeAt.toISOString(),
    madeBy: maker,
    ...story,
    exceptions: await readFindings(scope, db, id),
    readings: await readVisitReadings(scope, db, id, story.entries),
    joint: await readJoint(scope, db, visit, actor),
    kinship: kin?.relation ?? null,
    verdict: row.verdict === null ? null : objectOf(row.verdict),
    kept: await readKept(scope, db, visit),
    can: can({ state: visit.state, caregiverId: row.caregiverId, inQuestion: row.inQuestion }, actor),
  }
}

/** The others of a joint visit, with what this user may do with them. */
async function readJoint(
  scope: Scope,
  db: Db,
  { id, jointId }: Pick<VisitRow, 'id' | 'jointId'>,
  actor: VisitUser,
): Promise<VisitDetail['joint']> {
  if (jointId === null) return []
  const rows = await db.visit.findMany({
    where: { AND: [visitsWithin(scope), { jointId, id: { not: id } }] },
    include,
    orderBy: { id: 'asc' },
  })
  return rows.map((row) => {
    const { elder, state, plannedFrom, version } = toVisit(scope, row)
    const may = can({ state, caregiverId: row.caregiverId, inQuestion: row.inQuestion }, actor)
    return {
      id: row.id,
      elder,
      state,
      plannedFrom,
      version,
      can: { reschedule: may.reschedule, cancel: may.cancel },
    }
  })
}

/** Refuses `not-found` unless the visit is within the scope. */
export async function readVisitPlace(scope: Scope, db: Db, id: string): Promise<void> {
  const row = await db.visit.findFirst({ where: { AND: [visitsWithin(scope), { id }] }, select: { id: true } })
  if (!row) throw new Refusal('not-found')
}
