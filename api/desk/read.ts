import type { Scope } from '@anju/domain/access/scope'
import type { Db } from '@anju/prisma/reads'
import { SEAT_PRESENT_MS } from '@anju/domain/alarm/limits'
import type { Desk } from './schema.ts'

/**
 * What the strip at the top of the desk says. `presentSeats` are those an alarm in this area could reach: seats of
 * the area itself, of what lies above it, and of its parts.
 */
export async function readDesk(
  scope: Scope,
  db: Db,
  { sessionId, now }: { sessionId: string | null; now: Date },
): Promise<Omit<Desk, 'outside' | 'asOf'>> {
  const seats = await readPresentSeats(scope, db, now)
  const unowned = await db.alarm.findFirst({
    where: { areaPath: { startsWith: scope.areaPath }, state: 'raised' },
    orderBy: { raisedAt: 'asc' },
    select: { raisedAt: true },
  })
  const pressed = await db.alarm.findFirst({
    where: { areaPath: { startsWith: scope.areaPath }, lastPressAt: { not: null } },
    orderBy: { lastPressAt: 'desc' },
    select: { lastPressAt: true },
  })
  return {
    presentSeats: seats.length,
    armedHere: seats.some((seat) => seat.sessionId === sessionId),
    oldestUnownedAt: unowned?.raisedAt.toISOString() ?? null,
    lastPressAt: pressed?.lastPressAt?.toISOString() ?? null,
  }
}

/** The seats present now that hear something of this area. */
export async function readPresentSeats(scope: Scope, db: Db, now: Date): Promise<{ sessionId: string }[]> {
  const since = new Date(now.getTime() - SEAT_PRESENT_MS)
  return db.$queryRaw<{ sessionId: string }[]>`
    select seat.session_id as "sessionId"
    from seat
    join session on session.id = seat.session_id and session.revoked_at is null and session.expires_at > ${now}
    join app_user on app_user.id = seat.user_id and app_user.disabled_at is null
    where seat.beat_at > ${since} and seat.armed and seat.streaming
      and (starts_with(${scope.areaPath}, seat.area_path) or starts_with(seat.area_path, ${scope.areaPath}))`
}
