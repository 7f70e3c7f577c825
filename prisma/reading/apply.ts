import type { Assignment } from '@anju/domain/device/attribute'
import { boolArray, byteaArray, float8Array, int4Array, textArray, timeArray, uuidArray } from '../array.ts'
import type { ArrivedFact } from '../message/arrived.ts'
import type { Claimed } from '../message/dedupe.ts'
import type { Tx } from '../tx.ts'

type ArrivedReading = ArrivedFact<'reading'>

/**
 * Claims, stores and decodes a batch of readings in one statement: dedupe row, message and reading of each new one, in
 * the platform's units, attributed to whose it was when measured (`owners`, one for each). Says of each that is not
 * simply new what it was.
 */
export async function storeReadings(
  tx: Tx,
  readings: readonly ArrivedReading[],
  owners: readonly (Assignment | null)[],
): Promise<Map<string, Claimed>> {
  if (readings.length === 0) return new Map()
  const reusedHere = reusedWithin(readings)
  const [row] = await tx.query<{ stored: string[] | null; reused: string[] | null }>(
    STORE,
    [
      uuidArray(readings, (r) => r.factId),
      timeArray(readings, (r) => r.receivedAt),
      textArray(readings, (r) => r.fact.deviceId),
      textArray(readings, (r) => r.fact.messageId),
      textArray(readings, (r) => r.way),
      textArray(readings, (r) => r.via),
      timeArray(readings, (r) => r.fact.time.deviceAt),
      timeArray(readings, (r) => r.fact.time.at),
      textArray(readings, (r) => r.fact.time.marks.join(',')),
      byteaArray(readings, (r) => r.sha256),
      byteaArray(readings, (r) => r.body),
      uuidArray(owners, (owner) => owner?.homeId ?? null),
      uuidArray(owners, (owner) => owner?.elderId ?? null),
      textArray(readings, (r) => r.fact.measurement.kind),
      boolArray(readings, (r) => r.fact.measurement.plausible),
      float8Array(readings, (r) => r.fact.measurement.systolic),
      float8Array(readings, (r) => r.fact.measurement.diastolic),
      float8Array(readings, (r) => r.fact.measurement.pulse),
      float8Array(readings, (r) => r.fact.measurement.value),
      textArray(readings, (r) => r.fact.measurement.meal),
      int4Array(readings, (r) => r.fact.measurement.userNumber),
      boolArray(readings, (r) => r.fact.measurement.irregular),
      boolArray(readings, (r) => r.fact.measurement.motion),
      boolArray(reusedHere, (reused) => reused),
    ],
    'anew',
  )
  const verdicts = new Map<string, Claimed>()
  if (row?.stored) {
    const stored = new Set(row.stored)
    for (const { factId } of readings) if (!stored.has(factId)) verdicts.set(factId, 'duplicate')
  }
  for (const id of row?.reused ?? []) verdicts.set(id, 'id-reused')
  return verdicts
}

/** The same id with another body within this very batch: the statement sees only what was stored before it. */
function reusedWithin(readings: readonly ArrivedReading[]): boolean[] {
  const first = new Map<string, Buffer>()
  return readings.map(({ fact, sha256 }) => {
    const key = `${fact.deviceId}\n${fact.messageId}`
    const before = first.get(key)
    if (before === undefined) first.set(key, sha256)
    return before !== undefined && !before.equals(sha256)
  })
}

// Dedupe keys are inserted in one order by everybody, so two batches never wait for each other in a circle.
const STORE = `
  with given as (
    select * from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
        $8::timestamptz[], $9::text[], $10::bytea[], $11::bytea[], $12::uuid[], $13::uuid[], $14::text[], $15::boolean[],
        $16::float8[], $17::float8[], $18::float8[], $19::float8[], $20::text[], $21::integer[], $22::boolean[],
        $23::boolean[], $24::boolean[])
      as g (id, received_at, device_id, message_id, way, via, device_at, at, marks, sha256, body, home_id, elder_id, kind,
            plausible, systolic, diastolic, pulse, value, meal, user_number, irregular, motion, reused_within)),
  added as (
    insert into message_dedupe (device_id, message_id, sha256, fact_id)
    select device_id, message_id, sha256, id from given order by device_id collate "C", message_id collate "C", sha256
    on conflict do nothing returning fact_id),
  marked as (
    select given.*, reused_within or exists (
        select from message_dedupe d
        where d.device_id = given.device_id and d.message_id = given.message_id and d.sha256 <> given.sha256) as reused
    from given join added on added.fact_id = given.id),
  fresh as materialized (
    select *, string_to_array(marks, ',') || case when reused then array['id-reused'] else '{}' end as all_marks
    from marked),
  stored_message as (
    insert into message (id, received_at, device_id, message_id, type, way, via, at, marks, sha256, body)
    select id, received_at, device_id, message_id, 'reading', way, via, device_at, all_marks, sha256, body from fresh),
  stored_reading as (
    insert into reading (id, received_at, message_id, device_id, home_id, elder_id, kind, at, device_at, marks, plausible,
                         systolic, diastolic, pulse, value, meal, user_number, irregular, motion)
    select id, received_at, message_id, device_id, home_id, elder_id, kind, at, device_at, all_marks, plausible,
           systolic, diastolic, pulse, value, meal, user_number, irregular, motion from fresh)
  select case when count(*) < cardinality($1::uuid[]) then coalesce(array_agg(id), '{}') end as stored,
         array_agg(id) filter (where reused) as reused
  from fresh`
