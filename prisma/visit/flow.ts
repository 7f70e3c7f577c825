import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import type { VisitAction } from '@anju/domain/visit/can'
import { afterReschedule, LEADS_TO } from '@anju/domain/visit/flow'
import { isWhole, type Signed } from '@anju/domain/visit/signature'
import { UNFINISHED, type VisitOutcome } from '@anju/domain/visit/kinds'
import { countPresences } from '../presence/count.ts'
import { acknowledgePresences } from '../presence/regrade.ts'
import { newId } from '../id.ts'
import type { Tx } from '../tx.ts'
import { clearVisitAlarms, rearmVisit } from './clock.ts'
import { addVisitEntry, type VisitEntry } from './entry.ts'
import { actorOf, type Actor, type HeldVisit, lockVisit, require } from './hold.ts'
import { type JointAct, lockJoint, partFrom } from './joint.ts'
import { settleReadiness } from './ready.ts'

/** What somebody does to a visit, and when: a phone that was cut off says it later. */
export interface Act {
  id: string
  /** Of a screen that showed the visit; a phone that was cut off has none. */
  version?: number | undefined
  deviceAt?: Date | null | undefined
}

/** Begins an act: under the locks, allowed by the table. */
async function begin(tx: Tx, act: Act, action: VisitAction, scope: Scope, now: Date): Promise<[HeldVisit, Actor]> {
  const actor = await actorOf(tx, scope, now)
  const held = await lockVisit(tx, act.id, actor)
  require(held, action, actor, act.version)
  return [held, actor]
}

/** Writes where an act led, with its entry. */
async function moveOn(
  tx: Tx,
  held: HeldVisit,
  entry: Pick<VisitEntry, 'kind' | 'body' | 'facts'> & { deviceAt?: Date | null | undefined },
  to: Partial<
    Pick<
      HeldVisit,
      'state' | 'caregiverId' | 'outcome' | 'inQuestion' | 'confirmedAt' | 'plannedFrom' | 'plannedTo' | 'jointId'
    >
  >,
  { scope, now }: Actor,
): Promise<HeldVisit> {
  const next = { ...held, ...to, version: held.version + 1 }
  await tx.query(
    `update visit set state = $2, caregiver_id = $3, outcome = $4, in_question = $5, confirmed_at = $6, planned_from = $7,
            planned_to = $8, version = $9, joint_id = $10 where id = $1`,
    [
      next.id,
      next.state,
      next.caregiverId,
      next.outcome,
      next.inQuestion,
      next.confirmedAt,
      next.plannedFrom,
      next.plannedTo,
      next.version,
      next.jointId,
    ],
  )
  await addVisitEntry(tx, next, { ...entry, userId: scope.userId, at: now, deviceAt: entry.deviceAt ?? null })
  return next
}

/** The caregiver accepts, or gives it back to the office with a reason. */
export async function answerVisit(
  tx: Tx,
  act: Act & { accepts: boolean; reason: string },
  scope: Scope,
  now: Date,
): Promise<void> {
  const [held, actor] = await begin(tx, act, act.accepts ? 'accept' : 'decline', scope, now)
  const { deviceAt, reason } = act
  if (act.accepts) await moveOn(tx, held, { kind: 'accepted', deviceAt }, { state: LEADS_TO.accept }, actor)
  else {
    const body = { reason, caregiverId: held.caregiverId }
    await moveOn(tx, held, { kind: 'declined', deviceAt, body }, { state: LEADS_TO.decline, caregiverId: null }, actor)
  }
}

/** Need, time and content were confirmed by telephone (P5.1). */
export async function confirmVisit(
  tx: Tx,
  act: Act & { spokeWith: string; note: string },
  scope: Scope,
  now: Date,
): Promise<void> {
  const [held, actor] = await begin(tx, act, 'confirm', scope, now)
  const { deviceAt, spokeWith, note } = act
  await moveOn(tx, held, { kind: 'confirmed', deviceAt, body: { spokeWith, note } }, { confirmedAt: now }, actor)
}

