import type pg from 'pg'
import { poolQuery, transact } from '../tx.ts'
import { loadLooks } from '../visit-exception/around.ts'
import { checkBatch, spanOf } from '../visit-exception/check.ts'
import { HISTORY_DAYS, localDay, DAY_MS } from './plan.ts'
import type { DemoRecord } from './record.ts'

/**
 * What the rules find in the demo's past, so that its first visitor sees a queue as an office has one and not only the
 * morning after. Found as each night finds it, a caregiver's month at a time; only the events are let go, as all of the
 * past's.
 */
export async function checkPast(pool: pg.Pool, { areaPath, base }: DemoRecord, signal: AbortSignal): Promise<void> {
  const now = new Date(base)
  const months = new Set(
    Array.from({ length: HISTORY_DAYS }, (_, n) => localDay(new Date(base - n * DAY_MS)).slice(0, 7)),
  )
  const db = poolQuery(pool)
  for (const month of [...months].sort()) {
    const span = spanOf(month)
    const pairs = await db.query<{ providerId: string; caregiverId: string | null }>(
      `select distinct provider_id as "providerId", caregiver_id as "caregiverId" from visit
       where starts_with(area_path, $3) and planned_from >= $1 and planned_from < $2 and not drill order by 1, 2`,
      [span.from, span.to, areaPath],
    )
    for (const { providerId, caregiverId } of pairs) {
      if (signal.aborted) return
      const looks = await loadLooks(db, { providerId, ...span })
      await transact(pool, async (tx) => {
        await checkBatch(tx, { providerId, caregiverIds: [caregiverId], month, looks }, now)
        tx.events.length = 0
      })
    }
  }
}
