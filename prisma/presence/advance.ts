import { LEADS_TO } from '@anju/domain/visit/flow'
import type { VisitPart } from '@anju/domain/visit/kinds'
import type { Tx } from '../tx.ts'
import { clearVisitAlarms } from '../visit/clock.ts'
import type { HeldVisit } from '../visit/hold.ts'

/** An end that counts moves its visit on, and ends what was asked about whoever was late. The table has allowed it. */
export async function advanceVisit(tx: Tx, visit: HeldVisit, part: VisitPart, now: Date): Promise<HeldVisit> {
  const state = LEADS_TO[part === 'begin' ? 'begin' : 'leave']
  await tx.query('update visit set state = $2 where id = $1', [visit.id, state])
  const kinds = ['caregiver-late', 'caregiver-missing', 'caregiver-inside-too-long'] as const
  await clearVisitAlarms(tx, visit, kinds, part === 'begin' ? 'came' : 'left', now)
  return { ...visit, state }
}
