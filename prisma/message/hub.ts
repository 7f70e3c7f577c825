import type { Tx } from '../tx.ts'
import type { Arrived, ArrivedFact } from './arrived.ts'

/** Which hub each of these devices is bound to; those bound to none, revoked or unknown are missing. */
export async function hubsOf(db: Pick<Tx, 'query'>, batch: readonly Arrived[]): Promise<Map<string, string>> {
  const spoken = batch.filter((fact) => fact.via !== null)
  if (spoken.length === 0) return new Map()
  const rows = await db.query<{ id: string; hubId: string }>(
    `select id, hub_id as "hubId" from device where id = any($1) and revoked_at is null and hub_id is not null`,
    [[...new Set(spoken.map((fact) => fact.fact.deviceId))]],
  )
  return new Map(rows.map((row) => [row.id, row.hubId]))
}

/** A hub speaks only for devices bound to it. */
export function maySpeak({ via, fact }: Arrived, hubs: ReadonlyMap<string, string>): boolean {
  return via === null || hubs.get(fact.deviceId) === via
}

/**
 * A press of a hub for a device that is not its own, as one from the hub's own home: nothing of it is believed but its
 * bytes. Better a false alarm than a swallowed one.
 */
export function asHubs(press: ArrivedFact<'press'>, hubId: string): ArrivedFact<'press'> {
  const time = { ...press.fact.time, marks: [...press.fact.time.marks, 'unreadable' as const] }
  return { ...press, fact: { ...press.fact, deviceId: hubId, messageId: null, time } }
}
