import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { RAW } from '@anju/domain/evidence/visit-export'
import type { EndFacts } from '@anju/domain/proof/grade'
import { can } from '@anju/domain/visit/can'
import type { VisitPart } from '@anju/domain/visit/kinds'
import type { Tx } from '../tx.ts'
import { addVisitEntry } from '../visit/entry.ts'
import { actorOf, type HeldVisit, lockVisit } from '../visit/hold.ts'
import { settleReadiness } from '../visit/ready.ts'
import { reopenFixed } from '../visit-exception/reopen.ts'
import { advanceVisit } from './advance.ts'
import { loadEndFacts } from './judge.ts'
import { type Kept, loadKeptPresence, saidOf } from './kept.ts'
import { loadRaw } from './raw.ts'
import { refused, regrade } from './regrade.ts'

/**
 * A second person approves an end that was typed in. Refuses `not-found`, `presence-not-typed`, `presence-decided`, and
 * `approval-own` for whoever typed it in.
 */
export async function approvePresence(
  tx: Tx,
  { id, note }: { id: string; note: string },
  scope: Scope,
  now: Date,
): Promise<{ visitId: string }> {
  const { presence, visit, by } = await secondPerson(tx, id, scope, now)
  if (presence.approvedAt !== null) return { visitId: visit.id }
  await tx.query('update presence set approved_by = $2, approved_at = $3 where id = $1', [id, by, now])
  const next = await regrade(tx, visit, { id, facts: presence.facts && approved(presence.facts, by) })
  const decision = { kind: 'approved', body: { presenceId: id, note } } as const
  await addVisitEntry(tx, next, { ...decision, userId: by, at: now, facts: { presenceId: id, by } })
  await settleReadiness(tx, next, by, now)
  return { visitId: visit.id }
}

/** A second person knows that it was not so, and says why: it counts for nothing. Refuses as approving does. */
export async function refusePresence(
  tx: Tx,
  { id, reason }: { id: string; reason: string },
  scope: Scope,
  now: Date,
): Promise<{ visitId: string }> {
  const { presence, visit, by } = await secondPerson(tx, id, scope, now)
  if (presence.approvedAt !== null) throw new Refusal('presence-decided')
  await tx.query('update presence set refused_by = $2, refused_at = $3 where id = $1', [id, by, now])
  const next = await regrade(tx, visit, { id, facts: presence.facts && refused(presence.facts, by) })
  const decision = { kind: 'end-refused', body: { presenceId: id, reason } } as const
  await addVisitEntry(tx, next, { ...decision, userId: by, at: now, facts: { presenceId: id, by } })
  await reopenFixed(tx, next, id, { userId: by, now })
  await settleReadiness(tx, next, by, now)
  return { visitId: visit.id }
}

function approved(facts: EndFacts, by: string): EndFacts {
  return facts.tap.kind === 'typed' ? { ...facts, tap: { ...facts.tap, approvedBy: by } } : facts
}

/**
 * A tap that belonged to nobody's visit is given to one, with a reason; what it was stays as it came. Refuses
 * `not-found` and `presence-matched`.
 */
export async function attachPresence(
  tx: Tx,
  { id, visitId, part, reason }: { id: string; visitId: string; part: VisitPart; reason: string },
  scope: Scope,
  now: Date,
): Promise<void> {
  const visit = await lockVisit(tx, visitId, await actorOf(tx, scope, now))
  const presence = await heldPresence(tx, id)
  if (presence.visitId !== null) throw new Refusal('presence-matched', undefined, { visitId: presence.visitId })
  await requireAround(tx, presence, visit)
  const said = await saidOf(tx, presence, part)
  const facts = await loadEndFacts(tx, visit, said)
  await tx.query('update presence set visit_id = $2, part = $3 where id = $1', [id, visitId, part])
  const graded = await regrade(tx, visit, { id, facts })
  const next = await movedBy(tx, graded, part, now)
  await addVisitEntry(tx, next, {
    kind: 'attached',
    userId: scope.userId,
    at: now,
    body: { presenceId: id, part, reason },
    facts: { presenceId: id, part },
    personal: { [RAW]: await loadRaw(tx, id) },
  })
  await settleReadiness(tx, next, scope.userId, now)
}

/** What the caregiver's own tap would have done to the visit, it does now, if it is worth anything. */
async function movedBy(tx: Tx, visit: HeldVisit, part: VisitPart, now: Date): Promise<HeldVisit> {
  const grade = part === 'begin' ? visit.beginGrade : visit.endGrade
  const may = can(visit, { role: 'caregiver', caregiverId: visit.caregiverId })[part === 'begin' ? 'begin' : 'leave']
  return grade !== null && may.allowed ? advanceVisit(tx, visit, part, now) : visit
}

/** A tap at another area's door is not this office's to give away. */
async function requireAround(tx: Tx, presence: Kept, visit: HeldVisit): Promise<void> {
  const own = presence.caregiverId === null || presence.caregiverId === visit.caregiverId
  if (presence.homeId === visit.homeId || own) return
  throw new Refusal('not-found')
}

async function heldPresence(tx: Tx, id: string): Promise<Kept> {
  const presence = await loadKeptPresence(tx, id)
  if (!presence) throw new Refusal('not-found')
  return presence
}

interface Second {
  presence: Kept
  visit: HeldVisit
  by: string
}

/** Under the visit's locks: an end that was typed in, that nobody refused, and a person who did not type it. */
async function secondPerson(tx: Tx, id: string, scope: Scope, now: Date): Promise<Second> {
  const [of] = await tx.query<{ visitId: string | null }>('select visit_id as "visitId" from presence where id = $1', [
    id,
  ])
  if (!of || of.visitId === null) throw new Refusal('not-found')
  const visit = await lockVisit(tx, of.visitId, await actorOf(tx, scope, now))
  const presence = await heldPresence(tx, id)
  const by = scope.userId
  if (presence.way !== 'typed') throw new Refusal('presence-not-typed')
  if (by === null || presence.userId === by) throw new Refusal('approval-own')
  if (presence.refusedAt !== null) throw new Refusal('presence-decided')
  return { presence, visit, by }
}
