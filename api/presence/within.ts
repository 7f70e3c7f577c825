import type { Scope } from '@anju/domain/access/scope'
import type { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import { visitsWithin } from '../visit/row.ts'

/**
 * Taps that belong to no visit are those of the scope's doors, readers and badges, and of a caregiver their own; others
 * are their visits'.
 */
export function presencesWithin(scope: Scope): Prisma.PresenceWhereInput {
  const area = { path: { startsWith: scope.areaPath } }
  const places: Prisma.PresenceWhereInput[] = [{ home: { area } }, { homeId: null, device: { area } }]
  const badges: Prisma.PresenceWhereInput = {
    caregiver: { provider: { area, ...(scope.providerId !== null && { id: scope.providerId }) } },
  }
  const own =
    scope.role === 'caregiver'
      ? [{ caregiver: { users: { some: { id: scope.userId ?? '' } } } }]
      : scope.providerId === null
        ? [...places, badges]
        : [badges]
  return { OR: [{ visit: visitsWithin(scope) }, { visitId: null, OR: own }] }
}

/** Whose taps are looked through, wherever they are listed. */
export interface PresencesNarrowed {
  providerId: string | undefined
  areaId: string | undefined
  caregiverId: string | undefined
  /** When the platform received them. */
  from: Date | undefined
  to: Date | undefined
}

/** Those within the scope that are narrowed to. A tap without a visit is where its door is, else its badge's office, else its reader. */
export async function presencesNarrowed(
  scope: Scope,
  db: Db,
  { providerId, areaId, caregiverId, from, to }: PresencesNarrowed,
): Promise<Prisma.PresenceWhereInput> {
  const narrowed: Prisma.PresenceWhereInput[] = [presencesWithin(scope)]
  if (providerId !== undefined) {
    narrowed.push({ OR: [{ visit: { providerId } }, { visitId: null, caregiver: { providerId } }] })
  }
  if (areaId !== undefined) {
    const found = await db.area.findUnique({ where: { id: areaId }, select: { path: true } })
    const path = { startsWith: found?.path ?? '-' }
    const area = { path }
    const doorless = { visitId: null, homeId: null }
    narrowed.push({
      OR: [
        { visit: { areaPath: path } },
        { visitId: null, home: { area } },
        { ...doorless, caregiver: { provider: { area } } },
        { ...doorless, caregiverId: null, device: { area } },
      ],
    })
  }
  if (caregiverId !== undefined) narrowed.push({ OR: [{ caregiverId }, { visit: { caregiverId } }] })
  if (from !== undefined || to !== undefined) {
    narrowed.push({ receivedAt: { ...(from && { gte: from }), ...(to && { lt: to }) } })
  }
  return { AND: narrowed }
}