/**
 * Moves a visit to another time, and with it those of its joint visit that are meant; whoever was to go is asked again.
 * One that moves alone is walked together with nobody any more. Refuses `time-order`, and as `lockJoint` does.
 */
export async function rescheduleVisit(
  tx: Tx,
  act: JointAct & { plannedFrom: Date; plannedTo: Date; reason: string },
  scope: Scope,
  now: Date,
): Promise<void> {
  if (act.plannedTo <= act.plannedFrom) throw new Refusal('time-order')
  const actor = await actorOf(tx, scope, now)
  const { held, also, others } = await lockJoint(tx, act, 'reschedule', actor)
  const parted = also.length > 0 ? newId(now) : null
  const jointId = others.length === 0 ? held.jointId : parted
  for (const one of [held, ...also]) await moveTo(tx, one, { ...act, jointId }, actor)
  await partFrom(tx, others, act.reason, actor)
}

async function moveTo(
  tx: Tx,
  held: HeldVisit,
  {
    plannedFrom,
    plannedTo,
    reason,
    jointId,
  }: Pick<HeldVisit, 'plannedFrom' | 'plannedTo' | 'jointId'> & { reason: string },
  actor: Actor,
): Promise<void> {
  const state = afterReschedule(held.caregiverId)
  const body = {
    reason,
    before: { plannedFrom: held.plannedFrom, plannedTo: held.plannedTo },
    after: { plannedFrom, plannedTo },
    ...(held.jointId !== null && { together: held.jointId === jointId }),
  }
  const to = { state, plannedFrom, plannedTo, jointId, outcome: null, confirmedAt: null }
  const moved = await moveOn(tx, held, { kind: 'rescheduled', body }, to, actor)
  // who was sent away came and perhaps began: that was then
  const next = held.beganAt === null ? moved : await countPresences(tx, moved)
  await clearVisitAlarms(tx, held, ['caregiver-late', 'caregiver-missing'], 'rescheduled', actor.now)
  await rearmVisit(tx, next, actor.now)
}

/** Cancels a visit, and those of its joint visit that are meant. Refuses as `lockJoint` does. */
export async function cancelVisit(tx: Tx, act: JointAct & { reason: string }, scope: Scope, now: Date): Promise<void> {
  const actor = await actorOf(tx, scope, now)
  const { held, also } = await lockJoint(tx, act, 'cancel', actor)
  for (const one of [held, ...also]) {
    await moveOn(tx, one, { kind: 'cancelled', body: { reason: act.reason } }, { state: LEADS_TO.cancel }, actor)
    await clearVisitAlarms(tx, one, ['caregiver-late', 'caregiver-missing'], 'cancelled', now)
  }
}

/** On the way. Refuses `visit-unfinished` while another visit's flow is not ended (P5.3). */
export async function setOut(tx: Tx, act: Act, scope: Scope, now: Date): Promise<void> {
  const [held, actor] = await begin(tx, act, 'set-out', scope, now)
  const open = await loadUnfinished(tx, held)
  if (open !== null) throw new Refusal('visit-unfinished', undefined, { visitId: open })
  await moveOn(tx, held, { kind: 'set-out', deviceAt: act.deviceAt }, { state: LEADS_TO['set-out'] }, actor)
}

/** P5.3: one visit's flow ends before the next begins; a couple's joint visit is one. Answers the visit still open. */
export async function loadUnfinished(tx: Tx, held: HeldVisit): Promise<string | null> {
  const [other] = await tx.query<{ id: string }>(
    `select id from visit where caregiver_id = $1 and id <> $2 and state = any($3)
       and (joint_id is null or joint_id is distinct from $4) limit 1`,
    [held.caregiverId, held.id, UNFINISHED, held.jointId],
  )
  return other?.id ?? null
}

