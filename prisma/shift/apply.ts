import { isRole, may } from '@anju/domain/access/role'
import { shiftTimes, writtenOf, dayAfter, instantOf, type WrittenShift } from '@anju/domain/access/roster'
import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { recordChange } from '../history/apply.ts'
import { newId } from '../id.ts'
import { sqlState } from '../sqlstate.ts'
import { lockSubjects, type Tx } from '../tx.ts'

/**
 * Plans a shift in the time zone of the person's own area. Refuses `not-found` for a user outside the scope,
 * `user-disabled`, `shift-not-a-seat`, `shift-invalid`, and `shift-overlaps` with the shift that is there.
 */
export async function planShift(
  tx: Tx,
  { userId, ...written }: WrittenShift & { userId: string },
  scope: Scope,
  now: Date,
): Promise<{ id: string }> {
  const person = await personOf(tx, userId, scope)
  const times = shiftTimes(written, person.timeZone)
  if (times === null) throw new Refusal('shift-invalid')
  await lockSubjects(tx, [`roster:${userId}`])
  await requireFree(tx, userId, times)
  const id = newId(now)
  await store(tx, { id, userId, areaId: person.areaId, ...times }, scope, now)
  await note(tx, { id, action: 'planned', userId, path: person.path, ...times }, scope, now)
  return { id }
}

/** Cancels a shift; twice is once. Refuses `not-found` outside the scope. */
export async function cancelShift(tx: Tx, id: string, scope: Scope, now: Date): Promise<void> {
  const shift = await heldShift(tx, id, scope)
  if (shift.cancelledAt !== null) return
  await tx.query('update shift set cancelled_at = $2 where id = $1', [id, now])
  await note(tx, { ...shift, action: 'cancelled' }, scope, now)
}

/**
 * Takes a cancellation back. Refuses as `planShift` does, and `shift-elsewhere` when the person works where this
 * desk's alarms are not theirs.
 */
export async function restoreShift(tx: Tx, id: string, scope: Scope, now: Date): Promise<void> {
  const shift = await heldShift(tx, id, scope)
  if (shift.cancelledAt === null) return
  const person = await personOf(tx, shift.userId, scope)
  if (!shift.path.startsWith(person.path)) throw new Refusal('shift-elsewhere')
  await requireFree(tx, shift.userId, shift)
  await tx.query('update shift set cancelled_at = null where id = $1', [id])
  await note(tx, { ...shift, action: 'restored' }, scope, now)
}

export interface Skipped extends WrittenShift {
  name: string
  reason: 'overlaps' | 'disabled' | 'not-a-seat' | 'invalid'
}

/**
 * Plans for the week from `monday` what was planned in the week before, at the same clock times. What does not fit is
 * answered, not forced. Done twice, the second time plans nothing.
 */
export async function copyWeek(
  tx: Tx,
  { monday, areaId }: { monday: string; areaId: string },
  scope: Scope,
  now: Date,
): Promise<{ copied: number; skipped: Skipped[] }> {
  const [area] = await tx.query<{ path: string; timeZone: string }>(
    'select path, time_zone as "timeZone" from area where id = $1 and starts_with(path, $2)',
    [areaId, scope.areaPath],
  )
  if (!area) throw new Refusal('not-found', 'There is no such area within yours.')
  const from = instantOf(dayAfter(monday, -7), '00:00', area.timeZone)
  const to = instantOf(monday, '00:00', area.timeZone)
  const earlier = await tx.query<Candidate>(
    `select shift.user_id as "userId", shift.starts_at as "startsAt", shift.ends_at as "endsAt",
            shift.area_id as "areaId", area.path, area.time_zone as "timeZone", app_user.name, app_user.role,
            app_user.disabled_at as "disabledAt", starts_with(stands.path, $4) as here
     from shift join area on area.id = shift.area_id join app_user on app_user.id = shift.user_id
       join area stands on stands.id = app_user.area_id
     where shift.cancelled_at is null and shift.starts_at >= $1 and shift.starts_at < $2 and starts_with(area.path, $3)
     order by shift.starts_at, shift.id`,
    [from, to, area.path, scope.areaPath],
  )
  await lockSubjects(
    tx,
    earlier.map(({ userId }) => `roster:${userId}`),
  )
  const skipped: Skipped[] = []
  for (const shift of earlier) {
    const reason = await copyOne(tx, shift, scope, now)
    const written = writtenOf(shift, shift.timeZone)
    if (reason !== null) skipped.push({ ...written, day: dayAfter(written.day, 7), name: shift.name, reason })
  }
  return { copied: earlier.length - skipped.length, skipped }
}

