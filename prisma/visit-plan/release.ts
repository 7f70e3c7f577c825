import { afterReschedule, LEADS_TO } from '@anju/domain/visit/flow'
import type { VisitState } from '@anju/domain/visit/kinds'
import { daysOf, timesOn } from '@anju/domain/visit/recur'
import type { HeldElder } from '../elder/lock.ts'
import type { Tx } from '../tx.ts'
import { clearVisitAlarms, rearmVisit } from '../visit/clock.ts'
import { addVisitEntry } from '../visit/entry.ts'
import { columns, type HeldVisit } from '../visit/hold.ts'
import type { HeldPlan } from './hold.ts'
import { giveIfFree } from './make.ts'

/** Nobody has set out for it. */
const NOT_BEGUN = ['planned', 'assigned', 'accepted'] satisfies VisitState[]

interface Release {
  plan: HeldPlan
  /** The first day of which the plan has no visit any more. */
  from: string
  /** The plan that follows. */
  follows: HeldPlan | null
  reason: string
}

/** Visits of a plan that ends: made anew by the one that follows where it has that day, else cancelled. */
export async function releaseDays(
  tx: Tx,
  { plan, from, follows, reason }: Release,
  elder: HeldElder,
  userId: string | null,
  now: Date,
): Promise<void> {
  await tx.query('delete from visit_plan_gap where plan_id = $1 and day >= $2', [plan.id, from])
  const rows = await tx.query<HeldVisit & { day: string } & Record<string, unknown>>(
    `select ${columns}, visit.plan_day::text as day from visit join area on area.id = visit.area_id
     where visit.plan_id = $1 and visit.plan_day >= $2 and visit.state = any($3) order by visit.plan_day`,
    [plan.id, from, NOT_BEGUN],
  )
  const days = new Set(follows === null ? [] : daysOf(follows, from, rows.at(-1)?.day ?? from))
  for (const { day, ...held } of rows) {
    if (follows !== null && days.has(day)) await makeAnew(tx, held, day, follows, elder, userId, now)
    else {
      await tx.query('update visit set state = $2, version = version + 1 where id = $1', [held.id, LEADS_TO.cancel])
      const cancelled = { ...held, state: LEADS_TO.cancel }
      const because = follows === null ? 'plan-ended' : 'plan-changed'
      await addVisitEntry(tx, cancelled, { kind: 'cancelled', userId, at: now, body: { because, reason } })
      await clearVisitAlarms(tx, held, ['caregiver-late', 'caregiver-missing'], because, now)
    }
  }
  if (follows !== null) {
    // what a person cancelled stays so: the plan that follows finds the day taken
    await tx.query(`update visit set plan_id = $3 where plan_id = $1 and plan_day >= $2 and state <> all($4)`, [
      plan.id,
      from,
      follows.id,
      NOT_BEGUN,
    ])
  }
}

async function makeAnew(
  tx: Tx,
  held: HeldVisit,
  day: string,
  plan: HeldPlan,
  { timeZone }: HeldElder,
  userId: string | null,
  now: Date,
): Promise<void> {
  const { plannedFrom, plannedTo } = timesOn(plan, day, timeZone)
  const moved = plannedFrom.getTime() !== held.plannedFrom.getTime() || plannedTo.getTime() !== held.plannedTo.getTime()
  const caregiverId = plan.caregiverId ?? held.caregiverId
  const stays = !moved && caregiverId === held.caregiverId
  const next = { ...held, planId: plan.id, plannedFrom, plannedTo, ...(!stays && { caregiverId: null }) }
  const state = stays ? held.state : afterReschedule(null)
  await tx.query(
    `update visit set plan_id = $2, planned_from = $3, planned_to = $4, caregiver_id = $5, state = $6,
            confirmed_at = case when $7 then null else confirmed_at end, version = version + 1 where id = $1`,
    [held.id, plan.id, plannedFrom, plannedTo, next.caregiverId, state, moved],
  )
  tx.send('delete from visit_service where visit_id = $1 and planned', [held.id])
  tx.send(
    'insert into visit_service (visit_id, service_id, planned) select $1, service, true from unnest($2::uuid[]) as service',
    [held.id, plan.services],
  )
  const body = {
    planId: plan.id,
    ...(moved && {
      before: { plannedFrom: held.plannedFrom, plannedTo: held.plannedTo },
      after: { plannedFrom, plannedTo },
    }),
  }
  const changed = { ...next, state }
  await addVisitEntry(tx, changed, { kind: 'plan-changed', userId, at: now, body })
  if (moved) await rearmVisit(tx, changed, now)
  if (!stays && caregiverId !== null) await giveIfFree(tx, held.id, caregiverId, userId, now)
}
