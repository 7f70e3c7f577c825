import type { Scope } from '@anju/domain/access/scope'
import { keptFromSettlement, type NotReady } from '@anju/domain/visit/flow'
import type { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import { presenceInclude, toPresence } from './presence-row.ts'
import { objectOf, visitsWithin } from './row.ts'
import type { VisitDetail, VisitRow } from './schema.ts'

const person = { select: { id: true, name: true } }

/** What happened at a visit: its entries, both ends as they were said, and its files without their bytes. */
export async function readStory(
  scope: Scope,
  db: Db,
  visitId: string,
): Promise<Pick<VisitDetail, 'entries' | 'presences' | 'files'>> {
  const where = { visit: { AND: [visitsWithin(scope), { id: visitId }] } } satisfies Prisma.VisitEntryWhereInput
  // that nobody answered 12349 is not the provider's to know: it could still speak with the elder first (P5.5)
  const told = scope.providerId === null ? {} : { kind: { not: 'feedback-not-reached' } }
  const entries = await db.visitEntry.findMany({
    where: { ...where, ...told },
    include: { user: person },
    orderBy: [{ at: 'asc' }, { id: 'asc' }],
  })
  const presences = await db.presence.findMany({
    where,
    include: presenceInclude,
    orderBy: [{ receivedAt: 'asc' }, { id: 'asc' }],
  })
  const files = await db.visitFile.findMany({
    where,
    omit: { bytes: true },
    orderBy: [{ receivedAt: 'asc' }, { id: 'asc' }],
  })
  return {
    entries: entries.map(({ id, at, deviceAt, kind, user, correctsId, body }) => ({
      id,
      at: at.toISOString(),
      deviceAt: deviceAt?.toISOString() ?? null,
      kind,
      user,
      corrects: correctsId,
      body: objectOf(body),
    })),
    presences: presences.map((row) => toPresence(scope, row)),
    files: files.map(({ id, kind, type, takenAt, receivedAt, caption, serviceId, look, erasedAt }) => ({
      id,
      kind,
      type,
      takenAt: takenAt?.toISOString() ?? null,
      receivedAt: receivedAt.toISOString(),
      caption,
      serviceId,
      look: look === null ? null : Buffer.from(look).toString('hex'),
      erased: erasedAt !== null,
    })),
  }
}

/** What keeps a visit from settlement now. */
export async function readKept(scope: Scope, db: Db, visit: VisitRow): Promise<NotReady[]> {
  const where = { visit: { AND: [visitsWithin(scope), { id: visit.id }] } }
  const openExceptions = await db.visitException.count({
    where: { ...where, state: { in: ['open', 'investigating'] }, severity: { not: 'notice' } },
  })
  const unapproved = await db.presence.count({
    where: { ...where, way: 'typed', approvedAt: null, grade: { not: null } },
  })
  return keptFromSettlement({ ...visit, openExceptions, unapproved })
}
