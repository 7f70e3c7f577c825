import type { Scope } from '@anju/domain/access/scope'
import type { Db } from '@anju/prisma/reads'
import { after, pageOf, type Mark, type Page } from '../page.ts'
import type { SessionRow } from './schema.ts'

/** The user's own living sessions, newest first. */
export async function readSessions(
  scope: Scope,
  db: Db,
  page: { current: string; mark: Mark | undefined; limit: number; now: Date },
): Promise<Page<SessionRow>> {
  if (scope.userId === null) return { items: [], next: null }
  return readSessionsOf(scope, db, { userId: scope.userId, ...page })
}

/** A user's living sessions, newest first; nothing of a user outside the scope. */
export async function readSessionsOf(
  scope: Scope,
  db: Db,
  query: { userId: string; current: string | null; mark: Mark | undefined; limit: number; now: Date },
): Promise<Page<SessionRow>> {
  const { userId, current, mark, limit, now } = query
  const rows = await db.session.findMany({
    where: {
      user: { area: { path: { startsWith: scope.areaPath } } },
      userId,
      revokedAt: null,
      expiresAt: { gt: now },
      ...after('createdAt', mark),
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
  })
  return pageOf(
    rows,
    limit,
    (row) => ({ at: row.createdAt, id: row.id }),
    (row) => ({
      id: row.id,
      createdAt: row.createdAt.toISOString(),
      lastSeenAt: row.lastSeenAt.toISOString(),
      expiresAt: row.expiresAt.toISOString(),
      userAgent: row.userAgent,
      current: row.id === current,
    }),
  )
}
