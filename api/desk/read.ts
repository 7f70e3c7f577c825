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
    where: { areaPath: { startsWith: scope.areaPath }, state: 'raised', kind: { not: 'probe' } },
    orderBy: { raisedAt: 'asc' },
    select: { raisedAt: true },
  })
  const pressed = await db.alarm.findFirst({
    where: {
      areaPath: { startsWith: scope.areaPath },
      lastPressAt: { not: null },
      kind: { not: 'probe' },
      drillId: null,
    },
    orderBy: { lastPressAt: 'desc' },
    select: { lastPressAt: true },
  })
  const probe = await db.alarm.findFirst({
    where: { areaPath: { startsWith: scope.areaPath }, kind: 'probe', resolvedAt: null },
    orderBy: { raisedAt: 'desc' },
    select: { id: true, presses: true, clockFrom: true },
  })
  return {
    openProbe: probe && { ...probe, clockFrom: probe.clockFrom.toISOString() },
    presentSeats: seats.length,
    armedHere: seats.some((seat) => seat.sessionId === sessionId),
    oldestUnownedAt: unowned?.raisedAt.toISOString() ?? null,
    lastPressAt: pressed?.lastPressAt?.toISOString() ?? null,
    lastTest: await readLastTest(scope, db),
  }
}

/** The last test press that arrived, our own or a person's, and how soon a desk showed it. */
async function readLastTest(scope: Scope, db: Db): Promise<Desk['lastTest']> {
  const [test] = await db.$queryRaw<{ receivedAt: Date; shownAt: Date | null }[]>`
    select t.received_at as "receivedAt",
           (select min(shown_at) from alarm_shown
            where alarm_shown.alarm_id = t.alarm_id and shown_at >= t.received_at) as "shownAt"
    from device_test t join device on device.id = t.device_id join area on area.id = device.area_id
    where t.received_at is not null and starts_with(area.path, ${scope.areaPath})
    order by t.started_at desc limit 1`
  const [probe] = await db.$queryRaw<{ receivedAt: Date; shownAt: Date | null }[]>`
    select probe.pressed_at as "receivedAt", raised.shown as "shownAt"
    from probe join area on area.id = probe.area_id
    left join lateral (
      select min(shown_at) as shown from alarm_shown join alarm on alarm.id = alarm_shown.alarm_id
      where alarm.device_id = probe.device_id and alarm.kind = 'probe' and alarm.raised_at >= probe.pressed_at) as raised on true
    where probe.acknowledged_at is not null and starts_with(area.path, ${scope.areaPath})
    order by probe.pressed_at desc limit 1`
  const last = probe && (!test || probe.receivedAt > test.receivedAt) ? probe : test
  if (!last) return null
  const { receivedAt, shownAt } = last
  const seconds = shownAt === null ? null : (shownAt.getTime() - receivedAt.getTime()) / 1000
  return { pressedAt: receivedAt.toISOString(), seconds }
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
