import { armDeadlines } from '../deadline/apply.ts'
import type { Tx } from '../tx.ts'

/** A day of a plan for which there is no visit, and why. */
export interface Gap {
  planId: string
  /** 'YYYY-MM-DD' */
  day: string
  /** A code of domain/error. */
  why: string
  detail: Record<string, unknown>
}

export async function noteGap(tx: Tx, { planId, day, why, detail }: Gap, now: Date): Promise<void> {
  await tx.query(
    `insert into visit_plan_gap (plan_id, day, why, detail, found_at) values ($1, $2, $3, $4, $5)
     on conflict (plan_id, day) do update set why = excluded.why, detail = excluded.detail, found_at = excluded.found_at`,
    [planId, day, why, JSON.stringify(detail), now],
  )
}

/** She is back, or lives after all: her plans are looked at now and not only tomorrow. The caller holds her lock. */
export async function makePlansAnew(tx: Tx, elderId: string, now: Date): Promise<void> {
  const plans = await tx.query<{ id: string }>(
    'select id from visit_plan where elder_id = $1 and ended_at is null order by id',
    [elderId],
  )
  const ids = plans.map(({ id }) => id)
  await tx.query(
    `update deadline set due_at = least(due_at, $2) where kind = 'visit-plan-due' and ref = any($1) and state = 'pending'`,
    [ids, now],
  )
  armPlans(tx, ids, now)
}

/** Asked for under a lock of its own, so that it can take an elder's and a caregiver's in one statement. */
export function armPlans(tx: Tx, ids: readonly string[], dueAt: Date): void {
  armDeadlines(
    tx,
    ids.map((id) => ({ kind: 'visit-plan-due', ref: id, subject: `visit-plan:${id}`, dueAt })),
  )
}
