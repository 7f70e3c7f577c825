import { slicedOf } from '../slice.ts'
import type { Source } from './source.ts'

/** When she left home for a while, and when she was back. An elder has a handful, so all are read. */
export const absences: Source<'absence'> = async ({ db, whose, slice, now }) => {
  const rows = await db.absence.findMany({ where: { elderId: { in: whose.elderIds } } })
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
