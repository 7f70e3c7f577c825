import { INSIDE_TOO_LONG_MIN, MISSING_AFTER_MIN } from '@anju/domain/visit/minutes'
import { clockOf } from '@anju/domain/visit/clock'
import { AHEAD } from '@anju/domain/visit/kinds'
import { nextMade } from '@anju/domain/visit/recur'
import { armDeadlines } from '../deadline/apply.ts'
import type { Tx } from '../tx.ts'
import { clearVisitAlarms } from '../visit/clock.ts'
import { columns, type HeldVisit } from '../visit/hold.ts'
import { armPlans } from '../visit-plan/gap.ts'
import { localDay } from './plan.ts'
import type { DemoRecord } from './record.ts'

const MINUTE_MS = 60_000
/** The simulator's caregivers are given so long after a start to get to where they should be already. */
const ON_THEIR_WAY_MIN = 10
/** Plans are made again one after another, so that no morning of a county is one heap. */
const BETWEEN_PLANS_MS = 15_000
const ZONE = 'Asia/Shanghai'

/*
 * While the simulator plays the county's caregivers, its visits are asked after as any are: late, missing, missed. While
 * it does not, nobody comes to any of them, and the only honest thing to say of that is nothing: the questions are moot,
 * no further days are planned, and what passed meanwhile is cancelled with that reason at the next start with it.
 * A week's rest therefore raises no alarm, neither while it lasts nor afterwards.
 */

/** Nobody plays the caregivers: their visits are asked after no more, and no new ones are planned. */
export async function askNoMoreOfVisits(tx: Tx, { areaPath }: DemoRecord, now: Date): Promise<void> {
  await tx.query(
    `update deadline set state = 'moot', decided_at = $2, verdict = '{"why": "not-played"}'
     where state = 'pending'
       and (kind = 'visit-due' and ref in (select id::text from visit where starts_with(area_path, $1))
            or kind = 'visit-plan-due' and ref in (select visit_plan.id::text from visit_plan ${OF_THE_COUNTY}))`,
    [areaPath, now],
  )
}

const OF_THE_COUNTY = `join elder on elder.id = visit_plan.elder_id join home on home.id = elder.home_id
  join area on area.id = home.area_id where starts_with(area.path, $1) and visit_plan.ended_at is null`

/** What passed while nobody was there to go: cancelled with that reason; who was inside has left. */
export async function letVisitsPass(tx: Tx, { areaPath }: DemoRecord, now: Date): Promise<void> {
  const before = (minutes: number): Date => new Date(now.getTime() - minutes * MINUTE_MS)
  const passed = await tx.query<{ id: string }>(
    `update visit set state = 'cancelled', version = version + 1
     where starts_with(area_path, $1) and planned_from < $2 and state = any($3) returning id`,
    [areaPath, before(MISSING_AFTER_MIN), AHEAD],
  )
  const left = await tx.query<{ id: string }>(
    `update visit set state = 'left', left_at = planned_to, version = version + 1
     where starts_with(area_path, $1) and planned_to < $2 and state = 'in-service' returning id`,
    [areaPath, before(INSIDE_TOO_LONG_MIN)],
  )
  const ids = [...passed, ...left].map(({ id }) => id)
  if (ids.length === 0) return
  await tx.query(
    `update deadline set state = 'moot', decided_at = $2, verdict = '{"why": "demo-off"}'
     where kind = 'visit-due' and state = 'pending' and ref = any($1)`,
    [ids, now],
  )
  tx.send(
    `insert into visit_entry (id, visit_id, at, kind, body)
     select gen_random_uuid(), id, $2, 'cancelled', '{"reason": "演示停着的时候过去了"}' from unnest($1::uuid[]) as p (id)`,
    [passed.map(({ id }) => id), now],
  )
  for (const id of ids) {
    const kinds = ['caregiver-late', 'caregiver-missing', 'caregiver-inside-too-long'] as const
    await clearVisitAlarms(tx, { id }, kinds, 'demo-off', now)
  }
}

/** Played again: each visit ahead is asked after, and plans are made on. Both once, however often Anju is started. */
export async function askOfVisits(tx: Tx, { areaPath }: DemoRecord, now: Date): Promise<void> {
  const soonest = new Date(now.getTime() + ON_THEIR_WAY_MIN * MINUTE_MS)
  await tx.query(
    `update deadline set due_at = $2 where kind = 'visit-due' and state = 'pending' and due_at < $2
       and ref in (select id::text from visit where starts_with(area_path, $1))`,
    [areaPath, soonest],
  )
  const visits = await tx.query<HeldVisit & Record<string, unknown>>(
    `select ${columns} from visit join area on area.id = visit.area_id
     where starts_with(visit.area_path, $1) and visit.state = any($2)
       and not exists (select from deadline where kind = 'visit-due' and ref = visit.id::text and state = 'pending')`,
    [areaPath, [...AHEAD, 'in-service']],
  )
  armDeadlines(
    tx,
    visits.flatMap((visit) => {
      const clock = clockOf(visit, new Date(Math.min(now.getTime(), visit.plannedFrom.getTime())))
      if (!('askAt' in clock)) return []
      const dueAt = clock.askAt < soonest ? soonest : clock.askAt
      return [{ kind: 'visit-due' as const, ref: visit.id, subject: `elder:${visit.elderId}`, dueAt }]
    }),
  )
  const plans = await tx.query<{ id: string; throughNow: boolean }>(
    `select visit_plan.id, made_through >= $2::date as "throughNow" from visit_plan ${OF_THE_COUNTY}
       and not exists (select from deadline where kind = 'visit-plan-due' and ref = visit_plan.id::text and state = 'pending')
     order by visit_plan.id`,
    [areaPath, localDay(now)],
  )
  const morning = nextMade(localDay(now), ZONE)
  for (const [n, { id, throughNow }] of plans.entries()) {
    // after a long rest the board is empty: then it does not wait for the morning
    const from = throughNow ? morning : now
    armPlans(tx, [id], new Date(from.getTime() + n * (throughNow ? BETWEEN_PLANS_MS : 100)))
  }
}
