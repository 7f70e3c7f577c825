import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import {
  type AcknowledgeReason,
  canDecide,
  EXCEPTION_LEADS_TO,
  EXCEPTION_STATES,
  type ExceptionAction,
  type ExceptionState,
  type FixReason,
} from '@anju/domain/visit/exception'
import type { VisitPart } from '@anju/domain/visit/kinds'
import { requireVersion } from '../elder/lock.ts'
import { recordCorrection, withdrawCorrections } from '../presence/correct.ts'
import type { Tx } from '../tx.ts'
import { addVisitEntry } from '../visit/entry.ts'
import { type Actor, actorOf, type HeldVisit, loadVisit, lockVisit } from '../visit/hold.ts'
import { settleReadiness } from '../visit/ready.ts'
import { recheckVisit } from './check.ts'

interface HeldException {
  id: string
  rule: string
  state: ExceptionState
  decidedBy: string | null
  disputedAt: Date | null
  version: number
}

/** Of a screen that showed the exception in this version. */
export interface Which {
  id: string
  version: number
}

/** Takes the locks, and refuses what the table does not allow; `not-found` outside the scope. */
async function begin(
  tx: Tx,
  { id, version }: Which,
  action: ExceptionAction,
  scope: Scope,
  now: Date,
): Promise<{ visit: HeldVisit; held: HeldException; actor: Actor }> {
  const actor = await actorOf(tx, scope, now)
  const [of] = await tx.query<{ visitId: string }>('select visit_id as "visitId" from visit_exception where id = $1', [
    id,
  ])
  if (!of) throw new Refusal('not-found')
  const visit = await lockVisit(tx, of.visitId, actor)
  const [row] = await tx.query<Omit<HeldException, 'state'> & { state: string }>(
    `select id, rule, state, decided_by as "decidedBy", disputed_at as "disputedAt", row_version as version
     from visit_exception where id = $1 for update`,
    [id],
  )
  const state = EXCEPTION_STATES.find((one) => one === row?.state)
  if (!row || !state) throw new Refusal('not-found')
  const asked = { state, decidedBy: row.decidedBy, disputed: row.disputedAt !== null, caregiverId: visit.caregiverId }
  const answer = canDecide(asked, { id: scope.userId, role: actor.role, caregiverId: actor.caregiverId })[action]
  if (!answer.allowed) throw new Refusal(answer.reason, undefined, { state })
  requireVersion(row, version)
  return { visit, held: { ...row, state }, actor }
}

export interface Decision {
  reasonCode: FixReason | AcknowledgeReason | null
  note: string
}

/** The bureau acknowledges it with a reason, or has it looked into. */
export async function decideException(
  tx: Tx,
  which: Which,
  { action, reasonCode, note }: Decision & { action: 'acknowledge' | 'investigate' },
  scope: Scope,
  now: Date,
): Promise<void> {
  const { visit, held, actor } = await begin(tx, which, action, scope, now)
  await store(tx, { visit, held, actor }, action, { reasonCode, note })
}

/** What the provider says was wrong, and where an end is missing or was typed wrongly, when it was. */
export interface Fix extends Decision {
  reasonCode: FixReason
  end: { part: VisitPart; at: Date } | null
}

/**
 * The provider corrects it: an entry of its own, never an edit. A time is typed in beside what was said before, and a
 * second person approves it. Refuses `time-ahead`
 * and `time-order`.
 */
export async function fixException(tx: Tx, which: Which, fix: Fix, scope: Scope, now: Date): Promise<void> {
  const { visit, held, actor } = await begin(tx, which, 'fix', scope, now)
  const { end, reasonCode, note } = fix
  if (end !== null) await correctEnd(tx, visit, held, { ...end, reasonCode, note }, actor)
  await store(tx, { visit: (await loadVisit(tx, visit.id)) ?? visit, held, actor }, 'fix', { reasonCode, note })
}

