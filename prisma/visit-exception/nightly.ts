import type pg from 'pg'
import { poolQuery, transact } from '../tx.ts'
import { loadLooks } from './around.ts'
import { checkBatch, spanOf } from './check.ts'

/** Two in the morning in China: the day's visits are told, and nobody waits for the machine. */
const NIGHT_BEGINS_UTC_H = 18
const HOUR_MS = 3_600_000
/** A run that has not ended within this time was broken off; another begins it anew. */
const BROKEN_OFF_MS = HOUR_MS
/** Caregivers of a batch, some two thousand visits: a tenth of a second of rules, and locks held briefly. */
const BATCH_CAREGIVERS = 25

export interface Run {
  visits: number
  changed: number
}

/** Once a night, by whichever worker comes first, all visits of this month and the one before. Null: it is done. */
export async function checkNight(pool: pg.Pool, now: Date): Promise<Run | null> {
  const night = new Date(now.getTime() - NIGHT_BEGINS_UTC_H * HOUR_MS)
  const day = night.toISOString().slice(0, 10)
  if (!(await claimNight(pool, day, now))) return null
  const run = { visits: 0, changed: 0 }
  const before = new Date(Date.UTC(night.getUTCFullYear(), night.getUTCMonth(), 0))
  for (const month of [before, night].map((at) => at.toISOString().slice(0, 7))) {
    const { visits, changed } = await checkWholeMonth(pool, month, now)
    run.visits += visits
    run.changed += changed
  }
  await transact(pool, (tx) =>
    tx.query('update visit_check_run set ended_at = $2, visits = $3, changed = $4 where day = $1', [
      day,
      now,
      run.visits,
      run.changed,
    ]),
  )
  return run
}

async function claimNight(pool: pg.Pool, day: string, now: Date): Promise<boolean> {
  const claimed = await transact(pool, (tx) =>
    tx.query(
      `insert into visit_check_run (day, began_at) values ($1, $2)
       on conflict (day) do update set began_at = excluded.began_at
         where visit_check_run.ended_at is null and visit_check_run.began_at < $3
       returning day`,
      [day, now, new Date(now.getTime() - BROKEN_OFF_MS)],
    ),
  )
  return claimed.length > 0
}

/** All visits of a month ('YYYY-MM'), provider by provider, a batch a transaction. */
export async function checkWholeMonth(pool: pg.Pool, month: string, now: Date): Promise<Run> {
  const span = spanOf(month)
  const db = poolQuery(pool)
  const pairs = await db.query<{ providerId: string; caregiverId: string | null }>(
    `select distinct provider_id as "providerId", caregiver_id as "caregiverId" from visit
     where planned_from >= $1 and planned_from < $2 and not drill order by 1, 2`,
    [span.from, span.to],
  )
  const run = { visits: 0, changed: 0 }
  for (const [providerId, own] of Map.groupBy(pairs, (pair) => pair.providerId)) {
    const looks = await loadLooks(db, { providerId, ...span })
    for (let at = 0; at < own.length; at += BATCH_CAREGIVERS) {
      const caregiverIds = own.slice(at, at + BATCH_CAREGIVERS).map(({ caregiverId }) => caregiverId)
      const done = await transact(pool, (tx) => checkBatch(tx, { providerId, caregiverIds, month, looks }, now))
      run.visits += done.visits
      run.changed += done.changed
    }
  }
  return run
}
