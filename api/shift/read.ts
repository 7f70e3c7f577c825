import { SEAT_PRESENT_MS } from '@anju/domain/alarm/limits'
import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import type { Db } from '@anju/prisma/reads'
import type { Duty, ShiftRow } from './schema.ts'

/** A week of a large desk, with some to spare; a roster is not paged. */
const MAX_SHIFTS = 2000

/** The shifts that touch the time between `from` and `to`, in order; cancelled ones are gone. */
export async function readShifts(
  scope: Scope,
  db: Db,
  { from, to, areaId }: { from: Date; to: Date; areaId: string | undefined },
): Promise<ShiftRow[]> {
  const top = areaId === undefined ? null : await db.area.findFirst({ where: { id: areaId }, select: { path: true } })
  const rows = await db.shift.findMany({
    where: {
      cancelledAt: null,
      startsAt: { lt: to },
      endsAt: { gt: from },
      AND: [
        { area: { path: { startsWith: scope.areaPath } } },
        ...(areaId === undefined ? [] : [{ area: { path: { startsWith: top?.path ?? '/none/' } } }]),
      ],
    },
    include: { user: true, area: true },
    orderBy: [{ startsAt: 'asc' }, { id: 'asc' }],
    take: MAX_SHIFTS,
  })
  return rows.map(toShift)
}

/** One shift that is not cancelled. Refuses `not-found`. */
export async function readShift(scope: Scope, db: Db, id: string): Promise<ShiftRow> {
  const row = await db.shift.findFirst({
    where: { id, cancelledAt: null, area: { path: { startsWith: scope.areaPath } } },
    include: { user: true, area: true },
  })
  if (!row) throw new Refusal('not-found')
  return toShift(row)
}

function toShift(row: {
  id: string
  startsAt: Date
  endsAt: Date
  user: { id: string; name: string; disabledAt: Date | null }
  area: { id: string; name: string; timeZone: string }
}): ShiftRow {
  const { id, user, area } = row
  return {
    id,
    user: { id: user.id, name: user.name },
    area: { id: area.id, name: area.name },
    timeZone: area.timeZone,
    startsAt: row.startsAt.toISOString(),
    endsAt: row.endsAt.toISOString(),
    disabled: user.disabledAt !== null,
  }
}

/**
 * Who should be at the desk now, of those whose desk hears something of this area, and whether they are. A running
 * shift with nobody of all on duty present is unmanned.
 */
export async function readDuty(scope: Scope, db: Db, now: Date): Promise<Duty> {
  const since = new Date(now.getTime() - SEAT_PRESENT_MS)
  const shifts = await db.$queryRaw<
    { userId: string; name: string; startsAt: Date; endsAt: Date; running: boolean; present: boolean }[]
  >`
    select u.id as "userId", u.name, shift.starts_at as "startsAt", shift.ends_at as "endsAt",
           shift.starts_at <= ${now} as running,
           exists (select from seat join session on session.id = seat.session_id
                   where seat.user_id = u.id and seat.beat_at > ${since} and seat.armed and seat.streaming
                     and session.revoked_at is null and session.expires_at > ${now}) as present
    from shift join app_user u on u.id = shift.user_id join area on area.id = shift.area_id
    where shift.cancelled_at is null and shift.ends_at > ${now} and u.disabled_at is null
      and shift.starts_at < ${new Date(now.getTime() + 86_400_000)}
      and (starts_with(area.path, ${scope.areaPath}) or starts_with(${scope.areaPath}, area.path))
    order by shift.starts_at, u.name limit 100`
  const own = await db.area.findFirst({ where: { path: scope.areaPath }, select: { timeZone: true } })
  const running = shifts.filter((shift) => shift.running)
  const [first] = running
  const next = shifts.find((shift) => !shift.running)
  return {
    timeZone: own?.timeZone ?? 'Asia/Shanghai',
    onDuty: running.map((shift) => ({ ...told(shift), present: shift.present })),
    unmanned:
      first && !running.some(({ present }) => present)
        ? { startsAt: first.startsAt.toISOString(), endsAt: first.endsAt.toISOString() }
        : null,
    next: next ? told(next) : null,
  }
}

function told({ userId, name, startsAt, endsAt }: { userId: string; name: string; startsAt: Date; endsAt: Date }) {
  return { user: { id: userId, name }, startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() }
}
