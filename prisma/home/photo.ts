import { PHOTO_BYTES_AT_MOST, photoTypeOf, PHOTOS_AT_MOST } from '@anju/domain/home/photo'
import { Refusal } from '@anju/domain/error'
import type { By } from '../elder/lock.ts'
import { recordChange } from '../history/apply.ts'
import { newId } from '../id.ts'
import { lockSubjects, type Tx } from '../tx.ts'

/**
 * Keeps a picture of a home's gate. Answers its id. Refuses `not-found` outside the scope, `photo-unreadable` for what
 * is no picture or too large, `photos-enough`.
 */
export async function addPhoto(
  tx: Tx,
  { homeId, bytes, caption }: { homeId: string; bytes: Buffer; caption: string },
  by: By,
): Promise<string> {
  const type = photoTypeOf(bytes)
  if (type === null || bytes.length > PHOTO_BYTES_AT_MOST) throw new Refusal('photo-unreadable')
  const home = await lockHome(tx, homeId, by)
  await requireRoom(tx, homeId)
  const id = newId(by.now)
  await tx.query(
    'insert into home_photo (id, home_id, type, bytes, caption, added_by, added_at) values ($1, $2, $3, $4, $5, $6, $7)',
    [id, homeId, type, bytes, caption.trim(), by.userId, by.now],
  )
  await told(tx, home, { action: 'photo-added', caption: caption.trim() }, by)
  return id
}

/** Takes a picture off, or puts it back: its bytes stay until the county's own time for such things is over. */
export async function showPhoto(
  tx: Tx,
  { homeId, photoId, shown }: { homeId: string; photoId: string; shown: boolean },
  by: By,
): Promise<void> {
  const home = await lockHome(tx, homeId, by)
  const [photo] = await tx.query<{ caption: string; removedAt: Date | null }>(
    'select caption, removed_at as "removedAt" from home_photo where id = $1 and home_id = $2',
    [photoId, homeId],
  )
  if (!photo) throw new Refusal('not-found')
  if ((photo.removedAt === null) === shown) return
  if (shown) await requireRoom(tx, homeId)
  await tx.query('update home_photo set removed_at = $2 where id = $1', [photoId, shown ? null : by.now])
  await told(tx, home, { action: shown ? 'photo-restored' : 'photo-removed', caption: photo.caption }, by)
}

interface HeldHome {
  id: string
  areaPath: string
}

async function lockHome(tx: Tx, id: string, by: By): Promise<HeldHome> {
  await lockSubjects(tx, [`home:${id}`])
  const [row] = await tx.query<HeldHome & Record<string, string>>(
    `select home.id, area.path as "areaPath" from home join area on area.id = home.area_id
     where home.id = $1 and starts_with(area.path, $2)`,
    [id, by.within],
  )
  if (!row) throw new Refusal('not-found')
  return row
}

async function requireRoom(tx: Tx, homeId: string): Promise<void> {
  const [row] = await tx.query<{ n: number }>(
    'select count(*)::integer as n from home_photo where home_id = $1 and removed_at is null',
    [homeId],
  )
  if ((row?.n ?? 0) >= PHOTOS_AT_MOST) throw new Refusal('photos-enough')
}

async function told(
  tx: Tx,
  home: HeldHome,
  { action, caption }: { action: string; caption: string },
  by: By,
): Promise<void> {
  const subject = `home:${home.id}`
  const [before, after] = action === 'photo-removed' ? [{ caption }, {}] : [{}, { caption }]
  await recordChange(tx, { subject, action, before, after, reason: '', userId: by.userId, now: by.now })
  const body = { homeId: home.id, fields: ['photos'] }
  tx.events.push({ at: by.now, topic: 'elder', name: 'home.changed', areaPath: home.areaPath, subject, body })
}
