import { leftBehind } from '@anju/domain/elder/move'
import { todayIn } from '@anju/domain/elder/day'
import { Refusal } from '@anju/domain/error'
import { endForDeath, type EndedAbsence, reopenAbsences } from '../absence/apply.ts'
import { recordChange } from '../history/apply.ts'
import { lastDone, UNDO } from '../history/last.ts'
import type { Tx } from '../tx.ts'
import { withdrawVisits } from '../visit/withdraw.ts'
import { makePlansAnew } from '../visit-plan/gap.ts'
import { type By, lockElder, requireOwnFile, requireVersion, tellElder } from './lock.ts'
import { deviceSubjects, openStays, type StayUndo, takeSteps, undoSteps } from './stays.ts'

interface DeathUndo {
  residence: string | null
  absences: EndedAbsence[]
  stays: StayUndo[]
}

/**
 * A death, confirmed by a person who signs for it. What was hers stays where it hangs, as the home's: a press there
 * still raises, for whoever lives there. Visits that are planned are cancelled. Refuses `not-found`, `changed-meanwhile`, `elder-merged`, `elder-dead`, and
 * `date-impossible` for a day to come or before her birth.
 */
export async function confirmDeath(
  tx: Tx,
  { id, version, diedOn, reason }: { id: string; version: number; diedOn: string; reason: string },
  by: By & { userId: string },
): Promise<void> {
  const { now, userId } = by
  const held = await lockElder(tx, id, by.within, await deviceSubjects(tx, id))
  requireOwnFile(held)
  requireVersion(held, version)
  if (held.diedOn !== null) throw new Refusal('elder-dead')
  if (diedOn > todayIn(held.timeZone, now) || (held.bornOn !== null && diedOn < held.bornOn)) {
    throw new Refusal('date-impossible', 'The day of death is still to come, or before the birth.')
  }
  await tx.query(
    `update elder set died_on = $2, death_confirmed_by = $3, death_confirmed_at = $4, version = version + 1
     where id = $1`,
    [id, diedOn, userId, now],
  )
  const [left] = await tx.query<{ id: string }>(
    `update residence set valid_to = $2 where elder_id = $1 and valid_to is null and valid_from < $2 returning id`,
    [id, now],
  )
  const hers = (await openStays(tx, id, held.homeId)).filter((stay) => stay.elderId === id)
  const undo: DeathUndo = {
    residence: left?.id ?? null,
    absences: await endForDeath(tx, id, now),
    stays: await takeSteps(tx, leftBehind(hers), now, now),
  }
  // what a caregiver reports later is stored all the same (P3.3)
  await withdrawVisits(tx, { elderId: id, why: 'elder-dead', during: null }, userId, now)
  const after = { diedOn, [UNDO]: undo }
  await recordChange(tx, { subject: `elder:${id}`, action: 'died', before: {}, after, reason, userId, now })
  tellElder(tx, held, 'elder.died', now)
}

/** The death was entered by mistake: everything is as it was. Refuses `not-found` and `nothing-to-undo`. */
export async function undoDeath(tx: Tx, { id, reason }: { id: string; reason: string }, by: By): Promise<void> {
  const { now, userId } = by
  const held = await lockElder(tx, id, by.within, await deviceSubjects(tx, id))
  requireOwnFile(held)
  if (held.diedOn === null) throw new Refusal('nothing-to-undo')
  const undo = await lastDone<DeathUndo>(tx, `elder:${id}`, 'died', 'death-undone')
  await tx.query(
    `update elder set died_on = null, death_confirmed_by = null, death_confirmed_at = null, version = version + 1
     where id = $1`,
    [id],
  )
  if (undo.residence !== null) await tx.query('update residence set valid_to = null where id = $1', [undo.residence])
  await reopenAbsences(tx, undo.absences)
  await undoSteps(tx, undo.stays, now)
  await makePlansAnew(tx, id, now)
  const before = { diedOn: held.diedOn }
  await recordChange(tx, { subject: `elder:${id}`, action: 'death-undone', before, after: {}, reason, userId, now })
  tellElder(tx, held, 'elder.death-undone', now)
}
