import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import type { VisitEntryKind } from '@anju/domain/visit/entry'
import {
  canLook,
  endingOf,
  LOOK_STATES,
  LOOK_STAYS_MS,
  type LookAction,
  type LookConsent,
  type LookEnding,
  type LookFinding,
  type LookRefusal,
  type LookState,
  mayAskForLook,
} from '@anju/domain/visit/video-look'
import { armDeadline, closeDeadline, type DueDeadline, rearm } from '../deadline/apply.ts'
import { newId } from '../id.ts'
import type { Tx } from '../tx.ts'
import { addVisitEntry } from '../visit/entry.ts'
import { actorOf, type HeldVisit, loadVisit, lockVisit } from '../visit/hold.ts'

interface HeldLook {
  id: string
  askedBy: string
  state: LookState
  ending: LookEnding | null
  finding: LookFinding | null
  /** Since when it has been in this state. */
  since: Date
}

/** Supervision asks to see a visit. Refuses `not-found`, `visit-state`, and `look-open` while another look is under way. */
export async function askForLook(
  tx: Tx,
  { visitId, note }: { visitId: string; note: string },
  scope: Scope,
  now: Date,
): Promise<{ id: string }> {
  if (scope.userId === null) throw new Refusal('not-allowed') // a program has no eyes
  const visit = await lockVisit(tx, visitId, await actorOf(tx, scope, now))
  const answer = mayAskForLook(visit, now)
  if (!answer.allowed) throw new Refusal(answer.reason, undefined, { state: visit.state })
  const [open] = await tx.query('select id from video_look where visit_id = $1 and ended_at is null', [visitId])
  if (open) throw new Refusal('look-open')
  const id = newId(now)
  await tx.query('insert into video_look (id, visit_id, asked_by, asked_at, note) values ($1, $2, $3, $4, $5)', [
    ...[id, visitId, scope.userId, now, note],
  ])
  arm(tx, visit, id, 'asked', now)
  await tell(tx, visit, { lookId: id, kind: 'look-asked', note }, scope.userId, now)
  return { id }
}

/** The elder agreed, or who speaks for her; `offer`: how the phone is reached. */
export async function agreeToLook(
  tx: Tx,
  { id, consent, offer }: { id: string; consent: LookConsent; offer: string },
  scope: Scope,
  now: Date,
): Promise<void> {
  const { visit, look } = await begin(tx, id, 'agree', scope, now)
  await tx.query(`update video_look set state = 'agreed', consent = $2, agreed_at = $3, offer = $4 where id = $1`, [
    ...[id, consent, now, offer],
  ])
  await restart(tx, visit, look, 'agreed', now)
  await tell(tx, visit, { lookId: id, kind: 'look-agreed', facts: { consent } }, scope.userId, now)
}

/** The elder does not wish it, or it cannot be: that is her right, and no mark against anybody. */
export async function refuseLook(
  tx: Tx,
  { id, refusal }: { id: string; refusal: LookRefusal },
  scope: Scope,
  now: Date,
): Promise<void> {
  const { visit } = await begin(tx, id, 'refuse', scope, now)
  await finish(tx, visit, id, { ending: 'refused', refusal, by: scope.userId }, now)
}

/** The one who asked answers the phone's offer: the two browsers now find each other, or do not. */
export async function answerLook(
  tx: Tx,
  { id, answer }: { id: string; answer: string },
  scope: Scope,
  now: Date,
): Promise<void> {
  await begin(tx, id, 'answer', scope, now)
  await tx.query('update video_look set answer = $2 where id = $1', [id, answer])
}

/** Pictures arrive: only now somebody looks. */
export async function connectLook(tx: Tx, { id }: { id: string }, scope: Scope, now: Date): Promise<void> {
  const { visit, look } = await begin(tx, id, 'connect', scope, now)
  await tx.query(`update video_look set state = 'connected', connected_at = $2 where id = $1`, [id, now])
  await restart(tx, visit, look, 'connected', now)
  await tell(tx, visit, { lookId: id, kind: 'look-connected' }, scope.userId, now)
}

/** Either of the two ends it. */
export async function endLook(tx: Tx, { id }: { id: string }, scope: Scope, now: Date): Promise<void> {
  const { visit, look } = await begin(tx, id, 'end', scope, now)
  if (look.state === 'ended') throw new Refusal('look-state')
  const ending = endingOf(look.state, look.askedBy === scope.userId ? 'asker' : 'caregiver')
  await finish(tx, visit, id, { ending, refusal: null, by: scope.userId }, now)
}

/** What was seen, in the words of the one who looked. */
export async function fileLook(
  tx: Tx,
  { id, finding, note }: { id: string; finding: LookFinding; note: string },
  scope: Scope,
  now: Date,
): Promise<void> {
  const { visit } = await begin(tx, id, 'find', scope, now)
  await tx.query('update video_look set finding = $2, finding_note = $3 where id = $1', [id, finding, note])
  await tell(tx, visit, { lookId: id, kind: 'look-filed', facts: { finding }, note }, scope.userId, now)
}

