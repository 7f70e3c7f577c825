import { decideMove, type Going } from '@anju/domain/elder/move'
import { Refusal } from '@anju/domain/error'
import { recordChange } from '../history/apply.ts'
import { lastDone, UNDO } from '../history/last.ts'
import { newHome, type NewHome, oldHome } from '../home/apply.ts'
import { newId } from '../id.ts'
import type { Tx } from '../tx.ts'
import { type By, lockElder, requireOwnFile, requireVersion, tellElder } from './lock.ts'
import { deviceSubjects, openStays, type StayUndo, takeSteps, undoSteps } from './stays.ts'

export interface Move {
  id: string
  version: number
  to: { homeId: string } | { newHome: NewHome }
  /** Since when; up to now. */
  from: Date
  going: Going
  reason: string
}

interface MoveUndo {
  fromHomeId: string
  residence: { was: string; now: string }
  stays: StayUndo[]
}

/**
 * An elder moves, with or without devices. Refuses `not-found`, `changed-meanwhile`, `elder-merged`, `elder-dead`,
 * `same-home`, and `date-impossible` for a day to come or before she moved into the home she leaves.
 */
export async function moveElder(tx: Tx, move: Move, by: By): Promise<{ homeId: string }> {
  const { id, from, going, reason } = move
  const held = await lockElder(tx, id, by.within, await deviceSubjects(tx, id))
  requireOwnFile(held)
  requireVersion(held, move.version)
  if (held.diedOn !== null) throw new Refusal('elder-dead')
  if (from > by.now) throw new Refusal('date-impossible', 'The day of the move is still to come.')
  const to = 'homeId' in move.to ? await oldHome(tx, move.to.homeId, by.within) : await newHome(tx, move.to.newHome, by)
  if (to.homeId === held.homeId) throw new Refusal('same-home')
  const [left] = await tx.query<{ id: string; validFrom: Date }>(
    `select id, valid_from as "validFrom" from residence where elder_id = $1 and valid_to is null`,
    [id],
  )
  if (!left || left.validFrom >= from) {
    throw new Refusal('date-impossible', 'That is before this person moved into the home they leave.', {
      since: left?.validFrom.toISOString(),
    })
  }
  const open = await openStays(tx, id, held.homeId)
  requireKnown(going, open)
  const steps = decideMove(open, { elderId: id, fromHomeId: held.homeId, toHomeId: to.homeId, going })
  const residence = { was: left.id, now: newId(by.now) }
  await tx.query('update residence set valid_to = $2 where id = $1', [left.id, from])
  await tx.query('insert into residence (id, elder_id, home_id, valid_from) values ($1, $2, $3, $4)', [
    residence.now,
    id,
    to.homeId,
    from,
  ])
  await tx.query('update elder set home_id = $2, version = version + 1 where id = $1', [id, to.homeId])
  const stays = await takeSteps(tx, steps, from, by.now)
  const undo: MoveUndo = { fromHomeId: held.homeId, residence, stays }
  const along = steps.filter(({ becomes }) => becomes?.homeId === to.homeId).map(({ stay }) => stay.deviceId)
  await recordChange(tx, {
    subject: `elder:${id}`,
    action: 'moved',
    before: { homeId: held.homeId },
    after: { homeId: to.homeId, from: from.toISOString(), devices: [...new Set(along)], [UNDO]: undo },
    reason,
    userId: by.userId,
    now: by.now,
  })
  for (const areaPath of new Set([held.areaPath, to.areaPath])) {
    tellElder(tx, { id, areaPath }, 'elder.moved', by.now, { homeId: to.homeId, fromHomeId: held.homeId })
  }
  return { homeId: to.homeId }
}

/** Refuses `not-found` for a device named that is neither hers nor in her home. */
function requireKnown(going: Going, open: readonly { deviceId: string }[]): void {
  if (typeof going === 'string') return
  const known = new Set(open.map((stay) => stay.deviceId))
  const unknown = going.find((deviceId) => !known.has(deviceId))
  if (unknown !== undefined) throw new Refusal('not-found', `${unknown} is no device of this person or home.`)
}

/** As if the last move had not been made. Refuses `not-found`, `elder-merged`, `elder-dead`, `nothing-to-undo`. */
export async function undoMove(tx: Tx, { id, reason }: { id: string; reason: string }, by: By): Promise<void> {
  const held = await lockElder(tx, id, by.within, await deviceSubjects(tx, id))
  requireOwnFile(held)
  if (held.diedOn !== null) throw new Refusal('elder-dead')
  const undo = await lastDone<MoveUndo>(tx, `elder:${id}`, 'moved', 'move-undone')
  // The home left may meanwhile be in an area that is not the asker's.
  const back = await oldHome(tx, undo.fromHomeId, by.within)
  const gone = await tx.query('delete from residence where id = $1 and valid_to is null returning id', [
    undo.residence.now,
  ])
  if (gone.length === 0) throw new Refusal('nothing-to-undo')
  await tx.query('update residence set valid_to = null where id = $1', [undo.residence.was])
  await tx.query('update elder set home_id = $2, version = version + 1 where id = $1', [id, back.homeId])
  await undoSteps(tx, undo.stays, by.now)
  await recordChange(tx, {
    subject: `elder:${id}`,
    action: 'move-undone',
    before: { homeId: held.homeId },
    after: { homeId: back.homeId },
    reason,
    userId: by.userId,
    now: by.now,
  })
  for (const areaPath of new Set([held.areaPath, back.areaPath])) {
    tellElder(tx, { id, areaPath }, 'elder.moved', by.now, { homeId: back.homeId, fromHomeId: held.homeId })
  }
}
