import { canonicalJson } from '@anju/domain/canonical'
import type { Tx } from '../tx.ts'

/** What was really said of an end, as it came: none of it is ever changed, whatever it is taken for later. */
export interface RawPresence {
  id: string
  way: string
  at: Date
  deviceAt: Date | null
  receivedAt: Date
  caregiverId: string | null
  homeId: string | null
  tagId: string | null
  uid: string | null
  counter: number | null
  tapId: string | null
  deviceId: string | null
  userId: string | null
  phoneId: string | null
  message: Uint8Array | null
  position: unknown
  reasonCode: string | null
  note: string
}

/** As it stands in evidence: dates and the message (hex) as text. */
export function rawOf(presence: RawPresence): Record<string, unknown> {
  const { id, way, at, deviceAt, receivedAt, caregiverId, homeId, tagId, uid, counter, tapId, deviceId } = presence
  const { userId, phoneId, message, position, reasonCode, note } = presence
  return {
    id,
    way,
    at: at.toISOString(),
    deviceAt: deviceAt?.toISOString() ?? null,
    receivedAt: receivedAt.toISOString(),
    caregiverId,
    homeId,
    tagId,
    uid,
    counter,
    tapId,
    deviceId,
    userId,
    phoneId,
    message: message === null ? null : Buffer.from(message).toString('hex'),
    position: position ?? null,
    reasonCode,
    note,
  }
}

/** The raw facts of these presences as the chain commits to them, by id. */
export async function loadRaws(tx: Pick<Tx, 'query'>, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.query<RawPresence & Record<string, unknown>>(
    `select id, way, at, device_at as "deviceAt", received_at as "receivedAt", caregiver_id as "caregiverId",
            home_id as "homeId", tag_id as "tagId", uid, counter, tap_id as "tapId", device_id as "deviceId",
            user_id as "userId", phone_id as "phoneId", message, position, reason_code as "reasonCode", note
     from presence where id = any($1)`,
    [ids],
  )
  return new Map(rows.map((row) => [row.id, canonicalJson(rawOf(row))]))
}

export async function loadRaw(tx: Pick<Tx, 'query'>, id: string): Promise<string> {
  const raw = (await loadRaws(tx, [id])).get(id)
  if (raw === undefined) throw new Error(`presence ${id} is not there`)
  return raw
}
