import { Refusal } from '@anju/domain/error'
import { recordChange } from '../history/apply.ts'
import { lastDone, UNDO } from '../history/last.ts'
import type { MasterKey } from '../key.ts'
import { lockSubjects, type Tx } from '../tx.ts'
import { insertContacts, loadContacts, loadHeldContacts, openIdNumber, storeIdNumber } from './change.ts'
import { type By, type HeldElder, lockElder, requireVersion, tellElder } from './lock.ts'
import { deviceSubjects, openStays, type StayUndo, takeSteps, undoSteps } from './stays.ts'
import { writeTerms } from './terms.ts'

interface MergeUndo {
  into: string
  /** Rungs added to the other's ladder. */
  contacts: { name: string; phone: string }[]
  idNumber: boolean
  stays: StayUndo[]
}

/**
 * Two entries of one person become one: `id` is closed and read with `into`, where its open devices, the contacts that
 * were missing there and, if only it had one, its identity number go on from now. No fact is touched. Refuses
 * `not-found`, `changed-meanwhile`, `merge-chain` when either is part of a merge already, or both are the same, and
 * `elder-dead` when one of them has died and the other has not.
 */
export async function mergeElders(
  tx: Tx,
  key: MasterKey,
  { id, into, version, reason }: { id: string; into: string; version: number; reason: string },
  by: By,
): Promise<void> {
  const { now, userId } = by
  if (id === into) throw new Refusal('merge-chain')
  const [held, other] = await lockBoth(tx, id, into, by.within)
  requireVersion(held, version)
  const [chained] = await tx.query('select from elder where merged_into = $1', [id])
  if (held.mergedInto !== null || other.mergedInto !== null || chained) throw new Refusal('merge-chain')
  // Her button would raise for nobody, or a death be lost to sight.
  if ((held.diedOn === null) !== (other.diedOn === null)) throw new Refusal('elder-dead')
  await tx.query('update elder set merged_into = $2, version = version + 1 where id = $1', [id, into])
  await tx.query('update elder set version = version + 1 where id = $1', [into])
  const open = await openStays(tx, id, held.homeId)
  // A meter that somebody else uses as well stands where they live: it is hers there, and in one home.
  const shared = new Set(open.flatMap(({ deviceId, elderId }) => (elderId === id || elderId === into ? [] : deviceId)))
  const steps = open
    .filter(({ elderId }) => elderId === id)
    .map((stay) => {
      const homeId = shared.has(stay.deviceId) ? stay.homeId : other.homeId
      return { stay, becomes: { homeId, elderId: into } }
    })
  const undo: MergeUndo = {
    into,
    contacts: await addMissing(tx, id, into, now),
    idNumber: await passIdNumber(tx, key, held, other),
    stays: await takeSteps(tx, steps, now, now),
  }
  await writeTerms(tx, [id, into])
  const said = { reason, userId, now }
  const after = { into, [UNDO]: undo }
  await recordChange(tx, { subject: `elder:${id}`, action: 'merged', before: {}, after, ...said })
  const taken = { from: id, contacts: undo.contacts, ...(undo.idNumber && { idNumberTaken: true }) }
  await recordChange(tx, { subject: `elder:${into}`, action: 'merged-in', before: {}, after: taken, ...said })
  tellBoth(tx, [held, other], 'elder.merged', { from: id, into }, now)
}

