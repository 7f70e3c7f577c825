import type { Recurrence } from '@anju/domain/visit/recur'
import type { Tx } from '../tx.ts'

/** A plan's row as it stands under its elder's lock. */
export interface HeldPlan extends Recurrence {
  id: string
  elderId: string
  providerId: string
  providerClosed: boolean
  caregiverId: string | null
  services: string[]
  note: string
  endedAt: Date | null
  areaPath: string
  version: number
}

/** The row alone: only under its elder's lock does the answer stay true. */
export async function loadPlan(tx: Tx, id: string): Promise<HeldPlan | undefined> {
  const [row] = await tx.query<HeldPlan & Record<string, unknown>>(
    `select plan.id, plan.elder_id as "elderId", plan.provider_id as "providerId",
            provider.closed_at is not null as "providerClosed", plan.caregiver_id as "caregiverId", plan.weekdays,
            plan.every_weeks as "everyWeeks", to_char(plan.begins_at, 'HH24:MI') as "beginsAt", plan.minutes,
            plan.services, plan.valid_from as "validFrom", plan.valid_to as "validTo", plan.note,
            plan.ended_at as "endedAt", area.path as "areaPath", plan.version
     from visit_plan plan join provider on provider.id = plan.provider_id
     join elder on elder.id = plan.elder_id join home on home.id = elder.home_id join area on area.id = home.area_id
     where plan.id = $1`,
    [id],
  )
  return row
}
