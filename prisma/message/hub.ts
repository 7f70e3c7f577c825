import type { Tx } from '../tx.ts'
import type { Arrived, ArrivedFact } from './arrived.ts'

/** Who speaks for whom: the hub each device is bound to, and until when it was bound to others before. */
export interface Hubs {
  now: ReadonlyMap<string, string>
  before: readonly { deviceId: string; hubId: string; until: Date }[]
}

/** Of the devices that a hub speaks for in this batch; those bound to none, revoked or unknown are missing. */
export async function hubsOf(db: Pick<Tx, 'query'>, batch: readonly Arrived[]): Promise<Hubs> {
  const spoken = batch.filter((fact) => fact.via !== null)
  if (spoken.length === 0) return { now: new Map(), before: [] }
  const rows = await db.query<{ id: string; hubId: string }>(
    `select id, hub_id as "hubId" from device where id = any($1) and revoked_at is null and hub_id is not null`,
    [[...new Set(spoken.map((fact) => fact.fact.deviceId))]],
  )
  const now = new Map(rows.map((row) => [row.id, row.hubId]))
  const strange = spoken.filter(({ fact, via }) => now.get(fact.deviceId) !== via)
  if (strange.length === 0) return { now, before: [] }
  // Rare: a device was given another hub while the outbox of the one before was full.
  const before = await db.query<{ deviceId: string; hubId: string; until: Date }>(
    `select device.id as "deviceId", change.before->>'hubId' as "hubId", max(change.at) as until
     from device join record_change change on change.subject = 'device:' || device.id
     where device.id = any($1) and device.revoked_at is null and change.action = 'changed'
       and change.before->>'hubId' is not null
     group by 1, 2`,
    [[...new Set(strange.map(({ fact }) => fact.deviceId))]],
  )
  return { now, before }
}

/** A hub speaks only for devices bound to it, or bound to it when the fact happened. */
export function maySpeak({ via, fact }: Arrived, hubs: Hubs): boolean {
  if (via === null || hubs.now.get(fact.deviceId) === via) return true
  if (fact.type === 'ack') return false
  const { at, marks } = fact.time
  return hubs.before.some(
    ({ deviceId, hubId, until }) =>
      deviceId === fact.deviceId && hubId === via && at < until && !marks.includes('skewed'),
  )
}

/**
 * A press of a hub for a device that is not its own, as one from the hub's own home: nothing of it is believed but its
 * bytes. Better a false alarm than a swallowed one.
 */
export function asHubs(press: ArrivedFact<'press'>, hubId: string): ArrivedFact<'press'> {
  const time = { ...press.fact.time, marks: [...press.fact.time.marks, 'unreadable' as const] }
  return { ...press, fact: { ...press.fact, deviceId: hubId, messageId: null, time } }
}
