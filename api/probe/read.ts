import type { Scope } from '@anju/domain/access/scope'
import { PROBE_VERDICTS } from '@anju/domain/probe/verdict'
import type { Db } from '@anju/prisma/reads'
import { after, type Mark, type Page, pageOf } from '../page.ts'
import type { Probe, ProbeFigures } from './schema.ts'

/** Test presses of a period, newest first. */
export async function readProbes(
  scope: Scope,
  db: Db,
  { from, to, mark, limit }: { from: Date; to: Date; mark: Mark | undefined; limit: number },
): Promise<Page<Probe>> {
  const rows = await db.probe.findMany({
    where: {
      area: { path: { startsWith: scope.areaPath } },
      AND: [{ pressedAt: { gte: from, lt: to } }, after('pressedAt', mark)],
    },
    include: { area: { select: { id: true, name: true } } },
    orderBy: [{ pressedAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
  })
  return pageOf(
    rows,
    limit,
    (row) => ({ at: row.pressedAt, id: row.id }),
    ({ id, area, pressedAt, acknowledgedAt, shownAt, verdict }) => ({
      id,
      area,
      pressedAt: pressedAt.toISOString(),
      acknowledgedAt: acknowledgedAt?.toISOString() ?? null,
      shownAt: shownAt?.toISOString() ?? null,
      seconds: shownAt === null ? null : (shownAt.getTime() - pressedAt.getTime()) / 1000,
      verdict: PROBE_VERDICTS.find((each) => each === verdict) ?? null,
    }),
  )
}

/** How soon they were stored and shown, and how many went which way. */
export async function readProbeFigures(
  scope: Scope,
  db: Db,
  { from, to }: { from: Date; to: Date },
): Promise<ProbeFigures> {
  const rows = await db.$queryRaw<{ what: 'stored' | 'shown'; n: number; at: (number | null)[] | null }[]>`
    select what, count(seconds)::integer as n,
           percentile_disc(array[0.5, 0.9, 0.99, 1]) within group (order by seconds) as at
    from (
      select 'stored' as what, extract(epoch from acknowledged_at - pressed_at)::float8 as seconds, pressed_at, area_id
      from probe where acknowledged_at is not null
      union all
      select 'shown', extract(epoch from shown_at - pressed_at)::float8, pressed_at, area_id
      from probe where shown_at is not null) as took
    join area on area.id = took.area_id
    where starts_with(area.path, ${scope.areaPath}) and pressed_at >= ${from} and pressed_at < ${to}
    group by what`
  const verdicts = await db.$queryRaw<{ verdict: string; n: number }[]>`
    select verdict, count(*)::integer as n from probe join area on area.id = probe.area_id
    where starts_with(area.path, ${scope.areaPath}) and pressed_at >= ${from} and pressed_at < ${to}
      and verdict is not null
    group by verdict`
  const spread = (what: 'stored' | 'shown') => {
    const row = rows.find((each) => each.what === what)
    const [p50 = null, p90 = null, p99 = null, max = null] = row?.at ?? []
    return { n: row?.n ?? 0, p50, p90, p99, max }
  }
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    stored: spread('stored'),
    shown: spread('shown'),
    verdicts: Object.fromEntries(
      PROBE_VERDICTS.map((each) => [each, verdicts.find((row) => row.verdict === each)?.n ?? 0]),
    ),
  }
}
