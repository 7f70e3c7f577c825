import { armVisitCheck } from '../visit-exception/arm.ts'
import type { Tx } from '../tx.ts'
import { newId } from '../id.ts'
import type { HeldVisit } from './hold.ts'

export interface VisitEntry {
  kind: string
  userId: string | null
  /** When it came in. */
  at: Date
  /** When it happened by the phone's own clock, where that is another time. */
  deviceAt?: Date | null
  /** The entry that this one corrects: both stay. */
  corrects?: string | null
  body?: Record<string, unknown>
  /** Told to no listener: it is not for everybody who may see the visit. */
  quiet?: boolean
}

/** Adds to the story of a visit and tells every reader of the log: ids and states, no names (promise 10). */
export function addVisitEntry(
  tx: Tx,
  held: Pick<HeldVisit, 'id' | 'areaPath' | 'elderId' | 'homeId' | 'providerId' | 'caregiverId' | 'state'>,
  { kind, userId, at, deviceAt = null, corrects = null, body = {}, quiet = false }: VisitEntry,
): string {
  const id = newId(at)
  tx.send(
    `insert into visit_entry (id, visit_id, at, device_at, kind, user_id, corrects, body)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [id, held.id, at, deviceAt, kind, userId, corrects, JSON.stringify(body)],
  )
  armVisitCheck(tx, held, kind, at)
  if (quiet) return id
  const { id: visitId, elderId, homeId, providerId, caregiverId, state } = held
  tx.events.push({
    at,
    topic: 'visit',
    name: `visit.${kind}`,
    areaPath: held.areaPath,
    subject: `visit:${visitId}`,
    body: { visitId, elderId, homeId, providerId, caregiverId, state },
  })
  return id
}
