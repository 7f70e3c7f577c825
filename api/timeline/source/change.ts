import type { Prisma } from '@anju/prisma/generated/client'
import { UNDO } from '@anju/prisma/history/last'
import { sliced } from '../slice.ts'
import { each, type Source } from './source.ts'

/** Told by the moves and absences themselves. */
const toldElsewhere = ['moved', 'absent', 'back']

/** Changes of her file and of her homes while she lived there: who, what, why. */
export const changes: Source<'change'> = async ({ db, whose, slice }) => {
  const subjects = [
    ...whose.elderIds.map((id) => ({ of: 'elder' as const, subject: `elder:${id}`, from: null, to: null })),
    ...whose.stays.map(({ homeId, from, to }) => ({ of: 'home' as const, subject: `home:${homeId}`, from, to })),
  ]
  return each(subjects, async ({ of, subject, ...span }) => {
    const { where, ...rest } = sliced('at', slice, span)
    const rows = await db.recordChange.findMany({
      where: { subject, action: { notIn: toldElsewhere }, ...where },
      include: { user: { select: { id: true, name: true } } },
      ...rest,
    })
    return rows.map((row) => ({
      kind: 'change',
      of,
      id: row.id,
      at: row.at.toISOString(),
      deviceAt: null,
      receivedAt: row.at.toISOString(),
      deviceId: null,
      user: row.user,
      reason: row.reason,
      action: row.action,
      before: fieldsOf(row.before),
      after: fieldsOf(row.after),
    }))
  })
}

/** Without how to take it back, which is the platform's own business. */
function fieldsOf(value: Prisma.JsonValue): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {}
  return Object.fromEntries(Object.entries(value).filter(([field]) => field !== UNDO))
}
