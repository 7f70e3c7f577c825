import { type Assignment, attribute, attributePress } from '@anju/domain/device/attribute'
import { UNREADABLE_REPEAT_MS } from '@anju/domain/wire/limits'
import { loadPresent, loadPressed, type OwnedPress, type Pressed, raiseOrJoin, subjectOfPress } from '../alarm/press.ts'
import { loadAssignments } from '../assignment/load.ts'
import { recordAcks } from '../command/apply.ts'
import { recordStates } from '../device/state.ts'
import { timeOf } from '../id.ts'
import { storeReadings } from '../reading/apply.ts'
import { insertTaps, type OwnedTap } from '../tap/apply.ts'
import { lockSubjects, type Tx } from '../tx.ts'
import { type Arrived, type ArrivedFact, isFact, type Stored } from './arrived.ts'
import { claimIds } from './dedupe.ts'
import { speakers } from './hub.ts'
import { insertMessages } from './insert.ts'

const AS = { new: { is: 'stored' }, duplicate: { is: 'duplicate' }, 'id-reused': { is: 'id-reused' } } as const

/**
 * Stores a batch of arrived facts and everything that follows from them, in the one order of locks. What became of
 * each comes back by its fact id. Throws as a whole: nothing of the batch is stored then.
 */
export async function storeFacts(tx: Tx, batch: readonly Arrived[], now: Date): Promise<Map<string, Stored>> {
  const result = new Map<string, Stored>()
  const { heard, refused } = await speakers(tx, batch)
  for (const fact of refused) result.set(fact.factId, { is: 'rejected', code: 'not-your-device' })

  // Sent together: under load each trip waits for a whole turn of the event loop.
  const [assignments, areas, claimed] = await Promise.all([
    loadAssignments(
      tx,
      heard.filter(isOwned).map((fact) => fact.fact.deviceId),
    ),
    areasOf(
      tx,
      heard.filter((fact) => isFact(fact, 'press')),
    ),
    claimIds(tx, heard.flatMap(claimOf)),
  ])
  const rowsOf = (fact: Arrived): Assignment[] => assignments.get(fact.fact.deviceId) ?? []
  const readings = heard.filter((fact) => isFact(fact, 'reading'))
  const owners = readings.map((reading) =>
    attribute(rowsOf(reading), reading.fact.time.at, reading.fact.measurement.userNumber),
  )
  const read = await storeReadings(tx, readings, owners)
  for (const fact of heard) {
    const verdict = read.get(fact.factId) ?? claimed.get(fact.factId) ?? 'new'
    result.set(fact.factId, AS[verdict])
  }
  const fresh = heard.filter((fact) => result.get(fact.factId)?.is !== 'duplicate')
  const marksOf = (fact: ArrivedFact<'tap' | 'press'>): string[] =>
    claimed.get(fact.factId) === 'id-reused' ? [...fact.fact.time.marks, 'id-reused'] : fact.fact.time.marks

  await storeStates(
    tx,
    fresh.filter((fact) => isFact(fact, 'state')),
  )
  await recordAcks(
    tx,
    fresh.filter((fact) => isFact(fact, 'ack')),
  )
  storeTaps(
    tx,
    fresh
      .filter((fact) => isFact(fact, 'tap'))
      .map((fact) => ({ ...fact, marks: marksOf(fact), owner: attribute(rowsOf(fact), fact.fact.time.at, null) })),
  )
  const pressed = fresh.filter((fact) => isFact(fact, 'press'))
  const presses = pressed.map((fact) => ({
    ...fact,
    marks: marksOf(fact),
    messageId: fact.fact.messageId ?? `x-${fact.sha256.toString('hex', 0, 16)}`,
    owner: attributePress(rowsOf(fact), fact.fact.time.at, fact.receivedAt),
    area: areaOf(areas, fact.fact.deviceId),
  }))
  for (const factId of await storePresses(tx, presses, now)) result.set(factId, { is: 'duplicate' })
  return result
}

/** Has an owner by its device; states and answers are the device's own. */
function isOwned(fact: Arrived): boolean {
  return fact.fact.type !== 'state' && fact.fact.type !== 'ack'
}

