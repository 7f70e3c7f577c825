import type { Tx } from '../tx.ts'
import { type Arrived, isFact } from './arrived.ts'

/**
 * A hub speaks only for devices bound to it. Another's reading is refused; a press is heard all the same, as one from
 * the hub's own home, marked: better a false alarm than a swallowed one.
 */
export async function speakers(
  tx: Tx,
  batch: readonly Arrived[],
): Promise<{ heard: readonly Arrived[]; refused: readonly Arrived[] }> {
  const spoken = batch.filter((fact) => fact.via !== null)
  if (spoken.length === 0) return { heard: batch, refused: [] }
  const rows = await tx.query<{ id: string; hubId: string }>(
    `select id, hub_id as "hubId" from device where id = any($1) and revoked_at is null and hub_id is not null`,
    [[...new Set(spoken.map((fact) => fact.fact.deviceId))]],
  )
  const hubOf = new Map(rows.map((row) => [row.id, row.hubId]))
  const heard: Arrived[] = []
  const refused: Arrived[] = []
  for (const arrived of batch) {
    if (arrived.via === null || hubOf.get(arrived.fact.deviceId) === arrived.via) heard.push(arrived)
    else if (isFact(arrived, 'press')) heard.push(asHubs(arrived, arrived.via))
    else refused.push(arrived)
  }
  return { heard, refused }
}

function asHubs(arrived: Arrived & { fact: { type: 'press' } }, hubId: string): Arrived {
  const { fact } = arrived
  if (fact.type !== 'press') return arrived
  const time = { ...fact.time, marks: [...fact.time.marks, 'unreadable' as const] }
  return { ...arrived, fact: { ...fact, deviceId: hubId, messageId: null, time } }
}
