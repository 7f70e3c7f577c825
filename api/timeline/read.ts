import type { Scope } from '@anju/domain/access/scope'
import type { Db } from '@anju/prisma/reads'
import { readElderPlace } from '../elder/read.ts'
import { pageOf, type Mark, type Page } from '../page.ts'
import { sources } from './sources.ts'
import { timelineKinds, type TimelineEntry, type TimelineKind } from './schema.ts'

/**
 * What happened around an elder, newest first: each source gives its newest `limit + 1` after the mark in the same
 * order (`at` desc, `id` desc), so that the merged list's first `limit` are right whatever the mix.
 */
export async function readTimeline(
  scope: Scope,
  db: Db,
  {
    elderId,
    kinds,
    mark,
    limit,
  }: { elderId: string; kinds: readonly TimelineKind[]; mark: Mark | undefined; limit: number },
): Promise<Page<TimelineEntry>> {
  const { homeId } = await readElderPlace(scope, db, elderId)
  const entries: TimelineEntry[] = []
  for (const kind of timelineKinds.filter((each) => kinds.includes(each))) {
    entries.push(...(await sources[kind]({ db, scope, elderId, homeId, mark, take: limit + 1 })))
  }
  entries.sort((a, b) => (a.at === b.at ? compare(b.id, a.id) : compare(b.at, a.at)))
  return pageOf(
    entries,
    limit,
    (entry) => ({ at: new Date(entry.at), id: entry.id }),
    (entry) => entry,
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
