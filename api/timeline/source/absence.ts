import { Prisma } from '@anju/prisma/generated/client'
import { slicedOf } from '../slice.ts'
import type { Source } from './source.ts'

interface Row {
  id: string
  kind: string
  awayFrom: Date
  awayTo: Date | null
  note: string
  createdAt: Date
}

/** When she left home for a while, and when she was back. An elder has a handful, so all are read. */
export const absences: Source<'absence'> = async ({ ask, whose, slice, now }) => {
  const rows = await ask<Row>(
    Prisma.sql`
      select id::text, kind, away_from as "awayFrom", away_to as "awayTo", note, created_at as "createdAt"
      from absence where elder_id = any(${whose.elderIds}::uuid[])`,
    ['awayFrom', 'awayTo', 'createdAt'],
  )
  const entries = rows.flatMap((row) => {
    const away = {
      kind: 'absence' as const,
      id: row.id,
      deviceAt: null,
      receivedAt: row.createdAt.toISOString(),
      deviceId: null,
      absence: row.kind,
      until: row.awayTo?.toISOString() ?? null,
      note: row.note,
    }
    const left = { ...away, step: 'left' as const, at: row.awayFrom.toISOString() }
    if (row.awayTo === null || row.awayTo > now) return [left]
    const at = row.awayTo.toISOString()
    return [left, { ...away, step: 'back' as const, at, receivedAt: at }]
  })
  return slicedOf(entries, slice)
}
