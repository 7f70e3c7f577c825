import type { Assignment } from '@anju/domain/device/attribute'
import type { ArrivedFact } from '../message/arrived.ts'
import type { Tx } from '../tx.ts'

export type OwnedReading = ArrivedFact<'reading'> & { owner: Assignment | null; marks: readonly string[] }

/** Stores readings in the platform's units, attributed to whose they were when measured. */
export async function insertReadings(tx: Tx, readings: readonly OwnedReading[]): Promise<void> {
  if (readings.length === 0) return
  const of = <T>(pick: (reading: OwnedReading) => T): T[] => readings.map(pick)
  await tx.query(
    `insert into reading (id, received_at, message_id, device_id, home_id, elder_id, kind, at, device_at, marks, plausible,
                          systolic, diastolic, pulse, value, meal, user_number, irregular, motion)
     select r.id, r.received_at, r.message_id, r.device_id, r.home_id, r.elder_id, r.kind, r.at, r.device_at,
            string_to_array(r.marks, ','), r.plausible, r.systolic, r.diastolic, r.pulse, r.value, r.meal,
            r.user_number, r.irregular, r.motion
     from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::text[],
                 $8::timestamptz[], $9::timestamptz[], $10::text[], $11::boolean[], $12::float8[], $13::float8[],
                 $14::float8[], $15::float8[], $16::text[], $17::integer[], $18::boolean[], $19::boolean[])
       as r (id, received_at, message_id, device_id, home_id, elder_id, kind, at, device_at, marks, plausible,
             systolic, diastolic, pulse, value, meal, user_number, irregular, motion)`,
    [
      of((r) => r.factId),
      of((r) => r.receivedAt),
      of((r) => r.fact.messageId),
      of((r) => r.fact.deviceId),
      of((r) => r.owner?.homeId ?? null),
      of((r) => r.owner?.elderId ?? null),
      of((r) => r.fact.measurement.kind),
      of((r) => r.fact.time.at),
      of((r) => r.fact.time.deviceAt),
      of((r) => r.marks.join(',')),
      of((r) => r.fact.measurement.plausible),
      of((r) => r.fact.measurement.systolic),
      of((r) => r.fact.measurement.diastolic),
      of((r) => r.fact.measurement.pulse),
      of((r) => r.fact.measurement.value),
      of((r) => r.fact.measurement.meal),
      of((r) => r.fact.measurement.userNumber),
      of((r) => r.fact.measurement.irregular),
      of((r) => r.fact.measurement.motion),
    ],
  )
}
