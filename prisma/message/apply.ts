import { attribute, attributePress } from '@anju/domain/device/attribute'
import { UNREADABLE_REPEAT_MS } from '@anju/domain/wire/limits'
import { loadPressed, type OwnedPress, type Pressed, raiseOrJoin, subjectOfPress } from '../alarm/press.ts'
import { loadAssignments } from '../assignment/load.ts'
import { recordAcks } from '../command/apply.ts'
import { recordStates } from '../device/state.ts'
import { timeOf } from '../id.ts'
import { insertReadings } from '../reading/apply.ts'
import { insertTaps } from '../tap/apply.ts'
import { lockSubjects, type Tx } from '../tx.ts'
import { type Arrived, type ArrivedFact, isFact, type Stored } from './arrived.ts'
import { claimIds, type Claimed } from './dedupe.ts'
import { speakers } from './hub.ts'
import { insertMessages } from './insert.ts'

/**
 * Stores a batch of arrived facts and everything that follows from them, in the one order of locks. What became of
 * each comes back by its fact id. Throws as a whole: nothing of the batch is stored then.
 */
export async function storeFacts(tx: Tx, batch: readonly Arrived[], now: Date): Promise<Map<string, Stored>> {
  const result = new Map<string, Stored>()
  const { heard, refused } = await speakers(tx, batch)
  for (const fact of refused) result.set(fact.factId, { is: 'rejected', code: 'not-your-device' })

  const claimed = await claimIds(tx, heard.flatMap(claimOf))
  const fresh: Arrived[] = []
  for (const fact of heard) {
    const verdict = claimed.get(fact.factId)
    result.set(fact.factId, { is: verdict === 'duplicate' || verdict === 'id-reused' ? verdict : 'stored' })
    if (verdict !== 'duplicate') fresh.push(fact)
  }

  const states = await recordStates(
    tx,
    fresh.filter((fact) => isFact(fact, 'state')),
  )
  await recordAcks(
    tx,
    fresh.filter((fact) => isFact(fact, 'ack')),
  )
  const presses = await storeMeasured(tx, fresh, states, claimed)
  const repeated = await storePresses(tx, presses, now)
  for (const factId of repeated) result.set(factId, { is: 'duplicate' })
  return result
}

/** What has an id of its device's own is claimed by it; states are ordered instead, unreadable presses judged later. */
function claimOf({ factId, sha256, fact }: Arrived) {
  if (fact.type === 'state' || fact.type === 'ack' || fact.messageId === null) return []
  return [{ factId, sha256, deviceId: fact.deviceId, messageId: fact.messageId }]
}

/** Stores readings, taps and kept states; hands back the presses with their owners. */
async function storeMeasured(
  tx: Tx,
  fresh: readonly Arrived[],
  states: readonly Arrived[],
  claimed: Map<string, Claimed>,
): Promise<OwnedPress[]> {
  const owned = fresh.filter((fact) => !isFact(fact, 'state') && !isFact(fact, 'ack'))
  const assignments = await loadAssignments(tx, new Set(owned.map((fact) => fact.fact.deviceId)))
  const rowsOf = (fact: Arrived) => assignments.get(fact.fact.deviceId) ?? []
  const marksOf = (fact: ArrivedFact<'reading' | 'tap' | 'press'>): string[] =>
    claimed.get(fact.factId) === 'id-reused' ? [...fact.fact.time.marks, 'id-reused'] : fact.fact.time.marks

  const readings = fresh
    .filter((fact) => isFact(fact, 'reading'))
    .map((fact) => ({
      ...fact,
      marks: marksOf(fact),
      owner: attribute(rowsOf(fact), fact.fact.time.at, fact.fact.measurement.userNumber),
    }))
  const taps = fresh
    .filter((fact) => isFact(fact, 'tap'))
    .map((fact) => ({ ...fact, marks: marksOf(fact), owner: attribute(rowsOf(fact), fact.fact.time.at, null) }))
  await insertMessages(tx, [
    ...[...readings, ...taps].map((fact) => ({
      ...fact,
      messageId: fact.fact.messageId,
      deviceAt: fact.fact.time.deviceAt,
    })),
    ...states
      .filter((fact) => isFact(fact, 'state'))
      .map((fact) => ({
        ...fact,
        messageId: null,
        marks: fact.fact.time.marks,
        deviceAt: fact.fact.time.deviceAt,
      })),
  ])
  await insertReadings(tx, readings)
  await insertTaps(tx, taps)

  const pressed = fresh.filter((fact) => isFact(fact, 'press'))
  const areas = await areasOf(tx, pressed)
  return pressed.map((fact) => ({
    ...fact,
    marks: marksOf(fact),
    messageId: fact.fact.messageId ?? `x-${fact.sha256.toString('hex', 0, 16)}`,
    owner: attributePress(rowsOf(fact), fact.fact.time.at, fact.receivedAt),
    area: areaOf(areas, fact.fact.deviceId),
  }))
}

/** Under the subjects' locks: unreadable repeats are told apart, messages stored, alarms raised or joined. */
async function storePresses(tx: Tx, presses: OwnedPress[], now: Date): Promise<string[]> {
  if (presses.length === 0) return []
  const subjects = [...new Set(presses.map(subjectOfPress))]
  await lockSubjects(tx, subjects)
  const open = await loadPressed(tx, subjects, now)
  const repeated = await unreadableRepeats(tx, presses, open)
  const fresh = presses.filter((press) => !repeated.has(press.factId))
  await insertMessages(
    tx,
    fresh.map((press) => ({ ...press, deviceAt: press.fact.time.deviceAt })),
  )
  await raiseOrJoin(tx, fresh, open, now)
  return [...repeated]
}

/** An unreadable press is the same as the one before only within ten minutes, and while its alarm is open (promise 2). */
async function unreadableRepeats(
  tx: Tx,
  presses: readonly OwnedPress[],
  open: Map<string, Pressed>,
): Promise<Set<string>> {
  const repeated = new Set<string>()
  for (const press of presses.filter((item) => item.fact.messageId === null)) {
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
