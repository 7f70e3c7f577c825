import { dayAfter } from '@anju/domain/access/roster'
import { todayIn } from '@anju/domain/elder/day'
import { Refusal } from '@anju/domain/error'
import { daysOf, MADE_AHEAD_DAYS, nextMade, timesOn } from '@anju/domain/visit/recur'
import { closeDeadline, type DueDeadline, rearm } from '../deadline/apply.ts'
import { type HeldElder, lockElder } from '../elder/lock.ts'
import type { Tx } from '../tx.ts'
import { giveVisit } from '../visit/assign.ts'
import { addVisitEntry } from '../visit/entry.ts'
import { loadVisit } from '../visit/hold.ts'
import { planFor } from '../visit/plan.ts'
import { noteGap } from './gap.ts'
import { type HeldPlan, loadPlan } from './hold.ts'

export interface Made {
  ids: string[]
  gaps: { day: string; why: string }[]
}

/**
 * Makes the visits of a plan's next four weeks that are not there yet. A day that cannot be made is written down with
 * why, and tried again the next time; one that a person cancelled stays cancelled. The caller holds the locks of the
 * elder and of the plan's caregiver.
 */
export async function makeDays(
  tx: Tx,
  plan: HeldPlan,
  elder: HeldElder,
  userId: string | null,
  now: Date,
): Promise<Made> {
  const made: Made = { ids: [], gaps: [] }
  const today = todayIn(elder.timeZone, now)
  const through = dayAfter(today, MADE_AHEAD_DAYS - 1)
  for (const day of await missingDays(tx, plan, daysOf(plan, today, through))) {
    const times = timesOn(plan, day, elder.timeZone)
    if (times.plannedFrom <= now) continue
    try {
      if (plan.providerClosed) throw new Refusal('provider-closed')
      const visit = { ...plan, ...times, serviceIds: plan.services, plan: { id: plan.id, day }, jointId: null }
      const id = await planFor(tx, elder, visit, userId, now)
      made.ids.push(id)
      await tx.query('delete from visit_plan_gap where plan_id = $1 and day = $2', [plan.id, day])
      if (plan.caregiverId !== null) await giveIfFree(tx, id, plan.caregiverId, userId, now)
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown
      const { code: why, more: detail } = thrown
      made.gaps.push({ day, why })
      await noteGap(tx, { planId: plan.id, day, why, detail }, now)
    }
  }
  await tx.query('update visit_plan set made_through = $2 where id = $1', [plan.id, through])
  return made
}

/** Without a visit, or with one that was only cancelled for a reason that may be gone. */
async function missingDays(tx: Tx, { id }: HeldPlan, days: readonly string[]): Promise<string[]> {
  const known = await tx.query<{ day: string }>(
    `select visit.plan_day::text as day from visit
     left join visit_plan_gap gap on gap.plan_id = visit.plan_id and gap.day = visit.plan_day
     where visit.plan_id = $1 and visit.plan_day = any($2::date[]) and (visit.state <> 'cancelled' or gap.day is null)`,
    [id, days],
  )
  const there = new Set(known.map(({ day }) => day))
  return days.filter((day) => !there.has(day))
}

/** The visit stands without its caregiver as well: somebody else is found on the board. */
export async function giveIfFree(
  tx: Tx,
  visitId: string,
  caregiverId: string,
  userId: string | null,
  now: Date,
): Promise<void> {
  const held = await loadVisit(tx, visitId)
  if (!held) return
  try {
    await giveVisit(tx, held, caregiverId, userId, now)
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    await addVisitEntry(tx, held, { kind: 'not-given', userId, at: now, body: { caregiverId, why: thrown.code } })
  }
}

/** Each morning: the four weeks have moved on by a day. */
export async function decidePlanDue(tx: Tx, due: DueDeadline, now: Date): Promise<void> {
  const seen = await loadPlan(tx, due.ref)
  if (!seen) return closeDeadline(tx, due, 'moot', { why: 'gone' }, now)
  const caregiver = seen.caregiverId === null ? [] : [`caregiver:${seen.caregiverId}`]
  const elder = await lockElder(tx, seen.elderId, '/', caregiver)
  const plan = await loadPlan(tx, due.ref)
  // its caregiver changed at that moment: asked again under the right locks
  if (plan?.caregiverId !== seen.caregiverId) return rearm(tx, due, now)
  const today = todayIn(elder.timeZone, now)
  if (plan.endedAt !== null) return closeDeadline(tx, due, 'moot', { why: 'ended' }, now)
  if (plan.validTo !== null && plan.validTo < today) {
    await tx.query('update visit_plan set ended_at = $2 where id = $1', [plan.id, now])
    return closeDeadline(tx, due, 'done', { why: 'over' }, now)
  }
  // undone, a death arms it again
  if (elder.diedOn !== null) return closeDeadline(tx, due, 'moot', { why: 'elder-dead' }, now)
  await makeDays(tx, plan, elder, null, now)
  await rearm(tx, due, nextMade(today, elder.timeZone))
}