/** What has an id of its device's own is claimed by it; states are ordered instead, unreadable presses judged later. */
function claimOf({ factId, sha256, fact }: Arrived) {
  if ((fact.type !== 'tap' && fact.type !== 'press') || fact.messageId === null || isUnreadable(fact)) return []
  return [{ factId, sha256, deviceId: fact.deviceId, messageId: fact.messageId }]
}

/** Its id, if one could be read, proves nothing: counter and clock of a device begin anew together. */
function isUnreadable(fact: Arrived['fact']): boolean {
  return fact.type === 'press' && fact.time.marks.includes('unreadable')
}

async function storeStates(tx: Tx, states: readonly ArrivedFact<'state'>[]): Promise<void> {
  const kept = await recordStates(tx, states)
  insertMessages(
    tx,
    kept.map((state) => ({
      ...state,
      messageId: null,
      marks: state.fact.time.marks,
      deviceAt: state.fact.time.deviceAt,
    })),
  )
}

function storeTaps(tx: Tx, taps: readonly OwnedTap[]): void {
  insertMessages(
    tx,
    taps.map((tap) => ({ ...tap, messageId: tap.fact.messageId, deviceAt: tap.fact.time.deviceAt })),
  )
  insertTaps(tx, taps)
}

/** Under the subjects' locks: unreadable repeats are told apart, messages stored, alarms raised or joined. */
async function storePresses(tx: Tx, presses: OwnedPress[], now: Date): Promise<string[]> {
  if (presses.length === 0) return []
  const subjects = [...new Set(presses.map(subjectOfPress))]
  const [, open, present] = await Promise.all([
    lockSubjects(tx, subjects), // first: what follows sees what the lock's last holder committed
    loadPressed(tx, subjects, now),
    loadPresent(tx, presses, now),
  ])
  const repeated = await unreadableRepeats(tx, presses, open)
  const fresh = presses.filter((press) => !repeated.has(press.factId))
  insertMessages(
    tx,
    fresh.map((press) => ({ ...press, deviceAt: press.fact.time.deviceAt })),
  )
  raiseOrJoin(tx, fresh, open, present, now)
  return [...repeated]
}

/** An unreadable press is the same as the one before only within ten minutes, and while its alarm is open (promise 2). */
async function unreadableRepeats(
  tx: Tx,
  presses: readonly OwnedPress[],
  open: Map<string, Pressed>,
): Promise<Set<string>> {
  const repeated = new Set<string>()
  for (const press of presses.filter((item) => isUnreadable(item.fact))) {
    const key = [press.fact.deviceId, press.messageId, press.sha256]
    const [before] = await tx.query<{ factId: string }>(
      `select fact_id as "factId" from message_dedupe where device_id = $1 and message_id = $2 and sha256 = $3`,
      key,
    )
    const age = before ? press.receivedAt.getTime() - timeOf(before.factId).getTime() : Infinity
    const sameBatch = before !== undefined && presses.some((other) => other.factId === before.factId)
    if (before && age <= UNREADABLE_REPEAT_MS && (sameBatch || open.has(subjectOfPress(press)))) {
      repeated.add(press.factId)
      continue
    }
    await tx.query(
      `insert into message_dedupe (device_id, message_id, sha256, fact_id) values ($1, $2, $3, $4)
       on conflict (device_id, message_id, sha256) do update set fact_id = excluded.fact_id`,
      [...key, press.factId],
    )
  }
  return repeated
}

function areaOf(areas: Map<string, { id: string; path: string }>, deviceId: string): { id: string; path: string } {
  const area = areas.get(deviceId)
  if (!area) throw new Error(`device ${deviceId} has no row`)
  return area
}

async function areasOf(tx: Tx, presses: readonly Arrived[]): Promise<Map<string, { id: string; path: string }>> {
  if (presses.length === 0) return new Map()
  const rows = await tx.query<{ deviceId: string; id: string; path: string }>(
    `select device.id as "deviceId", area.id, area.path from device join area on area.id = device.area_id
     where device.id = any($1)`,
    [presses.map((press) => press.fact.deviceId)],
  )
  return new Map(rows.map(({ deviceId, id, path }) => [deviceId, { id, path }]))
}
