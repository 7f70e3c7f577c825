import { careDue, OVERDUE_AFTER_DAYS, type OverdueElder } from '@anju/domain/care-check/due'
import type { Tx } from '../tx.ts'

/**
 * `due` of whoever `where` says (of `elder` and `home`), at `asked (now timestamptz)`: whose checks run, since when, how
 * long they were away meanwhile, and when the next one is due. Whoever is away now is not in it. The areas stand in
 * `where` and not in a table beside it, so that the planner counts them: one village is walked along its homes, a county
 * of 100,000 people is joined in one pass.
 */
export const dueBefore = `
  watch as materialized (
    select elder.id, elder.home_id, home.area_id, elder.care_check_days as days,
           coalesce(elder.care_checked_at, elder.created_at) as since
    from home join elder on elder.home_id = home.id
    where elder.died_on is null and elder.merged_into is null and elder.care_check_days is not null and `
export const dueAfter = `),
  pause as (
    select watch.id, bool_or(absence.away_to is null or absence.away_to > asked.now) as away_now,
           sum(extract(epoch from least(coalesce(absence.away_to, asked.now), asked.now)
                                  - greatest(absence.away_from, watch.since))) as away_s
    from watch cross join asked join absence on absence.elder_id = watch.id
    where absence.away_from < asked.now and (absence.away_to is null or absence.away_to > watch.since)
    group by watch.id),
  due as (
    select watch.id, watch.home_id, watch.area_id, watch.since, watch.days,
           (coalesce(pause.away_s, 0) * 1000)::float8 as away_ms,
           watch.since + make_interval(days => watch.days, secs => coalesce(pause.away_s, 0)::float8) as due_at
    from watch left join pause on pause.id = watch.id where pause.away_now is not true)`

/** A row of `due` as the rule wants it. */
export interface DueRow {
  since: Date
  days: number
  awayMs: number
}

export function dueOf({ since, days, awayMs }: DueRow, now: Date): { dueAt: Date; overdueDays: number } {
  const verdict = careDue({ since, everyDays: days, awayMs, awayNow: false, alive: true }, now)
  return verdict.kind === 'due' ? verdict : { dueAt: since, overdueDays: 0 }
}

/** Whose check in a community is overdue by at least `afterDays`, the longest first. */
export async function loadOverdue(tx: Tx, areaId: string, afterDays: number, now: Date): Promise<OverdueElder[]> {
  const rows = await tx.query<DueRow & { id: string; homeId: string }>(
    `with asked as (select $2::timestamptz as now), ${dueBefore} home.area_id = $1 ${dueAfter}
     select due.id, due.home_id as "homeId", due.since, due.days, due.away_ms as "awayMs"
     from due cross join asked where due.due_at <= asked.now order by due.due_at, due.id`,
    [areaId, now],
  )
  return rows.flatMap(({ id, homeId, ...row }) => {
    const { dueAt, overdueDays } = dueOf(row, now)
    return overdueDays >= afterDays ? [{ id, homeId, dueAt }] : []
  })
}

const SETTING = 'care-check'

/** Days beyond the due day at which an overdue check raises. */
export async function loadOverdueAfter(db: Pick<Tx, 'query'>): Promise<number> {
  const [row] = await db.query<{ days: unknown }>(
    `select value -> 'overdueAfterDays' as days from setting where key = $1`,
    [SETTING],
  )
  return typeof row?.days === 'number' ? row.days : OVERDUE_AFTER_DAYS
}

export async function storeOverdueAfter(tx: Tx, days: number): Promise<void> {
  await tx.query('insert into setting (key, value) values ($1, $2) on conflict (key) do update set value = $2', [
    SETTING,
    JSON.stringify({ overdueAfterDays: days }),
  ])
}
