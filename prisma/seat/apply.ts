import { SEAT_PRESENT_MS } from '@anju/domain/alarm/limits'
import { Refusal } from '@anju/domain/error'
import type { Tx } from '../tx.ts'

export interface Beat {
  /** A UUID the browser made for itself. */
  seatId: string
  userId: string
  sessionId: string
  /** The user's scope: which alarms this seat hears. */
  areaPath: string
  /** Sound is on and was proven to play. */
  armed: boolean
  /** The event stream is alive. */
  streaming: boolean
  now: Date
}

/**
 * Stores a seat's beat, taking the seat in with its first one. A beat is not an event: desks ask for the count.
 * Refuses `not-allowed` when the seat is another user's.
 */
export async function beatSeat(tx: Tx, beat: Beat): Promise<void> {
  const kept = await tx.query(
    `insert into seat (id, user_id, session_id, area_path, armed, streaming, beat_at) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (id) do update
       set session_id = excluded.session_id, area_path = excluded.area_path, armed = excluded.armed,
           streaming = excluded.streaming, beat_at = greatest(seat.beat_at, excluded.beat_at)
       where seat.user_id = excluded.user_id
     returning id`,
    [beat.seatId, beat.userId, beat.sessionId, beat.areaPath, beat.armed, beat.streaming, beat.now],
  )
  if (kept.length === 0) throw new Refusal('not-allowed', 'This seat belongs to somebody else.')
}

/** The browser says goodbye: the seat is absent at once. Another user's seat is left alone; an unknown one is no error. */
export async function leaveSeat(tx: Tx, { seatId, userId }: { seatId: string; userId: string }): Promise<void> {
  await tx.query('update seat set armed = false, streaming = false where id = $1 and user_id = $2', [seatId, userId])
}

/** Refuses `not-allowed` when the seat is another user's; a seat not heard of yet may be anybody's. */
export async function requireOwnSeat(tx: Tx, { seatId, userId }: { seatId: string; userId: string }): Promise<void> {
  const [seat] = await tx.query<{ userId: string }>('select user_id as "userId" from seat where id = $1', [seatId])
  if (seat && seat.userId !== userId) throw new Refusal('not-allowed', 'This seat belongs to somebody else.')
}

export interface PresentSeat {
  id: string
  userId: string
  areaPath: string
}

/**
 * The seats that would hear an alarm in `areaPath` at `now`: signed in, sound armed, stream alive (promise 11).
 */
export async function presentSeats(db: Pick<Tx, 'query'>, areaPath: string, now: Date): Promise<PresentSeat[]> {
  return db.query<{ id: string; userId: string; areaPath: string }>(
    `select seat.id, seat.user_id as "userId", seat.area_path as "areaPath" ${PRESENT} and starts_with($3, seat.area_path)`,
    [now, heardSince(now), areaPath],
  )
}

/** How many seats are present at `now`, by the area each hears. */
export async function presentByArea(db: Pick<Tx, 'query'>, now: Date): Promise<Map<string, number>> {
  const rows = await db.query<{ areaPath: string; seats: number }>(
    `select seat.area_path as "areaPath", count(*)::integer as seats ${PRESENT} group by seat.area_path`,
    [now, heardSince(now)],
  )
  return new Map(rows.map(({ areaPath, seats }) => [areaPath, seats]))
}

const PRESENT = `
  from seat
  join session on session.id = seat.session_id and session.revoked_at is null and session.expires_at > $1
  join app_user on app_user.id = seat.user_id and app_user.disabled_at is null
  where seat.beat_at > $2 and seat.armed and seat.streaming`

function heardSince(now: Date): Date {
  return new Date(now.getTime() - SEAT_PRESENT_MS)
}