/** Both stand alone again. Refuses `not-found` and `nothing-to-undo`. */
export async function undoMerge(
  tx: Tx,
  key: MasterKey,
  { id, reason }: { id: string; reason: string },
  by: By,
): Promise<void> {
  const { now, userId } = by
  const [known] = await tx.query<{ into: string | null }>(
    `select elder.merged_into as "into"
     from elder join home on home.id = elder.home_id join area on area.id = home.area_id
     where elder.id = $1 and starts_with(area.path, $2)`,
    [id, by.within],
  )
  if (!known) throw new Refusal('not-found')
  if (known.into === null) throw new Refusal('nothing-to-undo')
  const [held, other] = await lockBoth(tx, id, known.into, by.within)
  if (held.mergedInto !== other.id) throw new Refusal('nothing-to-undo')
  const undo = await lastDone<MergeUndo>(tx, `elder:${id}`, 'merged', 'merge-undone')
  await tx.query('update elder set merged_into = null, version = version + 1 where id = $1', [id])
  await tx.query('update elder set version = version + 1 where id = $1', [other.id])
  await undoSteps(tx, undo.stays, now)
  await takeAway(tx, other.id, undo.contacts, now)
  if (undo.idNumber && !(await numberWritten(tx, id, other.id))) await passIdNumber(tx, key, other, held)
  await writeTerms(tx, [id, other.id])
  const said = { reason, userId, now }
  await recordChange(tx, {
    subject: `elder:${id}`,
    action: 'merge-undone',
    before: { into: other.id },
    after: {},
    ...said,
  })
  await recordChange(tx, {
    subject: `elder:${other.id}`,
    action: 'merge-undone',
    before: { from: id },
    after: {},
    ...said,
  })
  tellBoth(tx, [held, other], 'elder.merge-undone', { from: id, into: other.id }, now)
}

/** Both locks in the one order, with those of their devices. */
async function lockBoth(tx: Tx, id: string, into: string, within: string): Promise<[HeldElder, HeldElder]> {
  const devices = [...(await deviceSubjects(tx, id)), ...(await deviceSubjects(tx, into))]
  await lockSubjects(tx, [`elder:${id}`, `elder:${into}`, ...devices])
  // Rows as well in one order, or two merges the other way round would wait for each other.
  const [first, second] = [id, into].toSorted()
  const rows = [await lockElder(tx, first ?? id, within), await lockElder(tx, second ?? into, within)]
  const held = rows.find((row) => row.id === id)
  const other = rows.find((row) => row.id === into)
  if (!held || !other) throw new Refusal('not-found')
  return [held, other]
}

function tellBoth(tx: Tx, both: HeldElder[], name: `elder.${string}`, body: Record<string, string>, now: Date): void {
  for (const held of both) tellElder(tx, held, name, now, body)
}

async function addMissing(tx: Tx, id: string, into: string, now: Date): Promise<{ name: string; phone: string }[]> {
  const there = await loadContacts(tx, into)
  const known = new Set(there.map(({ name, phone }) => `${name} ${phone}`))
  const missing = (await loadContacts(tx, id)).filter(({ name, phone }) => !known.has(`${name} ${phone}`))
  await insertContacts(tx, into, missing, { after: there.length, now })
  return missing.map(({ name, phone }) => ({ name, phone }))
}

/** What the merge added goes again; what was written since stays. */
async function takeAway(tx: Tx, into: string, added: MergeUndo['contacts'], now: Date): Promise<void> {
  if (added.length === 0) return
  const gone = new Set(added.map(({ name, phone }) => `${name} ${phone}`))
  const known = await loadHeldContacts(tx, into)
  const left = known.filter(({ name, phone }) => !gone.has(`${name} ${phone}`))
  await tx.query('delete from contact where elder_id = $1', [into])
  await insertContacts(tx, into, left, { after: 0, now, known })
}

/** Whether the other's identity number was changed since the merge: what stands there then is its own. */
async function numberWritten(tx: Tx, id: string, into: string): Promise<boolean> {
  const written = await tx.query(
    `select from record_change
     where subject = $2 and action = 'changed' and after ? 'idNumber' and (at, id) > (
       select at, id from record_change where subject = $1 and action = 'merged' order by at desc, id desc limit 1)
     limit 1`,
    [`elder:${id}`, `elder:${into}`],
  )
  return written.length > 0
}

/** An identity number goes over to a file that has none: it stands in one file at a time. */
async function passIdNumber(tx: Tx, key: MasterKey, from: HeldElder, to: HeldElder): Promise<boolean> {
  if (from.idNumberSealed === null || to.idNumberSealed !== null) return false
  const idNumber = openIdNumber(key, from.id, from.idNumberSealed)
  await storeIdNumber(tx, key, from.id, null)
  await storeIdNumber(tx, key, to.id, idNumber)
  return true
}
