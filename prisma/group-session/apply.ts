import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { afterSessionStep, SESSION_FACTS, sessionMayChange, type SessionState } from '@anju/domain/visit/group-session'
import { heldCaregiver } from '../caregiver/apply.ts'
import { recordChange } from '../history/apply.ts'
import { lastChangeOf } from '../history/changed-by.ts'
import { differ } from '../history/differ.ts'
import { newId } from '../id.ts'
import { heldProvider } from '../provider/apply.ts'
import { heldElders } from '../provider/served.ts'
import { lockSubjects, type Tx } from '../tx.ts'
import { requireContract } from '../visit/plan.ts'

export interface SessionFacts {
  title: string
  place: string
  caregiverId: string | null
  plannedFrom: Date
  plannedTo: Date
  note: string
}

/**
 * Plans a session for many at a village hall (P2.5), which is never paid as home visits. Refuses `not-found` outside
 * the scope or for another's caregiver, `provider-closed`, `time-order`, `no-contract`.
 */
export async function planSession(
  tx: Tx,
  session: SessionFacts & { providerId: string; areaId: string },
  scope: Scope,
  now: Date,
): Promise<{ id: string }> {
  const { providerId, areaId, title, place, caregiverId, plannedFrom, plannedTo, note } = session
  const provider = await heldProvider(tx, providerId, scope)
  if (provider.closedAt !== null) throw new Refusal('provider-closed')
  const [area] = await tx.query<{ path: string; timeZone: string }>(
    'select path, time_zone as "timeZone" from area where id = $1 and starts_with(path, $2)',
    [areaId, scope.areaPath],
  )
  if (!area) throw new Refusal('not-found', 'There is no such area within yours.')
  requireOrder(session)
  await requireContract(tx, providerId, { areaPath: area.path, timeZone: area.timeZone }, plannedFrom)
  await requireCaregiver(tx, { caregiverId, providerId }, scope)
  const id = newId(now)
  await tx.query(
    `insert into group_session (id, area_id, provider_id, caregiver_id, title, place, planned_from, planned_to, state,
                                note, made_by, made_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 'planned', $9, $10, $11)`,
    [id, areaId, providerId, caregiverId, title, place, plannedFrom, plannedTo, note, scope.userId, now],
  )
  const after = { ...said(session), provider: provider.name }
  await record(tx, { id, path: area.path, action: 'planned', after }, scope, now)
  return { id }
}

export type SessionChange = { [Fact in keyof SessionFacts]?: SessionFacts[Fact] | undefined } & {
  id: string
  version: number
  /** Held, cancelled, or planned again. */
  state?: SessionState | undefined
}

/**
 * Changes a session, or says that it was held or is cancelled. Refuses `not-found` outside the scope,
 * `changed-meanwhile`, `time-order`, `session-state`, `session-begun` for what is a fact once it began, `no-contract` for
 * a time no contract covers, and `time-ahead` for one that is said to be held before it begins.
 */
export async function changeSession(tx: Tx, change: SessionChange, scope: Scope, now: Date): Promise<void> {
  const held = await lockSession(tx, change, scope)
  const was = { ...said(held), state: held.state }
  const { plannedFrom, plannedTo, ...rest } = change
  const wanted = { ...rest, plannedFrom: plannedFrom?.toISOString(), plannedTo: plannedTo?.toISOString() }
  const { before, after, any } = differ<typeof was>(was, wanted)
  if (!any) return
  const to = { ...held, ...rest, plannedFrom: plannedFrom ?? held.plannedFrom, plannedTo: plannedTo ?? held.plannedTo }
  const next = { ...was, ...after }
  const begun = held.plannedFrom <= now
  const may = sessionMayChange(held.state, begun)
  if (SESSION_FACTS.some((fact) => after[fact] !== undefined && !may.includes(fact))) {
    throw new Refusal(held.state === 'planned' ? 'session-begun' : 'session-state')
  }
  if (next.state !== held.state && !afterSessionStep(held.state, next.state)) throw new Refusal('session-state')
  if (next.state === 'held' && to.plannedFrom > now) throw new Refusal('time-ahead')
  requireOrder(to)
  if (after.plannedFrom !== undefined) {
    await requireContract(tx, held.providerId, { areaPath: held.path, timeZone: held.timeZone }, to.plannedFrom)
  }
  if (after.caregiverId !== undefined) await requireCaregiver(tx, { ...held, caregiverId: next.caregiverId }, scope)
  await tx.query(
    `update group_session set title = $2, place = $3, caregiver_id = $4, planned_from = $5, planned_to = $6, note = $7,
            state = $8, version = version + 1
     where id = $1`,
    [held.id, next.title, next.place, next.caregiverId, to.plannedFrom, to.plannedTo, next.note, next.state],
  )
  const action = after.state ?? 'changed'
  const told = { before: await named(tx, before), after: await named(tx, after) }
  await record(tx, { id: held.id, path: held.path, action, ...told }, scope, now)
}

