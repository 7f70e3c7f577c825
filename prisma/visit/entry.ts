import type { VisitEntryKind } from '@anju/domain/visit/entry'
import { canonicalJson } from '@anju/domain/canonical'
import type { EvidenceFact } from '@anju/domain/evidence/chain'
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
  /** Ids, states and digests that the chain says openly: they stay when the words of the step are deleted lawfully. */
  facts?: Record<string, unknown>
  /** Words and raw facts by name, each behind a digest of its own: what is no part of the step, and is deleted apart. */
  personal?: Record<string, string>
  /** Told to no listener: it is not for everybody who may see the visit. */
  quiet?: boolean
}

/**
 * Adds to the story of a visit and, once, to its elder's chain of evidence, and tells every reader of the log: ids and
 * states, no names (promise 10). The caller holds the elder's lock.
 */
export async function addVisitEntry(
  tx: Tx,
  held: Pick<HeldVisit, 'id' | 'areaPath' | 'elderId' | 'homeId' | 'providerId' | 'caregiverId' | 'state'>,
  { kind, userId, at, deviceAt = null, corrects = null, body = {}, facts, personal, quiet = false }: VisitEntry,
): Promise<string> {
  const id = newId(at)
  tx.send(
    `insert into visit_entry (id, visit_id, at, device_at, kind, user_id, corrects, body)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [id, held.id, at, deviceAt, kind, userId, corrects, JSON.stringify(body)],
  )
  const step = { id, at, deviceAt, kind, userId, corrects, body }
  await appendEvidence(tx, stepFact(held, step, facts, personal))
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

type Step = Required<Omit<VisitEntry, 'quiet' | 'facts' | 'personal'>> & { id: string }

/** An act as it is chained: the whole step behind a salted digest, so that no row of the story can be changed unseen. */
export function stepFact(
  { id: visitId, elderId, state }: Pick<HeldVisit, 'id' | 'elderId' | 'state'>,
  step: Step,
  facts: Record<string, unknown> = {},
  personal: Record<string, string> = {},
): EvidenceFact {
  const { id: entryId, kind, at } = step
  return {
    elderId,
    at,
    kind: 'visit-entry',
    body: { ...facts, visitId, state, entryId, kind },
    personal: { ...personal, [STEP]: stepText(step) },
  }
}

/** As it is read back: dates as text, fields in order. */
function stepText({ id, at, deviceAt, kind, userId, corrects, body }: Step): string {
  const kept: unknown = JSON.parse(JSON.stringify({ id, at, deviceAt, kind, userId, corrects, body }))
  return canonicalJson(kept)
}
