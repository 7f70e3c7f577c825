import { slicedOf } from '../slice.ts'
import type { Source } from './source.ts'

/** When she moved from one home to another. An elder has a handful, so all are read. */
export const moves: Source<'move'> = async ({ db, whose, slice }) => {
  const rows = await db.residence.findMany({
    where: { elderId: { in: whose.elderIds } },
    include: { home: { select: { id: true, address: true } } },
    orderBy: { validFrom: 'asc' },
  })
  const entries = rows.flatMap((row, at) => {
    const before = rows.slice(0, at).findLast(({ elderId }) => elderId === row.elderId)
    if (before === undefined || before.homeId === row.homeId) return []
    const moved = row.validFrom.toISOString()
    return [
      {
        kind: 'move' as const,
        id: row.id,
        at: moved,
        deviceAt: null,
        receivedAt: moved,
        deviceId: null,
        from: before.home,
        to: row.home,
      },
    ]
  })
  return slicedOf(entries, slice)
}
