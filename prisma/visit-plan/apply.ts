import { dayAfter } from '@anju/domain/access/roster'
import type { Scope } from '@anju/domain/access/scope'
import { todayIn } from '@anju/domain/elder/day'
import { Refusal } from '@anju/domain/error'
import { nextMade, type Recurrence } from '@anju/domain/visit/recur'
import { type HeldElder, lockElder, requireOwnFile, requireVersion } from '../elder/lock.ts'
import { recordChange } from '../history/apply.ts'
import { newId } from '../id.ts'
import type { Tx } from '../tx.ts'
import { requireProvider, requireServices } from '../visit/plan.ts'
import { armPlans } from './gap.ts'
import { type HeldPlan, loadPlan } from './hold.ts'
import { type Made, makeDays } from './make.ts'
import { releaseDays } from './release.ts'

/** What a plan agrees on. */
export interface Agreed extends Recurrence {
  /** Whom the elder knows; null: whoever fits. */
  caregiverId: string | null
  services: readonly string[]
  note: string
}
export interface NewPlan extends Agreed {
  elderId: string
  providerId: string
}
export interface PlanMade extends Made {
  id: string
}

/**
 * Makes visits that come back, with those of the next four weeks. Refuses `not-found` for an elder, provider, caregiver
 * or service outside the scope, `elder-merged`, `elder-dead`, and `date-impossible` for a last day before the first or
 * already over. A day that cannot be made is no refusal: it is answered, and listed.
 */
export async function makePlan(tx: Tx, plan: NewPlan, scope: Scope, now: Date): Promise<PlanMade> {
  await requireProvider(tx, plan.providerId, scope)
  const caregiver = plan.caregiverId === null ? [] : [`caregiver:${plan.caregiverId}`]
  const elder = await lockElder(tx, plan.elderId, scope.areaPath, caregiver)
  return insertPlan(tx, { ...plan, replaces: null }, elder, scope.userId, now)
}

/**
 * Changes a plan from a day on: it ends the day before, and another follows it. Visits from then on that nobody has set
 * out for are made anew, or cancelled where the new plan has none. Refuses `not-found`, `changed-meanwhile`, `plan-ended`,
 * `date-impossible`, and what `makePlan` refuses.
 */
export async function changePlan(
  tx: Tx,
  { id, version, from, agreed }: { id: string; version: number; from: string; agreed: Omit<Agreed, 'validFrom'> },
  scope: Scope,
  now: Date,
): Promise<PlanMade> {
  const { plan, elder } = await lockPlan(tx, id, scope, [agreed.caregiverId])
  requireRunning(plan, version, from, todayIn(elder.timeZone, now))
  await endOn(tx, plan, from, elder, now)
  const { elderId, providerId } = plan
  const next = { ...agreed, elderId, providerId, validFrom: from, replaces: id }
  const released = async (newId: string): Promise<void> => {
    const follows = await loadPlan(tx, newId)
    if (follows) await releaseDays(tx, { plan, from, follows, reason: '' }, elder, scope.userId, now)
  }
  return insertPlan(tx, next, elder, scope.userId, now, released)
}

/**
 * Ends a plan: from the day `from` on there is no visit of it. Refuses `not-found`, `changed-meanwhile`, `plan-ended` and
 * `date-impossible`.
 */
export async function endPlan(
  tx: Tx,
  { id, version, from, reason }: { id: string; version: number; from: string; reason: string },
  scope: Scope,
  now: Date,
): Promise<void> {
  const { plan, elder } = await lockPlan(tx, id, scope)
  requireRunning(plan, version, from, todayIn(elder.timeZone, now))
  await endOn(tx, plan, from, elder, now)
  await releaseDays(tx, { plan, from, follows: null, reason }, elder, scope.userId, now)
  const after = { validTo: dayAfter(from, -1) }
  await recordChange(tx, { ...told(plan.id, scope.userId, now), action: 'ended', before: {}, after, reason })
  tellPlan(tx, plan, 'visit.plan-ended', now)
}

