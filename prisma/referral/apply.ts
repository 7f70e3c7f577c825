import {
  afterStep,
  isClosed,
  type ReferralKind,
  type ReferralState,
  type ReferralStep,
} from '@anju/domain/referral/referral'
import { Refusal } from '@anju/domain/error'
import { type By, requireVersion } from '../elder/lock.ts'
import { recordChange } from '../history/apply.ts'
import { differ } from '../history/differ.ts'
import { newId } from '../id.ts'
import { lockSubjects, type Tx } from '../tx.ts'

export interface NewReferral {
  kind: ReferralKind
  what: string
  handedTo: string
  dueAt: Date | null
  /** null: a caller who is not on the roster. */
  elderId: string | null
  callId: string | null
  alarmId: string | null
}

/**
 * Opens a referral (P6.3), handed on at once where it is said to whom. Refuses `not-found` for an elder, call or alarm
 * outside the scope.
 */
export async function openReferral(tx: Tx, referral: NewReferral, by: By): Promise<{ id: string }> {
  const area = await areaOf(tx, referral, by.within)
  const id = newId(by.now)
  const state: ReferralState = referral.handedTo === '' ? 'open' : 'handed-on'
  const { elderId, callId, alarmId, kind, what, handedTo, dueAt } = referral
  await tx.query(
    `insert into referral (id, area_id, elder_id, call_id, alarm_id, kind, what, handed_to, state, due_at, opened_by,
                           opened_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [id, area.id, elderId, callId, alarmId, kind, what, handedTo, state, dueAt, by.userId, by.now],
  )
  const after = { kind, what, handedTo, state, dueAt: dueAt?.toISOString() ?? null }
  await record(tx, { id, action: 'opened', before: {}, after, reason: '' }, by)
  tellReferral(tx, { id, elderId, areaPath: area.path }, 'opened', state, by.now)
  return { id }
}

/** Where it belongs: with whom it is for, else with its call or alarm, else with who opens it. */
async function areaOf(tx: Tx, of: NewReferral, within: string): Promise<{ id: string; path: string }> {
  const asked = [
    [
      of.elderId,
      `select area.id, area.path from elder join home on home.id = elder.home_id join area on area.id = home.area_id
       where elder.id = $1 and starts_with(area.path, $2)`,
    ],
    [
      of.callId,
      `select area.id, area.path from call join area on area.id = call.area_id
       where call.id = $1 and starts_with(area.path, $2)`,
    ],
    [of.alarmId, `select area_id as id, area_path as path from alarm where id = $1 and starts_with(area_path, $2)`],
  ] as const
  const found: { id: string; path: string }[] = []
  for (const [id, select] of asked) {
    if (id === null) continue
    const [area] = await tx.query<{ id: string; path: string }>(select, [id, within])
    if (!area) throw new Refusal('not-found')
    found.push(area)
  }
  const own = await tx.query<{ id: string; path: string }>('select id, path from area where path = $1', [within])
  const area = found.find(({ id }) => id !== null) ?? own[0]
  if (!area) throw new Refusal('not-found')
  return area
}

interface HeldReferral {
  id: string
  areaPath: string
  elderId: string | null
  state: ReferralState
  kind: ReferralKind
  what: string
  handedTo: string
  dueAt: Date | null
  result: string
  version: number
}

async function lockReferral(tx: Tx, id: string, version: number, within: string): Promise<HeldReferral> {
  await lockSubjects(tx, [`referral:${id}`])
  const [held] = await tx.query<HeldReferral & Record<string, unknown>>(
    `select referral.id, area.path as "areaPath", referral.elder_id as "elderId", referral.state, referral.kind,
            referral.what, referral.handed_to as "handedTo", referral.due_at as "dueAt", referral.result,
            referral.version
     from referral join area on area.id = referral.area_id
     where referral.id = $1 and starts_with(area.path, $2) for no key update of referral`,
    [id, within],
  )
  if (!held) throw new Refusal('not-found')
  requireVersion(held, version)
  return held
}

export interface ReferralChange {
  kind?: ReferralKind | undefined
  what?: string | undefined
  handedTo?: string | undefined
  dueAt?: Date | null | undefined
}

/** Changes what a referral says; a closed one is reopened first. Refuses `not-found`, `changed-meanwhile`, `referral-closed`. */
export async function changeReferral(
  tx: Tx,
  { id, version, change, reason }: { id: string; version: number; change: ReferralChange; reason: string },
  by: By,
): Promise<void> {
  const held = await lockReferral(tx, id, version, by.within)
  if (isClosed(held.state)) throw new Refusal('referral-closed')
  const { kind, what, handedTo, dueAt } = held
  const was = { kind, what, handedTo, dueAt: dueAt?.toISOString() ?? null }
  const wanted = { ...change, dueAt: change.dueAt === undefined ? undefined : (change.dueAt?.toISOString() ?? null) }
  const { before, after, any } = differ<typeof was>(was, wanted)
  if (!any) return
  const next = { ...was, ...after }
  await tx.query(
    'update referral set kind = $2, what = $3, handed_to = $4, due_at = $5, version = version + 1 where id = $1',
    [id, next.kind, next.what, next.handedTo, next.dueAt],
  )
  await record(tx, { id, action: 'changed', before, after, reason }, by)
  tellReferral(tx, held, 'changed', held.state, by.now)
}

export interface StepTaken {
  id: string
  version: number
  step: ReferralStep
  /** To whom it is handed on. */
  handedTo?: string | undefined
  /** How it ended, or why it was dropped or reopened. */
  result: string
}

/** Takes a referral a step on, as `domain/referral` allows. Refuses as `changeReferral` does, and `referral-open`. */
export async function stepReferral(tx: Tx, { id, version, step, handedTo, result }: StepTaken, by: By): Promise<void> {
  const held = await lockReferral(tx, id, version, by.within)
  const verdict = afterStep[held.state][step]
  if (!verdict.allowed) throw new Refusal(verdict.reason)
  const { state } = verdict
  const closes = isClosed(state)
  const was = { state: held.state, handedTo: held.handedTo, result: held.result }
  const { before, after } = differ<typeof was>(was, {
    state,
    handedTo: step === 'hand-on' ? handedTo : undefined,
    result: closes ? result : undefined,
  })
  const next = { ...was, ...after }
  await tx.query(
    `update referral set state = $2, handed_to = $3, result = $4, closed_by = $5, closed_at = $6,
            version = version + 1 where id = $1`,
    [id, state, next.handedTo, next.result, closes ? by.userId : null, closes ? by.now : null],
  )
  await record(tx, { id, action: step, before, after, reason: closes ? '' : result }, by)
  tellReferral(tx, held, step, state, by.now)
}

async function record(
  tx: Tx,
  change: { id: string; action: string; before: object; after: object; reason: string },
  by: By,
): Promise<void> {
  const { id, action, reason } = change
  const [before, after] = [{ ...change.before }, { ...change.after }]
  await recordChange(tx, { subject: `referral:${id}`, action, before, after, reason, userId: by.userId, now: by.now })
}

function tellReferral(
  tx: Tx,
  { id, elderId, areaPath }: { id: string; elderId: string | null; areaPath: string },
  name: string,
  state: ReferralState,
  now: Date,
): void {
  tx.events.push({
    at: now,
    topic: 'referral',
    name: `referral.${name}`,
    areaPath,
    subject: `referral:${id}`,
    body: { referralId: id, elderId, state },
  })
}