/** A change as its history tells it: who leads is told by name. */
async function named<Change extends { caregiverId?: string | null }>(
  tx: Tx,
  { caregiverId, ...rest }: Change,
): Promise<object> {
  if (caregiverId === undefined) return rest
  const [caregiver] = await tx.query<{ name: string }>('select name from caregiver where id = $1', [caregiverId])
  return { ...rest, caregiver: caregiver?.name ?? null }
}

/**
 * Notes who was there: all of them at once, of the version that was seen. Nobody is noted before it begins. Refuses
 * `not-found` for an elder outside its area or the scope, `changed-meanwhile`, `session-state`, `time-ahead`.
 */
export async function noteAttendance(
  tx: Tx,
  { id, version, elderIds }: { id: string; version: number; elderIds: readonly string[] },
  scope: Scope,
  now: Date,
): Promise<void> {
  const held = await lockSession(tx, { id, version }, scope)
  if (held.state === 'cancelled') throw new Refusal('session-state')
  if (held.plannedFrom > now) throw new Refusal('time-ahead')
  const there = await tx.query<{ id: string; name: string }>(
    `select elder.id, elder.name from attendance join elder on elder.id = attendance.elder_id where session_id = $1`,
    [id],
  )
  const wanted = [...new Set(elderIds)]
  const came = wanted.filter((elderId) => !there.some((one) => one.id === elderId))
  const gone = there.filter((one) => !wanted.includes(one.id))
  if (came.length === 0 && gone.length === 0) return
  const added = await heldElders(tx, { elderIds: came, within: held.path }, scope)
  await tx.query('delete from attendance where session_id = $1 and elder_id = any ($2)', [
    id,
    gone.map((one) => one.id),
  ])
  await tx.query(
    `insert into attendance (session_id, elder_id, noted_by, noted_at) select $1, elder_id, $3, $4
     from unnest($2::uuid[]) as came (elder_id)`,
    [id, came, scope.userId, now],
  )
  await tx.query('update group_session set version = version + 1 where id = $1', [id])
  const names = (elders: readonly { name: string }[]): string => elders.map(({ name }) => name).join('、')
  const [before, after] = [{ attendance: names(gone) }, { attendance: names(added) }]
  await record(tx, { id, path: held.path, action: 'attendance-noted', before, after }, scope, now)
}

type Held = SessionFacts & {
  id: string
  providerId: string
  state: SessionState
  path: string
  timeZone: string
  version: number
}

async function lockSession(tx: Tx, { id, version }: { id: string; version: number }, scope: Scope): Promise<Held> {
  await lockSubjects(tx, [`group-session:${id}`])
  const [held] = await tx.query<Held>(
    `select s.id, s.provider_id as "providerId", s.title, s.place, s.caregiver_id as "caregiverId",
            s.planned_from as "plannedFrom", s.planned_to as "plannedTo", s.note, s.state, s.version, area.path,
            area.time_zone as "timeZone"
     from group_session s join area on area.id = s.area_id
     where s.id = $1 and starts_with(area.path, $2) and ($3::uuid is null or s.provider_id = $3)
     for no key update of s`,
    [id, scope.areaPath, scope.providerId],
  )
  if (!held) throw new Refusal('not-found')
  if (held.version !== version) {
    const current = { ...said(held), state: held.state, version: held.version }
    throw new Refusal('changed-meanwhile', undefined, { current, ...(await lastChangeOf(tx, `group-session:${id}`)) })
  }
  return held
}

function requireOrder({ plannedFrom, plannedTo }: Pick<SessionFacts, 'plannedFrom' | 'plannedTo'>): void {
  if (plannedTo <= plannedFrom) throw new Refusal('time-order')
}

async function requireCaregiver(
  tx: Tx,
  { caregiverId, providerId }: { caregiverId: string | null; providerId: string },
  scope: Scope,
): Promise<void> {
  if (caregiverId === null) return
  const caregiver = await heldCaregiver(tx, caregiverId, scope)
  if (caregiver.providerId !== providerId) throw new Refusal('not-found', 'This caregiver works elsewhere.')
  if (caregiver.leftAt !== null) throw new Refusal('caregiver-left')
}

function said({ title, place, caregiverId, plannedFrom, plannedTo, note }: SessionFacts) {
  const [from, to] = [plannedFrom.toISOString(), plannedTo.toISOString()]
  return { title, place, caregiverId, plannedFrom: from, plannedTo: to, note }
}

async function record(
  tx: Tx,
  change: { id: string; path: string; action: string; before?: object; after: object },
  { userId }: Scope,
  now: Date,
): Promise<void> {
  const { id, action, path } = change
  const subject = `group-session:${id}`
  const [before, after] = [{ ...change.before }, { ...change.after }]
  await recordChange(tx, { subject, action, before, after, reason: '', userId, now })
  const body = { sessionId: id }
  tx.events.push({ at: now, topic: 'group-session', name: `group-session.${action}`, areaPath: path, subject, body })
}