async function lockPlan(
  tx: Tx,
  id: string,
  scope: Scope,
  others: readonly (string | null)[] = [],
): Promise<{ plan: HeldPlan; elder: HeldElder }> {
  const seen = await loadPlan(tx, id)
  if (!seen || (scope.providerId ?? seen.providerId) !== seen.providerId) throw new Refusal('not-found')
  const caregivers = [seen.caregiverId, ...others].flatMap((one) => (one === null ? [] : [`caregiver:${one}`]))
  const elder = await lockElder(tx, seen.elderId, scope.areaPath, caregivers)
  const plan = await loadPlan(tx, id)
  if (!plan) throw new Refusal('not-found')
  return { plan, elder }
}

function requireRunning(plan: HeldPlan, version: number, from: string, today: string): void {
  requireVersion(plan, version)
  if (plan.endedAt !== null || (plan.validTo !== null && plan.validTo < from)) throw new Refusal('plan-ended')
  if (from < today) throw new Refusal('date-impossible', 'What was planned for days gone by stays.')
}

async function endOn(tx: Tx, { id, validFrom }: HeldPlan, from: string, elder: HeldElder, now: Date): Promise<void> {
  const last = dayAfter(from, -1)
  const over = last < todayIn(elder.timeZone, now) || last < validFrom
  await tx.query(
    'update visit_plan set valid_to = $2, ended_at = case when $3 then $4::timestamptz end, version = version + 1 where id = $1',
    [id, last, over, now],
  )
}

async function insertPlan(
  tx: Tx,
  plan: NewPlan & { replaces: string | null },
  elder: HeldElder,
  userId: string | null,
  now: Date,
  before: (id: string) => Promise<void> = () => Promise.resolve(),
): Promise<PlanMade> {
  requireOwnFile(elder)
  if (elder.diedOn !== null) throw new Refusal('elder-dead')
  const today = todayIn(elder.timeZone, now)
  if (plan.validTo !== null && (plan.validTo < plan.validFrom || plan.validTo < today)) {
    throw new Refusal('date-impossible', 'The last day lies before the first, or is over.')
  }
  await requireServices(tx, plan.services, elder.areaPath)
  await requireCaregiver(tx, plan)
  const id = newId(now)
  await tx.query(
    `insert into visit_plan (id, elder_id, provider_id, caregiver_id, weekdays, every_weeks, begins_at, minutes, services,
                             valid_from, valid_to, note, replaces, made_by, made_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [
      id,
      plan.elderId,
      plan.providerId,
      plan.caregiverId,
      [...new Set(plan.weekdays)].toSorted((a, b) => a - b),
      plan.everyWeeks,
      plan.beginsAt,
      plan.minutes,
      [...new Set(plan.services)],
      plan.validFrom,
      plan.validTo,
      plan.note,
      plan.replaces,
      userId,
      now,
    ],
  )
  const held = await loadPlan(tx, id)
  if (!held) throw new Error(`the plan ${id} was just stored`)
  const { weekdays, everyWeeks, beginsAt, minutes, validFrom, validTo, caregiverId, services } = held
  const after = { weekdays, everyWeeks, beginsAt, minutes, validFrom, validTo, caregiverId, services }
  const action = plan.replaces === null ? 'made' : 'follows'
  await recordChange(tx, { ...told(id, userId, now), action, before: {}, after, reason: '' })
  await before(id)
  const made = await makeDays(tx, held, elder, userId, now)
  armPlans(tx, [id], nextMade(today, elder.timeZone))
  tellPlan(tx, held, 'visit.plan-made', now)
  return { id, ...made }
}

async function requireCaregiver(tx: Tx, { caregiverId, providerId }: NewPlan): Promise<void> {
  if (caregiverId === null) return
  const [caregiver] = await tx.query(
    'select id from caregiver where id = $1 and provider_id = $2 and left_at is null',
    [caregiverId, providerId],
  )
  if (!caregiver) throw new Refusal('not-found', 'There is no such caregiver of this provider.')
}

const told = (id: string, userId: string | null, now: Date) => ({ subject: `visit-plan:${id}`, userId, now })

function tellPlan(tx: Tx, { id, elderId, providerId, areaPath }: HeldPlan, name: `visit.${string}`, now: Date): void {
  const body = { planId: id, elderId, providerId }
  tx.events.push({ at: now, topic: 'visit', name, areaPath, subject: `visit-plan:${id}`, body })
}