async function correctEnd(
  tx: Tx,
  visit: HeldVisit,
  held: HeldException,
  end: { part: VisitPart; at: Date; reasonCode: FixReason; note: string },
  { scope, now }: Actor,
): Promise<void> {
  const { part, at, reasonCode, note } = end
  if (at > now) throw new Refusal('time-ahead')
  const [beganAt, leftAt] = part === 'begin' ? [at, visit.leftAt] : [visit.beganAt, at]
  if (beganAt !== null && leftAt !== null && leftAt < beganAt) throw new Refusal('time-order')
  const was = (part === 'begin' ? visit.beganAt : visit.leftAt)?.toISOString() ?? null
  const correction = { exceptionId: held.id, part, at, reasonCode, note }
  const { presenceId } = await recordCorrection(tx, visit, correction, { userId: scope.userId, now })
  const told = { part, was, at: at.toISOString(), reasonCode, presenceId }
  const body = { exceptionId: held.id, rule: held.rule, ...told, note }
  const [before] = await tx.query<{ id: string }>(
    `select id from visit_entry where visit_id = $1 and kind = 'corrected' and body ->> 'part' = $2
     order by at desc, id desc limit 1`,
    [visit.id, part],
  )
  await addVisitEntry(tx, visit, {
    kind: 'corrected',
    userId: scope.userId,
    at: now,
    corrects: before?.id ?? null,
    body,
    facts: told,
  })
}

/** Whoever decided takes it back, and with a fix the end it gave; what was decided stays in the story. */
export async function undoException(
  tx: Tx,
  which: Which,
  { note }: { note: string },
  scope: Scope,
  now: Date,
): Promise<void> {
  const { visit, held, actor } = await begin(tx, which, 'undo', scope, now)
  const by = { userId: scope.userId, now }
  const next = held.state === 'fixed' ? await withdrawCorrections(tx, visit, held.id, by) : visit
  await store(tx, { visit: next, held, actor }, 'undo', { reasonCode: null, note })
}

/** Its caregiver says how it was. */
export async function disputeException(
  tx: Tx,
  which: Which,
  { text }: { text: string },
  scope: Scope,
  now: Date,
): Promise<void> {
  const { visit, held } = await begin(tx, which, 'dispute', scope, now)
  await tx.query(
    `update visit_exception set disputed_at = $2, disputed_by = $3, dispute = $4, row_version = row_version + 1
     where id = $1`,
    [held.id, now, scope.userId, text],
  )
  const body = { exceptionId: held.id, rule: held.rule }
  const kind = 'exception-disputed'
  await addVisitEntry(tx, visit, { kind, userId: scope.userId, at: now, body, facts: body, personal: { text } })
}

const decided = (action: 'fix' | 'acknowledge' | 'investigate' | 'undo') => (action === 'undo' ? null : action)

async function store(
  tx: Tx,
  { visit, held, actor }: { visit: HeldVisit; held: HeldException; actor: Actor },
  action: 'fix' | 'acknowledge' | 'investigate' | 'undo',
  { reasonCode, note }: Decision,
): Promise<void> {
  const { scope, now } = actor
  const by = action === 'undo' ? null : scope.userId
  await tx.query(
    `update visit_exception set state = $2, decision = $3, decided_by = $4, decided_at = $5, reason_code = $6, note = $7,
            row_version = row_version + 1 where id = $1`,
    [held.id, EXCEPTION_LEADS_TO[action], decided(action), by, action === 'undo' ? null : now, reasonCode, note],
  )
  const facts = { exceptionId: held.id, rule: held.rule, reasonCode, was: held.state }
  await addVisitEntry(tx, visit, {
    kind: `exception-${action}`,
    userId: scope.userId,
    at: now,
    body: { ...facts, note },
    facts,
  })
  await settleReadiness(tx, visit, scope.userId, now)
}

/** Looks at the visit of an exception again, now. Answers whether anything changed. */
export async function recheckException(tx: Tx, id: string, scope: Scope, now: Date): Promise<{ changed: boolean }> {
  const actor = await actorOf(tx, scope, now)
  const [of] = await tx.query<{ visitId: string }>('select visit_id as "visitId" from visit_exception where id = $1', [
    id,
  ])
  if (!of) throw new Refusal('not-found')
  const visit = await lockVisit(tx, of.visitId, actor)
  return { changed: await recheckVisit(tx, visit, scope.userId, now) }
}
