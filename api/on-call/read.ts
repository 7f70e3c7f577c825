import type { Scope } from '@anju/domain/access/scope'
import type { Db } from '@anju/prisma/reads'
import type { OnCallList } from './schema.ts'

/** The lists within a scope, by the area's place in the tree; an area without one of its own is not among them. */
export async function readOnCall(scope: Scope, db: Db): Promise<OnCallList[]> {
  const rows = await db.onCall.findMany({
    where: { removedAt: null, area: { path: { startsWith: scope.areaPath } } },
    include: {
      area: { select: { id: true, name: true, path: true } },
      user: { select: { name: true, phone: true, disabledAt: true } },
    },
    orderBy: [{ area: { path: 'asc' } }, { rank: 'asc' }],
  })
  return [...Map.groupBy(rows, ({ areaId }) => areaId).values()].flatMap((people) => {
    const [first] = people
    if (!first) return []
    const { id, name } = first.area
    return [
      {
        area: { id, name },
        people: people.map(({ id, userId, user, afterMin }) => ({
          id,
          userId,
          name: user.name,
          afterMin,
          reachable: user.phone !== '' && user.disabledAt === null,
        })),
      },
    ]
  })
}
