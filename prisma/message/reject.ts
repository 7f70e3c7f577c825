import { REJECTED_KEPT_PER_HOUR } from '@anju/domain/wire/limits'
import type { Tx } from '../tx.ts'
import type { Rejected } from './arrived.ts'

const HOUR_MS = 3_600_000

/** Keeps what could not be read, with its reason: the first bodies of a device's hour, then only their number. */
export async function storeRejected(tx: Tx, rejected: readonly Rejected[]): Promise<void> {
  if (rejected.length === 0) return
  const hourOf = (at: Date) => new Date(Math.floor(at.getTime() / HOUR_MS) * HOUR_MS)
  const groups = Map.groupBy(rejected, (item) => `${item.deviceId}\n${hourOf(item.receivedAt).toISOString()}`)
  const kept: Rejected[] = []
  // One order for everybody: two batches of the same devices must not wait for each other in a circle.
  for (const [, items] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [first] = items
    if (!first) continue
    const [tally] = await tx.query<{ total: number }>(
      `insert into rejected_tally (device_id, hour, total) values ($1, $2, $3)
       on conflict (device_id, hour) do update set total = rejected_tally.total + excluded.total
       returning total`,
      [first.deviceId, hourOf(first.receivedAt), items.length],
    )
    const before = (tally?.total ?? items.length) - items.length
    kept.push(...items.slice(0, Math.max(0, REJECTED_KEPT_PER_HOUR - before)))
  }
  await tx.query(
    `insert into rejected_message (id, received_at, device_id, type, code, detail, body)
     select * from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[])
     on conflict do nothing`, // a batch whose COMMIT was not heard comes again
    [
      kept.map((item) => item.id),
      kept.map((item) => item.receivedAt),
      kept.map((item) => item.deviceId),
      kept.map((item) => item.type.replaceAll(/[^\w.-]/g, '').slice(0, 32)),
      kept.map((item) => item.code),
      kept.map((item) => item.detail),
      kept.map((item) => item.body),
    ],
  )
}
