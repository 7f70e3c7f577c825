import { Prisma } from '@anju/prisma/generated/client'
import { slicedOf } from '../slice.ts'
import type { Source } from './source.ts'

interface Row {
  id: string
  elderId: string
  homeId: string
  validFrom: Date
  home: { id: string; address: string }
}

/** When she moved from one home to another. An elder has a handful, so all are read. */
export const moves: Source<'move'> = async ({ ask, whose, slice }) => {
  const rows = await ask<Row>(
    Prisma.sql`
      select residence.id::text, residence.elder_id::text as "elderId", residence.home_id::text as "homeId",
             residence.valid_from as "validFrom", jsonb_build_object('id', home.id, 'address', home.address) as home
      from residence join home on home.id = residence.home_id
      where residence.elder_id = any(${whose.elderIds}::uuid[]) order by residence.valid_from`,
    ['validFrom'],
  )
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