interface Candidate {
  userId: string
  startsAt: Date
  endsAt: Date
  areaId: string
  path: string
  timeZone: string
  name: string
  role: string
  disabledAt: Date | null
  /** Not moved out of the scope since. */
  here: boolean
}

async function copyOne(tx: Tx, shift: Candidate, scope: Scope, now: Date): Promise<Skipped['reason'] | null> {
  const { userId, areaId, path, timeZone } = shift
  if (shift.disabledAt !== null) return 'disabled'
  if (!shift.here || !isRole(shift.role) || !may(shift.role, 'hold-seat')) return 'not-a-seat'
  const written = writtenOf(shift, timeZone)
  const times = shiftTimes({ ...written, day: dayAfter(written.day, 7) }, timeZone)
  if (times === null) return 'invalid'
  if (await overlapping(tx, userId, times)) return 'overlaps'
  const id = newId(now)
  await store(tx, { id, userId, areaId, ...times }, scope, now)
  await note(tx, { id, action: 'planned', userId, path, ...times }, scope, now)
  return null
}

async function personOf(tx: Tx, userId: string, scope: Scope) {
  const [person] = await tx.query<{
    role: string
    areaId: string
    path: string
    timeZone: string
    disabledAt: Date | null
  }>(
    `select app_user.role, app_user.disabled_at as "disabledAt", area.id as "areaId", area.path,
            area.time_zone as "timeZone"
     from app_user join area on area.id = app_user.area_id
     where app_user.id = $1 and starts_with(area.path, $2) for share of app_user`,
    [userId, scope.areaPath],
  )
  if (!person) throw new Refusal('not-found', 'There is no such user within your area.')
  if (person.disabledAt !== null) throw new Refusal('user-disabled')
  if (!isRole(person.role) || !may(person.role, 'hold-seat')) throw new Refusal('shift-not-a-seat')
  return person
}

interface Times {
  startsAt: Date
  endsAt: Date
}

async function overlapping(tx: Tx, userId: string, { startsAt, endsAt }: Times): Promise<Times | undefined> {
  const [other] = await tx.query<{ startsAt: Date; endsAt: Date }>(
    `select starts_at as "startsAt", ends_at as "endsAt" from shift
     where user_id = $1 and cancelled_at is null and starts_at < $3 and ends_at > $2 order by starts_at limit 1`,
    [userId, startsAt, endsAt],
  )
  return other
}

async function requireFree(tx: Tx, userId: string, times: Times): Promise<void> {
  const other = await overlapping(tx, userId, times)
  if (!other) return
  const { startsAt, endsAt } = other
  throw new Refusal('shift-overlaps', undefined, { startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() })
}

async function store(
  tx: Tx,
  shift: Times & { id: string; userId: string; areaId: string },
  scope: Scope,
  now: Date,
): Promise<void> {
  const { id, userId, areaId, startsAt, endsAt } = shift
  try {
    await tx.query(
      `insert into shift (id, area_id, user_id, starts_at, ends_at, created_by, created_at)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [id, areaId, userId, startsAt, endsAt, scope.userId, now],
    )
  } catch (error) {
    // The constraint's own word, should anybody ever come past the lock.
    if (sqlState(error) === '23P01') throw new Refusal('shift-overlaps')
    throw error
  }
}

async function heldShift(tx: Tx, id: string, scope: Scope) {
  const [seen] = await tx.query<{ userId: string }>('select user_id as "userId" from shift where id = $1', [id])
  if (!seen) throw new Refusal('not-found')
  await lockSubjects(tx, [`roster:${seen.userId}`])
  const [held] = await tx.query<Times & { id: string; userId: string; path: string; cancelledAt: Date | null }>(
    `select shift.id, shift.user_id as "userId", shift.starts_at as "startsAt", shift.ends_at as "endsAt",
            shift.cancelled_at as "cancelledAt", area.path
     from shift join area on area.id = shift.area_id where shift.id = $1 and starts_with(area.path, $2)`,
    [id, scope.areaPath],
  )
  if (!held) throw new Refusal('not-found')
  return held
}

async function note(
  tx: Tx,
  shift: Times & { id: string; action: string; userId: string; path: string },
  scope: Scope,
  now: Date,
): Promise<void> {
  const { id, action, path } = shift
  const said = { startsAt: shift.startsAt.toISOString(), endsAt: shift.endsAt.toISOString() }
  await recordChange(tx, {
    subject: `user:${shift.userId}`,
    action: `shift-${action}`,
    before: action === 'cancelled' ? said : {},
    after: action === 'cancelled' ? {} : said,
    reason: '',
    userId: scope.userId,
    now,
  })
  tx.events.push({
    at: now,
    topic: 'staff',
    name: `shift.${action}`,
    areaPath: path,
    subject: `user:${shift.userId}`,
    body: { shiftId: id, userId: shift.userId },
  })
}
