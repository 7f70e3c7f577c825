import { hash } from 'node:crypto'
import type pg from 'pg'
import { decode } from '@anju/domain/wire/decode'
import { newId } from '@anju/prisma/id'
import { storeFacts } from '@anju/prisma/message/apply'
import { storeRejected } from '@anju/prisma/message/reject'
import { transact } from '@anju/prisma/tx'

/** Stores one message of a device as the gateway would; answers the fact's id. */
export async function deliver(
  pool: pg.Pool,
  deviceId: string,
  topic: string,
  message: Record<string, unknown>,
  receivedAt: Date = new Date(),
  via: string | null = null,
): Promise<string> {
  const body = Buffer.from(JSON.stringify(message))
  const [item] = decode(topic, body, { deviceId, arrivedAt: receivedAt, will: false })
  if (!item) throw new Error('nothing was decoded')
  const id = newId(receivedAt)
  await transact(pool, async (tx) => {
    if (!item.ok) {
      const { type, code, detail } = item
      return storeRejected(tx, [{ id, receivedAt, deviceId, type, code, detail, body }])
    }
    const sha256 = hash('sha256', item.canonical ?? body, 'buffer')
    await storeFacts(tx, [{ factId: id, receivedAt, way: 'mqtt', via, sha256, body, fact: item.fact }], receivedAt)
  })
  return id
}

let count = 0
export function press(): Record<string, unknown> {
  return { id: `p-${++count}-${Date.now()}`, at: new Date().toISOString() }
}

export function bloodPressure(systolic = 128, at: Date = new Date()): Record<string, unknown> {
  const id = `r-${++count}-${Date.now()}`
  return { id, at: at.toISOString(), kind: 'blood-pressure', systolic, diastolic: 80, pulse: 70, unit: 'mmHg' }
}
