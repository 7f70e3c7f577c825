import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { SESSION_PAYABLE, SESSION_STATES, type SessionState } from '@anju/domain/visit/group-session'
import type { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import { after, type Mark, type Page, pageOf } from '../page.ts'
import type { GroupSessionDetail, GroupSessionRow } from './schema.ts'

const person = { select: { id: true, name: true } }
const include = {
  area: person,
  provider: person,
  caregiver: person,
  _count: { select: { attendance: true } },
} satisfies Prisma.GroupSessionInclude
type Row = Prisma.GroupSessionGetPayload<{ include: typeof include }>

const within = (scope: Scope) => ({
  area: { path: { startsWith: scope.areaPath } },
  ...(scope.providerId !== null && { providerId: scope.providerId }),
})

export interface SessionsAsked {
  state: SessionState | undefined
  providerId: string | undefined
  mark: Mark | undefined
  limit: number
}

/** Group sessions by when they are planned, the latest first. */
export async function readSessions(scope: Scope, db: Db, asked: SessionsAsked): Promise<Page<GroupSessionRow>> {
  const { state, providerId, mark, limit } = asked
  const rows = await db.groupSession.findMany({
    where: {
      AND: [
        within(scope),
        state === undefined ? {} : { state },
        providerId === undefined ? {} : { providerId },
        after('plannedFrom', mark),
      ],
    },
    include,
    orderBy: [{ plannedFrom: 'desc' }, { id: 'desc' }],
    take: limit + 1,
  })
  return pageOf(rows, limit, (row) => ({ at: row.plannedFrom, id: row.id }), toSession)
}

/** One session with who was there, by name. Refuses `not-found` outside the scope. */
export async function readSession(scope: Scope, db: Db, id: string): Promise<GroupSessionDetail> {
  const row = await db.groupSession.findFirst({ where: { id, ...within(scope) }, include })
  if (!row) throw new Refusal('not-found')
  const attendance = await db.attendance.findMany({
    where: { sessionId: id },
    include: { elder: person, notedBy: person },
    orderBy: [{ elder: { name: 'asc' } }, { elderId: 'asc' }],
  })
  return {
    ...toSession(row),
    attendance: attendance.map(({ elder, notedAt, notedBy }) => ({ elder, notedAt: notedAt.toISOString(), notedBy })),
  }
}

function toSession(row: Row): GroupSessionRow {
  const { id, area, provider, caregiver, title, place, note, version } = row
  return {
    id,
    area,
    provider,
    caregiver,
    title,
    place,
    plannedFrom: row.plannedFrom.toISOString(),
    plannedTo: row.plannedTo.toISOString(),
    state: SESSION_STATES.find((state) => state === row.state) ?? 'planned',
    note,
    there: row._count.attendance,
    payable: SESSION_PAYABLE,
    version,
  }
}
