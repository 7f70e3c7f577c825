import type { Scope } from '@anju/domain/access/scope'
import type { Db } from '@anju/prisma/reads'
import { earliest, latest, type Span } from './slice.ts'

/** What counts as an elder's: her own entries and double ones, her homes while she lived there, and their devices. */
export interface Whose {
  /** Her own id, and those of double entries merged into hers: their facts stay theirs and are read with hers. */
  elderIds: string[]
  /** Homes within the scope; those elsewhere show nothing but what names her. */
  stays: (Span & { homeId: string })[]
  held: (Span & { deviceId: string })[]
}

export async function readWhose(scope: Scope, db: Db, elderId: string): Promise<Whose> {
  const entries = await db.$queryRaw<{ id: string }[]>`
    with recursive hers (id) as (
      select ${elderId}::uuid union select double.id from elder double join hers on double.merged_into = hers.id)
    select id::text from hers`
  const elderIds = entries.map(({ id }) => id)
  // Whoever lived in a home first has all of it: her devices' clocks may run behind her registration.
  const stays = await db.$queryRaw<Whose['stays']>`
    select stay.home_id::text as "homeId", stay.valid_to as "to",
           case when exists (select from residence before
                             where before.home_id = stay.home_id and before.valid_from < stay.valid_from)
                then stay.valid_from end as "from"
    from residence stay join home on home.id = stay.home_id join area on area.id = home.area_id
    where stay.elder_id = any(${elderIds}::uuid[]) and starts_with(area.path, ${scope.areaPath})`
  const whole = united(stays, ({ homeId }) => homeId)
  return { elderIds, stays: whole, held: united(await heldIn(db, elderIds, whole), ({ deviceId }) => deviceId) }
}

/** Devices that stood in these homes or were hers by name, and when. Another resident's own meter is not hers. */
async function heldIn(db: Db, elderIds: string[], stays: Whose['stays']): Promise<Whose['held']> {
  const rows = await db.assignment.findMany({
    where: {
      OR: [
        { elderId: { in: elderIds } },
        { elderId: null, homeId: { in: [...new Set(stays.map(({ homeId }) => homeId))] } },
      ],
    },
  })
  return rows.flatMap((row) => {
    const stood = { deviceId: row.deviceId, from: row.validFrom, to: row.validTo }
    if (row.elderId !== null) return [stood]
    return stays
      .filter(({ homeId }) => homeId === row.homeId)
      .map((stay) => ({ ...stood, from: latest(stood.from, stay.from), to: earliest(stood.to, stay.to) }))
      .filter(({ from, to }) => !from || !to || from < to)
  })
}

/** The columns of `unnest` for spans. */
export function columnsOf(spans: readonly Span[]): { from: (Date | null)[]; to: (Date | null)[] } {
  return { from: spans.map(({ from }) => from), to: spans.map(({ to }) => to) }
}

/** Spans of the same thing that touch or overlap, as one: a double entry lived in her home at the same time. */
function united<One extends Span>(spans: readonly One[], keyOf: (one: One) => string): One[] {
  const all: One[] = []
  for (const same of Map.groupBy(spans, keyOf).values()) {
    let last: One | undefined
    for (const span of same.sort((a, b) => (a.from?.getTime() ?? -Infinity) - (b.from?.getTime() ?? -Infinity))) {
      if (last && (last.to === null || span.from === null || span.from <= last.to)) {
        last.to = last.to && span.to && (last.to > span.to ? last.to : span.to)
      } else all.push((last = { ...span }))
    }
  }
  return all
}
