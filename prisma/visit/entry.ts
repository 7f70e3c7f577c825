import type { VisitEntryKind } from '@anju/domain/visit/entry'
import { canonicalJson } from '@anju/domain/canonical'
import { STEP } from '@anju/domain/evidence/visit-export'
import { appendEvidence } from '../evidence/apply.ts'
import { armVisitCheck } from '../visit-exception/arm.ts'
import type { Tx } from '../tx.ts'
import { newId } from '../id.ts'
import type { HeldVisit } from './hold.ts'

export interface VisitEntry {
  kind: VisitEntryKind
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

/**
 * Adds to the story of a visit and to its elder's chain of evidence, and tells every reader of the log: ids and states,
 * no names (promise 10). The caller holds the elder's lock.
 */
export async function addVisitEntry(
  tx: Tx,
  held: Pick<HeldVisit, 'id' | 'areaPath' | 'elderId' | 'homeId' | 'providerId' | 'caregiverId' | 'state'>,
  { kind, userId, at, deviceAt = null, corrects = null, body = {}, quiet = false }: VisitEntry,
): Promise<string> {
  const id = newId(at)
  tx.send(
    `insert into visit_entry (id, visit_id, at, device_at, kind, user_id, corrects, body)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [id, held.id, at, deviceAt, kind, userId, corrects, JSON.stringify(body)],
  )
  await chain(tx, held, { id, at, deviceAt, kind, userId, corrects, body })
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

/** A step as it is chained and read back: dates as text, fields in order. */
export function stepText(step: Required<Omit<VisitEntry, 'quiet'>> & { id: string }): string {
  const { id, at, deviceAt, kind, userId, corrects, body } = step
  const kept: unknown = JSON.parse(JSON.stringify({ id, at, deviceAt, kind, userId, corrects, body }))
  return canonicalJson(kept)
}

/** The whole of it behind a salted digest, as it is read back: no row of the story can be changed unseen. */
async function chain(
  tx: Tx,
  { id: visitId, elderId, state }: Pick<HeldVisit, 'id' | 'elderId' | 'state'>,
  step: Required<Omit<VisitEntry, 'quiet'>> & { id: string },
): Promise<void> {
  const entry = stepText(step)
  const { id: entryId, kind, at } = step
  await appendEvidence(tx, {
    elderId,
    at,
    kind: 'visit-entry',
    body: { visitId, state, entryId, kind },
    personal: { [STEP]: entry },
  })
}
