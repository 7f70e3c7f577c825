import { opensFilesOnDuty } from '@anju/domain/access/role'
import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { type PhotoType, photoTypes } from '@anju/domain/home/photo'
import type { Db } from '@anju/prisma/reads'
import { SESSION_MS } from '@anju/prisma/session/apply'
import type { HomePhoto } from './photo-schema.ts'

/** In the scope, or of an open alarm in it: whoever must answer finds the gate, even where she has moved. */
const seen = (scope: Scope) => {
  const path = { startsWith: scope.areaPath }
  return { OR: [{ area: { path } }, { alarms: { some: { areaPath: path, resolvedAt: null } } }] }
}

/** Refuses `not-found` unless one may see this home's pictures. */
export async function readPhotosPlace(scope: Scope, db: Db, homeId: string): Promise<void> {
  const home = await db.home.findFirst({ where: { id: homeId, ...seen(scope) }, select: { id: true } })
  if (!home) throw new Refusal('not-found')
}

/** A home's pictures, the oldest first. */
export async function readPhotos(scope: Scope, db: Db, homeId: string): Promise<HomePhoto[]> {
  const rows = await db.homePhoto.findMany({
    where: { homeId, removedAt: null, home: seen(scope) },
    select: { id: true, caption: true, addedAt: true, addedById: true },
    orderBy: [{ addedAt: 'asc' }, { id: 'asc' }],
  })
  const by = await db.appUser.findMany({
    where: { id: { in: rows.flatMap(({ addedById }) => addedById ?? []) } },
    select: { id: true, name: true },
  })
  return rows.map(({ id, caption, addedAt, addedById }) => ({
    id,
    caption,
    addedAt: addedAt.toISOString(),
    addedBy: by.find((user) => user.id === addedById) ?? null,
  }))
}

/**
 * A picture's bytes. An image cannot send a reason: outside one's duty it is shown to whoever opened the home's file,
 * or that of somebody who lives there, in this session. Refuses `not-found`, `reason-required`.
 */
export async function readPhotoBytes(
  scope: Scope,
  db: Db,
  { homeId, photoId, now }: { homeId: string; photoId: string; now: Date },
): Promise<{ type: PhotoType; bytes: Uint8Array }> {
  const row = await db.homePhoto.findFirst({
    where: { id: photoId, homeId, removedAt: null, home: seen(scope) },
    select: { type: true, bytes: true, home: { select: { elders: { select: { id: true } } } } },
  })
  const type = photoTypes.find((one) => one === row?.type)
  if (!row || type === undefined) throw new Refusal('not-found')
  if (!opensFilesOnDuty(scope.role)) {
    const subjects = [`home:${homeId}`, ...row.home.elders.map(({ id }) => `elder:${id}`)]
    const opened = await db.accessLog.findFirst({
      where: {
        userId: scope.userId,
        action: 'open-file',
        subject: { in: subjects },
        at: { gt: new Date(now.getTime() - SESSION_MS) },
      },
      select: { id: true },
    })
    if (!opened) throw new Refusal('reason-required')
  }
  return { type, bytes: row.bytes }
}
