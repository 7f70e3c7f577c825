import { hash } from 'node:crypto'
import type { Fact } from '@anju/domain/wire/fact'
import { newId } from '@anju/prisma/id'
import type { Arrived } from '@anju/prisma/message/arrived'

/** A fact as it would have come by MQTT just now. */
export function arrived(fact: Fact): { fact: Arrived } {
  const receivedAt = new Date()
  const body = Buffer.from(JSON.stringify(fact))
  const factId = newId(receivedAt)
  return { fact: { factId, receivedAt, way: 'mqtt', via: null, sha256: hash('sha256', body, 'buffer'), body, fact } }
}

export const now = () => ({ at: new Date(), deviceAt: new Date(), marks: [] })
export const press = (deviceId: string, messageId: string): Fact => ({
  type: 'press',
  deviceId,
  messageId,
  time: now(),
  battery: null,
})