/** Nobody answered in time, or it has lasted long enough. The caller holds the elder's lock. */
export async function decideLook(tx: Tx, due: DueDeadline, now: Date): Promise<void> {
  const held = await load(tx, due.ref)
  if (!held || held.look.state === 'ended') return closeDeadline(tx, due, 'moot', { why: 'ended' }, now)
  const { look, visitId } = held
  if (look.state === 'ended') return
  const until = new Date(look.since.getTime() + LOOK_STAYS_MS[look.state])
  if (until > now) return rearm(tx, due, until)
  const visit = await loadVisit(tx, visitId)
  if (!visit) return closeDeadline(tx, due, 'moot', { why: 'gone' }, now)
  const ending = endingOf(look.state, 'time')
  await finish(tx, visit, look.id, { ending, refusal: null, by: null }, now)
  await closeDeadline(tx, due, 'done', { ending }, now)
}

/** Under the visit's lock, allowed by the table. A look outside the scope is not found. */
async function begin(
  tx: Tx,
  id: string,
  action: LookAction,
  scope: Scope,
  now: Date,
): Promise<{ visit: HeldVisit; look: HeldLook }> {
  const actor = await actorOf(tx, scope, now)
  const seen = await load(tx, id)
  if (!seen) throw new Refusal('not-found')
  const visit = await lockVisit(tx, seen.visitId, actor)
  const held = await load(tx, id)
  if (!held) throw new Refusal('not-found')
  const user = { id: scope.userId ?? '', caregiverId: actor.caregiverId }
  const answer = canLook({ ...held.look, caregiverId: visit.caregiverId }, user)[action]
  if (!answer.allowed) throw new Refusal(answer.reason, undefined, { state: held.look.state })
  return { visit, look: held.look }
}

async function load(tx: Tx, id: string): Promise<{ visitId: string; look: HeldLook } | undefined> {
  const [row] = await tx.query<Omit<HeldLook, 'state'> & { visitId: string; state: string }>(
    `select id, visit_id as "visitId", asked_by as "askedBy", state, ending, finding,
            coalesce(connected_at, agreed_at, asked_at) as since
     from video_look where id = $1`,
    [id],
  )
  const state = LOOK_STATES.find((one) => one === row?.state)
  return row && state ? { visitId: row.visitId, look: { ...row, state } } : undefined
}

function arm(tx: Tx, visit: HeldVisit, id: string, state: Exclude<LookState, 'ended'>, now: Date): void {
  const dueAt = new Date(now.getTime() + LOOK_STAYS_MS[state])
  armDeadline(tx, { kind: 'look-over', ref: id, subject: `elder:${visit.elderId}`, dueAt })
}

/** A state has a time of its own: the question that is pending moves with it. */
async function restart(
  tx: Tx,
  visit: HeldVisit,
  { id }: HeldLook,
  state: Exclude<LookState, 'ended'>,
  now: Date,
): Promise<void> {
  await tx.query(
    `update deadline set state = 'moot', decided_at = $2, verdict = '{"why": "moved"}'
     where kind = 'look-over' and ref = $1 and state = 'pending'`,
    [id, now],
  )
  arm(tx, visit, id, state, now)
}

async function finish(
  tx: Tx,
  visit: HeldVisit,
  id: string,
  { ending, refusal, by }: { ending: LookEnding; refusal: LookRefusal | null; by: string | null },
  now: Date,
): Promise<void> {
  const [look] = await tx.query<{ connectedAt: Date | null }>(
    `update video_look set state = 'ended', ending = $2, refusal = $3, ended_by = $4, ended_at = $5, offer = null,
            answer = null where id = $1 returning connected_at as "connectedAt"`,
    [id, ending, refusal, by, now],
  )
  const seconds = look?.connectedAt ? Math.round((now.getTime() - look.connectedAt.getTime()) / 1000) : null
  await tell(tx, visit, { lookId: id, kind: 'look-ended', facts: { ending, refusal, seconds } }, by, now)
}

/** Into the visit's story, and with it the elder's chain of evidence: who looked, who agreed, and what was found. */
async function tell(
  tx: Tx,
  visit: HeldVisit,
  what: {
    lookId: string
    kind: `look-${string}` & VisitEntryKind
    facts?: Record<string, unknown>
    note?: string
  },
  userId: string | null,
  now: Date,
): Promise<void> {
  const { lookId, kind, facts = {}, note = '' } = what
  const body = { lookId, ...facts, ...(note !== '' && { note }) }
  await addVisitEntry(tx, visit, { kind, userId, at: now, body })
}
