import type { Tx } from '../tx.ts'
import type { Arrived } from './arrived.ts'

/** Stores the bytes as they came. `messageId` of an unreadable press is its stand-in `x-<hash>`. */
export function insertMessages(
  tx: Tx,
  arrived: readonly (Arrived & { messageId: string | null; marks: readonly string[]; deviceAt: Date | null })[],
): void {
  if (arrived.length === 0) return
  tx.send(
    `insert into message (id, received_at, device_id, message_id, type, way, via, at, marks, sha256, body)
     select m.id, m.received_at, m.device_id, m.message_id, m.type, m.way, m.via, m.at,
            string_to_array(m.marks, ','), m.sha256, m.body
     from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                 $8::timestamptz[], $9::text[], $10::bytea[], $11::bytea[])
       as m (id, received_at, device_id, message_id, type, way, via, at, marks, sha256, body)`,
    [
      arrived.map((a) => a.factId),
      arrived.map((a) => a.receivedAt),
      arrived.map((a) => a.fact.deviceId),
      arrived.map((a) => a.messageId),
      arrived.map((a) => a.fact.type),
      arrived.map((a) => a.way),
      arrived.map((a) => a.via),
      arrived.map((a) => a.deviceAt),
      arrived.map((a) => a.marks.join(',')),
      arrived.map((a) => a.sha256),
      arrived.map((a) => a.body),
    ],
  )
}
