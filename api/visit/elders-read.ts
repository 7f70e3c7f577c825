import { opensFilesOnDuty } from '@anju/domain/access/role'
import type { Scope } from '@anju/domain/access/scope'
import { maskName } from '@anju/domain/elder/name'
import type { Db } from '@anju/prisma/reads'
import type { ElderToVisit } from './office-schema.ts'

/**
 * Whom a visit can be planned for, by a part of the name: of a provider's own user only where a contract in force sends
 * it. Those who live together stand beside each other, for a joint visit.
 */
export async function readEldersToVisit(
  scope: Scope,
  db: Db,
  { search, limit }: { search: string; limit: number },
  now: Date,
): Promise<ElderToVisit[]> {
  const sent =
    scope.providerId === null
      ? null
      : await db.contract.findMany({
          where: {
            providerId: scope.providerId,
            endedAt: null,
            // a day is over everywhere half a day later
            OR: [{ validTo: null }, { validTo: { gte: new Date(now.getTime() - 86_400_000) } }],
          },
          select: { area: { select: { path: true } } },
        })
  const alive = { diedOn: null, mergedIntoId: null }
  const rows = await db.elder.findMany({
    where: {
      ...alive,
      name: { contains: search },
      home: {
        area: {
          path: { startsWith: scope.areaPath },
          ...(sent && { OR: sent.map(({ area }) => ({ path: { startsWith: area.path } })) }),
        },
      },
    },
    select: {
      id: true,
      name: true,
      home: {
        select: {
          id: true,
          address: true,
          area: { select: { id: true, name: true } },
          elders: { where: alive, select: { id: true, name: true }, orderBy: { id: 'asc' } },
        },
      },
    },
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
    take: limit,
  })
  const nameOf = (name: string): string => (opensFilesOnDuty(scope.role) ? name : maskName(name))
  return rows.map(({ id, name, home }) => ({
    id,
    name: nameOf(name),
    address: home.address,
    area: home.area,
    household: home.elders.filter((other) => other.id !== id).map((other) => ({ ...other, name: nameOf(other.name) })),
  }))
}
