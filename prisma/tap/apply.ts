import type { Assignment } from '@anju/domain/device/attribute'
import type { ArrivedFact } from '../message/arrived.ts'
import type { Tx } from '../tx.ts'

export type OwnedTap = ArrivedFact<'tap'> & { owner: Assignment | null; marks: readonly string[] }

/** Stores taps as they were read; what they prove is decided with the tag's keys, later and anew. */
export function insertTaps(tx: Tx, taps: readonly OwnedTap[]): void {
  if (taps.length === 0) return
  tx.send(
    `insert into tap (id, received_at, message_id, device_id, home_id, at, device_at, marks, uid, sun)
     select t.id, t.received_at, t.message_id, t.device_id, t.home_id, t.at, t.device_at,
            string_to_array(t.marks, ','), t.uid, t.sun
     from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::uuid[], $6::timestamptz[], $7::timestamptz[],
                 $8::text[], $9::text[], $10::jsonb[])
       as t (id, received_at, message_id, device_id, home_id, at, device_at, marks, uid, sun)`,
    [
      taps.map((t) => t.factId),
      taps.map((t) => t.receivedAt),
      taps.map((t) => t.fact.messageId),
      taps.map((t) => t.fact.deviceId),
      taps.map((t) => t.owner?.homeId ?? null),
      taps.map((t) => t.fact.time.at),
      taps.map((t) => t.fact.time.deviceAt),
      taps.map((t) => t.marks.join(',')),
      taps.map((t) => t.fact.uid),
      taps.map((t) => (t.fact.sun ? JSON.stringify(t.fact.sun) : null)),
    ],
  )
}