/** Refused, not home, in hospital, sent away: the caregiver stood at the door, and says what was met there. */
export async function turnAway(
  tx: Tx,
  act: Act & { outcome: VisitOutcome; said: string },
  scope: Scope,
  now: Date,
): Promise<void> {
  const [held, actor] = await begin(tx, act, 'turn-away', scope, now)
  const { outcome, said, deviceAt } = act
  const to = { state: LEADS_TO['turn-away'], outcome }
  const entry = { kind: 'turned-away' as const, deviceAt, body: { outcome, said }, facts: { outcome } }
  await moveOn(tx, held, entry, to, actor)
  await clearVisitAlarms(tx, held, ['caregiver-late', 'caregiver-missing', 'caregiver-inside-too-long'], outcome, now)
}

export interface Evaluation {
  /** Three faces with words. */
  face: 'good' | 'fair' | 'bad'
  said: string
  signed: Signed & { fileId: string | null }
  propertyChecked: boolean
}

/** The elder's own word, and a signature, on the spot (P5.3). Refuses `invalid-request` for one that does not count. */
export async function evaluateVisit(
  tx: Tx,
  act: Act & { evaluation: Evaluation },
  scope: Scope,
  now: Date,
): Promise<void> {
  const [held, actor] = await begin(tx, act, 'evaluate', scope, now)
  const { face, said, signed, propertyChecked } = act.evaluation
  if (!isWhole(signed)) throw new Refusal('invalid-request', 'Nobody says who signed, or who saw it.')
  await requireOwnSignature(tx, held.id, signed.fileId)
  const body = { face, said, signed, propertyChecked }
  const to = { state: LEADS_TO.evaluate }
  const { how, fileId } = signed
  const facts = { face, signed: { how, fileId }, propertyChecked }
  await moveOn(tx, held, { kind: 'evaluated', deviceAt: act.deviceAt, body, facts }, to, actor)
}

async function requireOwnSignature(tx: Tx, visitId: string, fileId: string | null): Promise<void> {
  if (fileId === null) return
  const [own] = await tx.query(`select id from visit_file where id = $1 and visit_id = $2 and kind = 'signature'`, [
    fileId,
    visitId,
  ])
  if (!own) throw new Refusal('not-found')
}

/** The provider phones afterwards, and agrees on the next visit (P5.3). */
export async function callBackVisit(
  tx: Tx,
  act: Act & { reached: boolean; satisfied: 'yes' | 'partly' | 'no' | null; note: string; next: string },
  scope: Scope,
  now: Date,
): Promise<void> {
  const [held, actor] = await begin(tx, act, 'call-back', scope, now)
  const { reached, satisfied, note, next } = act
  const to = { state: LEADS_TO['call-back'] }
  const called = await moveOn(tx, held, { kind: 'called-back', body: { reached, satisfied, note, next } }, to, actor)
  await settleReadiness(tx, called, scope.userId, now)
}

/**
 * Puts a visit in question, or settles the question with a reason: what contradicted its ends is explained
 * (`acknowledges`), and they are graded anew, or it stands.
 */
export async function questionVisit(
  tx: Tx,
  act: Act & { inQuestion: boolean; acknowledges: boolean; reason: string },
  scope: Scope,
  now: Date,
): Promise<void> {
  const { inQuestion, acknowledges, reason } = act
  const [held, actor] = await begin(tx, act, inQuestion ? 'question' : 'settle', scope, now)
  const kind = inQuestion ? 'questioned' : 'settled'
  const entry = { kind, body: { reason, acknowledges }, facts: { inQuestion, acknowledges } } as const
  const moved = await moveOn(tx, held, entry, { inQuestion }, actor)
  const next = acknowledges && !inQuestion ? await acknowledgePresences(tx, moved) : moved
  await settleReadiness(tx, next, scope.userId, now)
}

export async function noteVisit(tx: Tx, act: Act & { text: string }, scope: Scope, now: Date): Promise<void> {
  const [held] = await begin(tx, act, 'note', scope, now)
  const entry = {
    kind: 'note' as const,
    userId: scope.userId,
    at: now,
    deviceAt: act.deviceAt ?? null,
    body: { text: act.text },
  }
  await addVisitEntry(tx, held, entry)
}
