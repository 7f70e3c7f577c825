import type { RefusalCode } from '@anju/domain/error'
import { LEADS_TO } from '@anju/domain/visit/flow'
import { AHEAD } from '@anju/domain/visit/kinds'
import type { Tx } from '../tx.ts'
import { noteGap } from '../visit-plan/gap.ts'
import { clearVisitAlarms } from './clock.ts'
import { addVisitEntry } from './entry.ts'
import { columns, type HeldVisit } from './hold.ts'

export interface Withdrawn {
  elderId: string
  /** Why nobody is to come. */
  why: Extract<RefusalCode, 'elder-away' | 'elder-dead'>
  /** Visits that overlap this time; null: all that are ahead. */
  during: { from: Date; to: Date | null } | null
  detail?: Record<string, unknown>
}

/**
 * Nobody is sent to somebody who is away or has died (P3.3): what is planned is cancelled, of a plan so that the day is
 * made again when she is back. What a caregiver reports later all the same is stored. The caller holds the elder's lock.
 */
export async function withdrawVisits(
  tx: Tx,
  { elderId, why, during, detail = {} }: Withdrawn,
  userId: string | null,
  now: Date,
): Promise<void> {
  const rows = await tx.query<HeldVisit & { planDay: string | null } & Record<string, unknown>>(
    `select ${columns}, visit.plan_day as "planDay" from visit join area on area.id = visit.area_id
     where visit.elder_id = $1 and visit.state = any($2)
       and ($3::timestamptz is null or visit.planned_to > $3 and visit.planned_to > $5
            and ($4::timestamptz is null or visit.planned_from < $4))
     order by visit.planned_from`,
    [elderId, AHEAD, during?.from ?? null, during?.to ?? null, now],
  )
  for (const held of rows) {
    await tx.query('update visit set state = $2, version = version + 1 where id = $1', [held.id, LEADS_TO.cancel])
    const cancelled = { ...held, state: LEADS_TO.cancel }
    await addVisitEntry(tx, cancelled, { kind: 'cancelled', userId, at: now, body: { because: why, ...detail } })
    await clearVisitAlarms(tx, held, ['caregiver-late', 'caregiver-missing'], why, now)
    const { planId, planDay } = held
    if (planId !== null && planDay !== null) await noteGap(tx, { planId, day: planDay, why, detail }, now)
  }
}
