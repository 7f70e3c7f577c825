import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import type { Db } from '@anju/prisma/reads'
import { PERIOD_AT_MOST_DAYS } from './schema.ts'

/** What figures are of: alarms raised in [from, to) at or below an area. */
export interface Period {
  from: Date
  to: Date
  areaPath: string
  timeZone: string
}

/** Refuses a period that ends before it begins or is too long, and an area outside the scope. */
export async function periodOf(
  scope: Scope,
  db: Db,
  query: { from: string; to: string; areaId?: string },
): Promise<Period> {
  const [from, to] = [new Date(query.from), new Date(query.to)]
  if (!(from < to) || to.getTime() - from.getTime() > PERIOD_AT_MOST_DAYS * 86_400_000) {
    throw new Refusal('invalid-request', `from lies before to, at most ${PERIOD_AT_MOST_DAYS} days.`)
  }
  const area = await db.area.findFirst({
    where: {
      path: query.areaId === undefined ? scope.areaPath : { startsWith: scope.areaPath },
      ...(query.areaId !== undefined && { id: query.areaId }),
    },
    select: { path: true, timeZone: true },
  })
  if (!area) throw new Refusal('not-found')
  return { from, to, areaPath: area.path, timeZone: area.timeZone }
}
