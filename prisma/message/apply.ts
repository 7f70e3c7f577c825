import { type Assignment, attribute, clocksDisagree, MOVED_SINCE } from '@anju/domain/device/attribute'
import { loadAssignments } from '../assignment/load.ts'
import { recordAcks } from '../command/apply.ts'
import { recordStates } from '../device/state.ts'
import { storeReadings } from '../reading/apply.ts'
import { armTaps } from '../presence/reader.ts'
import { insertTaps, type OwnedTap } from '../tap/apply.ts'
import type { Tx } from '../tx.ts'
import { type Arrived, type ArrivedFact, isFact, type Stored } from './arrived.ts'
import { claimIds } from './dedupe.ts'
import { hubsOf, maySpeak } from './hub.ts'
import { insertMessages } from './insert.ts'
import { lookAtPresses, type Seen, storePresses } from './press.ts'

const NOT_YOURS = { is: 'rejected', code: 'not-your-device' } as const
const AS = { new: { is: 'stored' }, duplicate: { is: 'duplicate' }, 'id-reused': { is: 'id-reused' } } as const

/**
 * Stores a batch of arrived facts and everything that follows from them, in the one order of locks. What became of
 * each comes back by its fact id; `seen` is what `lookAtPresses` answered in this transaction, if it was asked. Throws
 * as a whole: nothing of the batch is stored then.
 */
export async function storeFacts(
  tx: Tx,
  batch: readonly Arrived[],
  now: Date,
  seen?: Seen,
): Promise<Map<string, Stored>> {
  const result = new Map<string, Stored>()
  const presses = batch.filter((fact) => isFact(fact, 'press'))
  if (presses.length > 0) {
    const verdicts = storePresses(tx, presses, seen ?? (await lookAtPresses(tx, presses, now)), now)
    for (const [factId, verdict] of verdicts) result.set(factId, AS[verdict])
    if (presses.length === batch.length) return result
  }
  await storeOthers(
    tx,
    batch.filter((fact) => !isFact(fact, 'press')),
    result,
  )
  return result
}

async function storeOthers(tx: Tx, batch: readonly Arrived[], result: Map<string, Stored>): Promise<void> {
  const hubs = await hubsOf(tx, batch)
  const heard = batch.filter((fact) => maySpeak(fact, hubs))
  if (heard.length < batch.length) {
    for (const fact of batch) if (!maySpeak(fact, hubs)) result.set(fact.factId, NOT_YOURS)
  }

  // Sent together: under load each trip waits for a whole turn of the event loop.
  const [assignments, claimed] = await Promise.all([
    loadAssignments(
      tx,
      heard.filter(isOwned).map((fact) => fact.fact.deviceId),
    ),
    claimIds(tx, heard.flatMap(claimOf)),
  ])
  const rowsOf = (fact: Arrived): Assignment[] => assignments.get(fact.fact.deviceId) ?? []
  const readings = heard
    .filter((fact) => isFact(fact, 'reading'))
    .map((reading) => marked(reading, rowsOf(reading), reading.fact.measurement.userNumber))
  const owners = readings.map((reading) =>
    attribute(rowsOf(reading), reading.fact.time.at, reading.fact.measurement.userNumber),
  )
  const read = await storeReadings(tx, readings, owners)
  for (const fact of heard) {
    const verdict = read.get(fact.factId) ?? claimed.get(fact.factId) ?? 'new'
    result.set(fact.factId, AS[verdict])
  }
  const fresh = heard.filter((fact) => result.get(fact.factId)?.is !== 'duplicate')
  const marksOf = (fact: ArrivedFact<'tap'>): string[] =>
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
      .map((tap) => marked(tap, rowsOf(tap), null))
      .map((fact) => ({ ...fact, marks: marksOf(fact), owner: attribute(rowsOf(fact), fact.fact.time.at, null) })),
  )
}

/** Says beside a fact that the device stood elsewhere by the time it came. */
function marked<F extends ArrivedFact<'reading' | 'tap'>>(
  arrived: F,
  rows: readonly Assignment[],
  userNumber: number | null,
): F {
  const { fact, receivedAt } = arrived
  const { time } = fact
  if (!clocksDisagree(rows, time.at, receivedAt, userNumber)) return arrived
  return { ...arrived, fact: { ...fact, time: { ...time, marks: [...time.marks, MOVED_SINCE] } } }
}

/** Has an owner by its device; states and answers are the device's own. */
function isOwned(fact: Arrived): boolean {
  return fact.fact.type !== 'state' && fact.fact.type !== 'ack'
}

/** A tap has an id of its device's own and is claimed by it; readings by their own statement; states are ordered. */
function claimOf({ factId, sha256, fact }: Arrived) {
  return fact.type === 'tap' ? [{ factId, sha256, deviceId: fact.deviceId, messageId: fact.messageId }] : []
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
  armTaps(
    tx,
    taps.map(({ factId, receivedAt }) => ({ id: factId, receivedAt })),
  )
}
