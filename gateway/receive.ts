import { hash } from 'node:crypto'
import { decode } from '@anju/domain/wire/decode'
import type { Item } from '@anju/domain/wire/fact'
import { rejections } from '@anju/domain/wire/rejection'
import type { Receipt } from '@anju/domain/wire/schema'
import { newId } from '@anju/prisma/id'
import type { Stored, Way } from '@anju/prisma/message/arrived'
import type { LaneItem } from '@anju/prisma/message/batch'
import type { Logger } from 'pino'
import type { Lanes } from './lanes.ts'
import type { Room } from './room.ts'
import type { UnstoredPresses } from './unstored.ts'
import type { Verifier } from './verifier.ts'

export interface Arrival {
  deviceId: string
  /** The last level of the topic. */
  topic: string
  payload: Buffer
  way: Way
  will: boolean
  /** Of its connection's states the first. */
  fresh: boolean
}

export interface Receiver {
  lanes: Lanes
  /** What is not a press waits outside while these are full. */
  rooms: { live: Room; backfill: Room }
  unstored: UnstoredPresses
  verifier: Verifier
  /** Called for every device that spoke, for itself or by its hub. */
  heard(deviceId: string, at: Date): void
  log: Logger
}

/** A batch takes room as if each so many bytes were an item. */
const BYTES_AN_ITEM = 128

/**
 * Decodes a message, stores each of its items through its lane and answers with the receipt once all are committed.
 * Rejects when something could not be stored at all: then nothing may be acknowledged.
 */
export function receive(receiver: Receiver, arrival: Arrival): Promise<Receipt> {
  const arrivedAt = new Date()
  if (arrival.topic === 'press') return take(receiver, arrival, arrivedAt)
  const isBatch = arrival.topic === 'batch'
  const room = isBatch ? receiver.rooms.backfill : receiver.rooms.live
  const weight = isBatch ? Math.ceil(arrival.payload.length / BYTES_AN_ITEM) : 1
  const waiting = room.enter(weight)
  const leave = () => room.leave(weight)
  try {
    const taken = waiting ? waiting.then(() => take(receiver, arrival, arrivedAt)) : take(receiver, arrival, arrivedAt)
    taken.then(leave, leave)
    return taken
  } catch (error) {
    leave()
    throw error
  }
}

// Written with few promises and closures a message: at ten thousand a second they were a fifth of the work.
function take(receiver: Receiver, arrival: Arrival, arrivedAt: Date): Promise<Receipt> {
  const { deviceId, topic, payload, will, fresh } = arrival
  const items = decode(topic, payload, { deviceId, arrivedAt, will, fresh })
  if (!will) receiver.heard(deviceId, arrivedAt)
  const [only] = items
  if (only && items.length === 1) {
    return store(receiver, arrival, only, arrivedAt).then((stored) => receiptOf([only], [stored]))
  }
  return Promise.all(items.map((item) => store(receiver, arrival, item, arrivedAt))).then((stored) => {
    for (const [i, item] of items.entries()) {
      const spokenFor = item.ok && item.fact.deviceId !== deviceId && stored[i]?.is !== 'rejected'
      if (spokenFor) receiver.heard(item.fact.deviceId, arrivedAt)
    }
    return receiptOf(items, stored)
  })
}

function store(receiver: Receiver, arrival: Arrival, item: Item, arrivedAt: Date): Promise<Stored> {
  const laneItem = prepare(item, arrival, arrivedAt)
  const storing = receiver.lanes.choose(laneItem, arrival.topic).store(laneItem)
  if (item.ok && item.fact.type === 'press') watchPress(receiver, laneItem, storing)
  return storing
}

function receiptOf(items: readonly Item[], stored: readonly Stored[]): Receipt {
  const receipt: Receipt = { ids: [], rejected: [] }
  for (const [i, item] of items.entries()) {
    const id = messageIdOf(item)
    const outcome = stored[i]
    if (outcome?.is === 'rejected') {
      receipt.rejected.push({ id, code: outcome.code, message: rejections[outcome.code] })
    } else if (id !== null) receipt.ids.push(id)
  }
  return receipt
}

function messageIdOf(item: Item): string | null {
  if (!item.ok) return item.messageId
  return 'messageId' in item.fact ? item.fact.messageId : null
}

function prepare(item: Item, arrival: Arrival, receivedAt: Date): LaneItem {
  const id = newId(receivedAt)
  if (!item.ok) {
    const { deviceId, type, code, detail } = item
    const body = item.text === null ? arrival.payload : Buffer.from(item.text)
    return { rejected: { id, receivedAt, deviceId, type, code, detail, body } }
  }
  const inBatch = arrival.topic === 'batch' && item.canonical !== null
  return {
    fact: {
      factId: id,
      receivedAt,
      way: arrival.way,
      via: item.fact.deviceId === arrival.deviceId ? null : arrival.deviceId,
      sha256: hash('sha256', item.canonical ?? arrival.payload, 'buffer'),
      body: inBatch ? Buffer.from(item.canonical ?? '') : arrival.payload,
      fact: item.fact,
    },
  }
}

function watchPress(receiver: Receiver, item: LaneItem, storing: Promise<unknown>): void {
  if (!('fact' in item)) return
  const { factId, receivedAt, fact, via } = item.fact
  const log = receiver.log.child({ fact: factId, device: fact.deviceId })
  log.info({ message: 'messageId' in fact ? fact.messageId : null }, 'press arrived')
  const known = receiver.verifier.known(fact.deviceId)
  // A button behind a hub never came in by itself; its hub says at least where to look and which desks must hear.
  const near = known ?? (via === null ? undefined : receiver.verifier.known(via))
  // Whoever made our own test press hears that it was not stored, and no desk need be told that nobody called.
  if (known?.purpose !== 'probe') {
    receiver.unstored.watch(
      {
        fact: factId,
        deviceId: fact.deviceId,
        receivedAt: receivedAt.toISOString(),
        elderName: known?.elderName ?? null,
        place: near?.place ?? '',
        areaPath: near?.areaPath ?? '/',
      },
      storing,
    )
  }
  storing.then(
    (stored) => log.info({ stored, ms: Date.now() - receivedAt.getTime() }, 'press committed'),
    (error: unknown) => log.error({ err: error }, 'press not stored'),
  )
}
