import type { SunMessage } from '@anju/domain/proof/sun'
import { armDeadlines, closeDeadline, type DueDeadline } from '../deadline/apply.ts'
import type { MasterKey } from '../key.ts'
import type { Tx } from '../tx.ts'
import { recordPresence } from './apply.ts'
import { readReaderTag } from './read-tag.ts'

/** A door reader's tap is stored as it came; what it says of a visit is decided by the worker, at once. */
export function armTaps(tx: Tx, taps: readonly { id: string; receivedAt: Date }[]): void {
  armDeadlines(
    tx,
    taps.map(({ id, receivedAt }) => ({ kind: 'tap-read', ref: id, subject: `tap:${id}`, dueAt: receivedAt })),
  )
}

interface StoredTap {
  id: string
  deviceId: string
  homeId: string | null
  deviceAt: Date | null
  receivedAt: Date
  marks: string[]
  uid: string | null
  sun: SunMessage | null
  areaPath: string
}

/** Whose badge was read at which door, and what that says of a visit. */
export async function decideTap(tx: Tx, due: DueDeadline, now: Date, key: MasterKey): Promise<void> {
  const [tap] = await tx.query<StoredTap & Record<string, unknown>>(
    `select tap.id, tap.device_id as "deviceId", tap.home_id as "homeId", tap.device_at as "deviceAt",
            tap.received_at as "receivedAt", tap.marks, tap.uid, tap.sun, area.path as "areaPath"
     from tap join device on device.id = tap.device_id
       left join home on home.id = tap.home_id join area on area.id = coalesce(home.area_id, device.area_id)
     where tap.id = $1 and device.purpose = 'care'`,
    [due.ref],
  )
  if (!tap) return closeDeadline(tx, due, 'moot', { why: 'gone' }, now)
  const read = await readReaderTag(tx, key, tap)
  const recorded = await recordPresence(tx, {
    way: 'reader',
    part: null,
    visitId: null,
    tappedAt: tap.marks.includes('skewed') ? null : tap.deviceAt,
    sentAt: null,
    receivedAt: tap.receivedAt,
    read,
    homeId: tap.homeId,
    caregiverId: read.tag?.caregiverId ?? null,
    userId: null,
    from: tap.deviceId,
    phone: null,
    position: null,
    reason: null,
    note: '',
    message: Buffer.from(JSON.stringify({ uid: tap.uid, sun: tap.sun })),
    key: null,
    tap: { id: tap.id, deviceId: tap.deviceId },
    now,
  })
  const { presenceIds, visitIds } = recorded
  await closeDeadline(tx, due, 'done', { presenceIds, visitIds }, now)
}
