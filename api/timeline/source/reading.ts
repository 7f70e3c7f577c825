import { Prisma, type Reading as ReadingRow } from '@anju/prisma/generated/client'
import { toReading } from '../../reading/row.ts'
import { nearFirst, slicedSql } from '../slice.ts'
import type { Source } from './source.ts'

const columns = Prisma.sql`id::text, received_at as "receivedAt", message_id as "messageId", device_id as "deviceId",
  home_id::text as "homeId", elder_id::text as "elderId", kind, at, device_at as "deviceAt", marks, plausible, systolic,
  diastolic, pulse, value, meal, user_number as "userNumber", irregular, motion`

/** What was measured of her, by the time it was measured. */
export const readings: Source<'reading'> = async ({ ask, whose, slice, now }) => {
  const rows = await nearFirst(slice, now, (part, arrivedSince) => {
    const { where, order } = slicedSql(Prisma.sql`at`, Prisma.sql`id`, part)
    return ask<ReadingRow>(
      Prisma.sql`
      select one.* from unnest(${whose.elderIds}::uuid[]) as hers (elder_id) cross join lateral (
        select ${columns} from reading
        where elder_id = hers.elder_id and received_at >= ${arrivedSince}::timestamptz and ${where} ${order}) as one`,
      ['at', 'deviceAt', 'receivedAt'],
    )
  })
  return rows.map(toReading).map((reading) => {
    const { id, at, deviceAt, receivedAt, deviceId } = reading
    return { kind: 'reading', id, at, deviceAt, receivedAt, deviceId, reading }
  })
}
