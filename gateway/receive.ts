import { hash } from 'node:crypto'
import { decode } from '@anju/domain/wire/decode'
import type { Item } from '@anju/domain/wire/fact'
import { rejections } from '@anju/domain/wire/rejection'
import type { Receipt } from '@anju/domain/wire/schema'
import { newId } from '@anju/prisma/id'
import type { Way } from '@anju/prisma/message/arrived'
import type { LaneItem } from '@anju/prisma/message/batch'
import type { Logger } from 'pino'
import type { Lanes } from './lanes.ts'
import type { UnstoredPresses } from './unstored.ts'
import type { Verifier } from './verifier.ts'

export interface Arrival {
  deviceId: string
  /** The last level of the topic. */
  topic: string
  payload: Buffer
  way: Way
  will: boolean
}

export interface Receiver {
  lanes: Lanes
  unstored: UnstoredPresses
  verifier: Verifier
  /** Called for every device that spoke, for itself or by its hub. */
  heard(deviceId: string, at: Date): void
  log: Logger
}

/**
 * Decodes a message, stores each of its items through its lane and answers with the receipt once all are committed.
 * Rejects when something could not be stored at all: then nothing may be acknowledged.
 */
export async function receive(receiver: Receiver, arrival: Arrival): Promise<Receipt> {
  const arrivedAt = new Date()
  const { deviceId, topic, payload, way, will } = arrival
  const items = decode(topic, payload, { deviceId, arrivedAt, will })
  const receipt: Receipt = { ids: [], rejected: [] }
  if (!will) receiver.heard(deviceId, arrivedAt)
  await Promise.all(
    items.map(async (item) => {
      const laneItem = prepare(item, arrival, arrivedAt)
      const isPress = 'fact' in laneItem && laneItem.fact.fact.type === 'press'
      const storing = receiver.lanes.choose(laneItem, topic).store(laneItem)
      if (isPress) watchPress(receiver, laneItem, storing)
      const stored = await storing
      const id = messageIdOf(item)
      if (stored.is === 'rejected') receipt.rejected.push({ id, code: stored.code, message: rejections[stored.code] })
      else if (id !== null) receipt.ids.push(id)
      if (stored.is !== 'rejected' && item.ok && item.fact.deviceId !== deviceId) {
        receiver.heard(item.fact.deviceId, arrivedAt)
      }
    }),
  )
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
  const { factId, receivedAt, fact } = item.fact
  const log = receiver.log.child({ fact: factId, device: fact.deviceId })
  log.info({ message: 'messageId' in fact ? fact.messageId : null }, 'press arrived')
  const known = receiver.verifier.known(fact.deviceId)
  receiver.unstored.watch(
    {
      fact: factId,
      deviceId: fact.deviceId,
      receivedAt: receivedAt.toISOString(),
      elderName: known?.elderName ?? null,
      place: known?.place ?? '',
      areaPath: known?.areaPath ?? '/',
    },
    storing,
  )
  storing.then(
    (stored) => log.info({ stored, ms: Date.now() - receivedAt.getTime() }, 'press committed'),
    (error: unknown) => log.error({ err: error }, 'press not stored'),
  )
}
