import { hash } from 'node:crypto'
import { decode } from '@anju/domain/wire/decode'
import type { LaneItem } from '../message/batch.ts'
import type { Random } from './random.ts'

/** What a device of the demo said once, as it stood on the wire. */
export interface Said {
  deviceId: string
  /** 'reading', 'tap', 'press', 'ack', or 'batch' for what an outbox held. */
  topic: string
  body: Record<string, unknown>
  receivedAt: Date
  way: 'mqtt' | 'http'
  /** The hub it came through. */
  via: string | null
}

const CLOCK_ZONE = '+08:00'
const ZONE_MS = 8 * 3_600_000

/** An instant as a device in the county writes it: to the second, with the country's offset. */
export function deviceTime(at: Date): string {
  return `${new Date(at.getTime() + ZONE_MS).toISOString().slice(0, 19)}${CLOCK_ZONE}`
}

/** Takes in what was said as the gateway does: decoded from its bytes, with the id that follows it. */
export function arrive(random: Random, { deviceId, topic, body, receivedAt, way, via }: Said): LaneItem[] {
  const speaker = via ?? deviceId
  const payload = Buffer.from(JSON.stringify(topic === 'batch' || via === null ? body : asItem(topic, deviceId, body)))
  const inBatch = topic === 'batch' || via !== null
  const items = decode(inBatch ? 'batch' : topic, payload, { deviceId: speaker, arrivedAt: receivedAt })
  return items.map((item): LaneItem => {
    const id = random.id(receivedAt)
    if (!item.ok) {
      const said = item.text === null ? payload : Buffer.from(item.text)
      return {
        rejected: {
          id,
          receivedAt,
          deviceId: item.deviceId,
          type: item.type,
          code: item.code,
          detail: item.detail,
          body: said,
        },
      }
    }
    const canonical = item.canonical ?? payload.toString()
    return {
      fact: {
        factId: id,
        receivedAt,
        way,
        via: item.fact.deviceId === speaker ? null : speaker,
        sha256: hash('sha256', canonical, 'buffer'),
        body: inBatch ? Buffer.from(canonical) : payload,
        fact: item.fact,
      },
    }
  })
}

function asItem(type: string, device: string, body: Record<string, unknown>): Record<string, unknown> {
  return { items: [{ type, device, ...body }] }
}

/** A device's own id of something it said on that day; no firmware of the simulator's counts like this. */
export function saidId(at: Date, n: number): string {
  return `d${Math.floor(at.getTime() / 86_400_000)}-${n}`
}
