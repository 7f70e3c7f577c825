import type { Scope } from '@anju/domain/access/scope'
import type { Db } from '@anju/prisma/reads'
import { after, pageOf, type Mark, type Page } from '../page.ts'
import type { SessionRow } from './schema.ts'

/** The user's own living sessions, newest first. */
export async function readSessions(
  scope: Scope,
  db: Db,
  { current, mark, limit, now }: { current: string; mark: Mark | undefined; limit: number; now: Date },
): Promise<Page<SessionRow>> {
  if (scope.userId === null) return { items: [], next: null }
  const rows = await db.session.findMany({
    where: { userId: scope.userId, revokedAt: null, expiresAt: { gt: now }, ...after('createdAt', mark) },
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
