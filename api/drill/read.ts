import type { Scope } from '@anju/domain/access/scope'
import { DRILL_STATES } from '@anju/domain/drill/scenario'
import { Refusal } from '@anju/domain/error'
import type { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import { Value } from 'typebox/value'
import { after, type Mark, type Page, pageOf } from '../page.ts'
import { type DrillRow, Report } from './schema.ts'

const include = {
  area: { select: { id: true, name: true } },
  startedBy: { select: { id: true, name: true } },
} satisfies Prisma.DrillInclude
type Included = Prisma.DrillGetPayload<{ include: typeof include }>

const within = (scope: Scope) => ({ area: { path: { startsWith: scope.areaPath } } })

/** Drills by when they began, newest first. */
export async function readDrills(
  scope: Scope,
  db: Db,
  { mark, limit }: { mark: Mark | undefined; limit: number },
): Promise<Page<DrillRow>> {
  const rows = await db.drill.findMany({
    where: { ...within(scope), ...after('startedAt', mark) },
    include,
    orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
  })
  return pageOf(rows, limit, (row) => ({ at: row.startedAt, id: row.id }), toRow)
}

/** One drill, and its report as it was kept when it ended; null while it runs. Refuses `not-found`. */
export async function readDrill(scope: Scope, db: Db, id: string): Promise<DrillRow & { report: Report | null }> {
  const row = await db.drill.findFirst({ where: { id, ...within(scope) }, include })
  if (!row) throw new Refusal('not-found')
  return { ...toRow(row), report: Value.Check(Report, row.report) ? row.report : null }
}

function toRow(row: Included): DrillRow {
  const state = DRILL_STATES.find((each) => each === row.state)
  if (state === undefined) throw new Error(`a stored drill has the state ${row.state}`)
  return {
    id: row.id,
    area: row.area,
    scenario: row.scenario,
    seed: Number(row.seed),
    state,
    startedBy: row.startedBy,
    startedAt: row.startedAt.toISOString(),
    endsAt: row.endsAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    tellsOutside: row.tellsOutside,
  }
}
