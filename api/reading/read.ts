import type { Scope } from '@anju/domain/access/scope'
import type { Db } from '@anju/prisma/reads'
import { readElderPlace } from '../elder/read.ts'
import { after, pageOf, type Mark, type Page } from '../page.ts'
import { toReading } from './row.ts'
import type { Reading } from './schema.ts'

/** An elder's readings, with those of double entries, by the time they were measured, newest first. Refuses `not-found` outside the scope. */
export async function readReadings(
  scope: Scope,
  db: Db,
  { elderId, kind, mark, limit }: { elderId: string; kind?: string; mark?: Mark | undefined; limit: number },
): Promise<Page<Reading>> {
  const { elderIds } = await readElderPlace(scope, db, elderId)
  const rows = await db.reading.findMany({
    where: { elderId: { in: elderIds }, ...(kind === undefined ? {} : { kind }), ...after('at', mark) },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: limit + 1,
  })
  return pageOf(rows, limit, (row) => row, toReading)
}
