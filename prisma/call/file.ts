import type { CallCategory, CallDirection, CallOutcome } from '@anju/domain/call/call'
import { Refusal } from '@anju/domain/error'
import { addEntries, loadAlarm, tell } from '../alarm/store.ts'
import { type By, requireVersion } from '../elder/lock.ts'
import { recordChange } from '../history/apply.ts'
import { differ } from '../history/differ.ts'
import { newId } from '../id.ts'
import type { MasterKey } from '../key.ts'
import { lockSubjects, type Tx } from '../tx.ts'
import { insertCall, tellCall } from './apply.ts'

/** What is written down about a call. */
export interface Filing {
  category: CallCategory
  outcome: CallOutcome
  note: string
  /** Whom it was about; null: nobody on the roster. */
  elderId: string | null
  alarmId: string | null
}

interface HeldCall extends Omit<Filing, 'category' | 'outcome'> {
  id: string
  category: string | null
  outcome: string | null
  userId: string | null
  filedAt: Date | null
  version: number
  areaId: string
  areaPath: string
}

/**
 * Files a call, or corrects what was filed; either stands in its history. Refuses `not-found` outside the scope, for
 * elder and alarm too, and `changed-meanwhile`.
 */
export async function fileCall(
  tx: Tx,
  { id, version, filing, reason }: { id: string; version: number; filing: Partial<Filing>; reason: string },
  by: By,
): Promise<void> {
  await lockSubjects(tx, [`call:${id}`])
  const [held] = await tx.query<HeldCall & Record<string, unknown>>(
    `select call.id, call.category, call.outcome, call.note, call.elder_id as "elderId", call.alarm_id as "alarmId",
            call.user_id as "userId", call.filed_at as "filedAt", call.version, area.id as "areaId",
            area.path as "areaPath"
     from call join area on area.id = call.area_id
     where call.id = $1 and starts_with(area.path, $2) for no key update of call`,
    [id, by.within],
  )
  if (!held) throw new Refusal('not-found')
  requireVersion(held, version)
  const { category, outcome, note, elderId, alarmId } = held
  const was = { category, outcome, note, elderId, alarmId }
  const { before, after, any } = differ<typeof was>(was, filing)
  const next = { ...was, ...after }
  if (next.category === null || next.outcome === null) throw new Refusal('call-not-filed')
  if (!any && held.filedAt !== null) return
  const area = await areaOfFiling(tx, next, by.within)
  await tx.query(
    `update call set category = $2, outcome = $3, note = $4, elder_id = $5, alarm_id = $6, area_id = $7,
            user_id = coalesce(user_id, $8), filed_at = coalesce(filed_at, $9), version = version + 1 where id = $1`,
    [
      id,
      next.category,
      next.outcome,
      next.note,
      next.elderId,
      next.alarmId,
      area?.id ?? held.areaId,
      by.userId,
      by.now,
    ],
  )
  const action = held.filedAt === null ? 'filed' : 'corrected'
  const change = { before, after, reason, userId: by.userId, now: by.now }
  await recordChange(tx, { subject: `call:${id}`, action, ...change })
  if (after.alarmId) await noteOnAlarm(tx, { callId: id, alarmId: after.alarmId }, by)
  const told = { id, areaPath: area?.path ?? held.areaPath }
  tellCall(tx, told, action, by.now, { elderId: next.elderId, alarmId: next.alarmId, version: held.version + 1 })
}

/** Where a filed call belongs: with whom it is about. Null: where it was. Refuses `not-found`. */
async function areaOfFiling(
  tx: Tx,
  { elderId, alarmId }: { elderId: string | null; alarmId: string | null },
  within: string,
): Promise<{ id: string; path: string } | null> {
  if (alarmId !== null) {
    const [alarm] = await tx.query('select id from alarm where id = $1 and starts_with(area_path, $2)', [
      alarmId,
      within,
    ])
    if (!alarm) throw new Refusal('not-found', 'There is no such alarm in your area.')
  }
  if (elderId === null) return null
  const [area] = await tx.query<{ id: string; path: string }>(
    `select area.id, area.path from elder join home on home.id = elder.home_id join area on area.id = home.area_id
     where elder.id = $1 and starts_with(area.path, $2)`,
    [elderId, within],
  )
  if (!area) throw new Refusal('not-found', 'There is no such elder in your area.')
  return area
}

/** A call stands in the story of the alarm it was about. */
async function noteOnAlarm(tx: Tx, { callId, alarmId }: { callId: string; alarmId: string }, by: By): Promise<void> {
  const alarm = await loadAlarm(tx, alarmId)
  if (!alarm) return
  addEntries(tx, [{ alarmId, at: by.now, kind: 'call', userId: by.userId, body: { callId } }])
  tell(tx, alarm, 'note', by.now)
}

/** A call of a telephone that no exchange tells of. */
export interface EnteredCall extends Filing {
  direction: CallDirection
  /** As `readNumber` gives it. */
  number: string | null
  beganAt: Date
  /** Spoken; 0: nobody answered. */
  lengthS: number
}

/** A clock in the office may run a little ahead of ours. */
const AHEAD_MS = 2 * 60_000

/** Writes down a call by hand, filed at once. Refuses as `fileCall` does, and `time-ahead`. */
export async function enterCall(tx: Tx, key: MasterKey, call: EnteredCall, by: By): Promise<{ id: string }> {
  const { direction, number, beganAt, lengthS, category, outcome, note, elderId, alarmId } = call
  if (beganAt.getTime() > by.now.getTime() + AHEAD_MS) throw new Refusal('time-ahead')
  const area = (await areaOfFiling(tx, call, by.within)) ?? (await ownArea(tx, by.within))
  const id = newId(by.now)
  const endedAt = new Date(beganAt.getTime() + lengthS * 1000)
  await insertCall(tx, key, {
    id,
    direction,
    source: 'manual',
    externalId: null,
    number,
    beganAt,
    answeredAt: lengthS > 0 ? beganAt : null,
    endedAt,
    areaId: area.id,
    elderId,
    alarmId,
    userId: by.userId,
    now: by.now,
  })
  await tx.query('update call set category = $2, outcome = $3, note = $4, filed_at = $5 where id = $1', [
    id,
    category,
    outcome,
    note,
    by.now,
  ])
  const after = { category, outcome, note, elderId, alarmId }
  await recordChange(tx, {
    subject: `call:${id}`,
    action: 'entered',
    before: {},
    after,
    reason: '',
    userId: by.userId,
    now: by.now,
  })
  if (alarmId !== null) await noteOnAlarm(tx, { callId: id, alarmId }, by)
  tellCall(tx, { id, areaPath: area.path }, 'entered', by.now, { direction, elderId, alarmId })
  return { id }
}

async function ownArea(tx: Tx, within: string): Promise<{ id: string; path: string }> {
  const [area] = await tx.query<{ id: string; path: string }>('select id, path from area where path = $1', [within])
  if (!area) throw new Refusal('not-found')
  return area
}
