import { Prisma } from '@anju/prisma/generated/client'
import { plannedOnce, type Db } from '@anju/prisma/reads'
import { nearFirst, slicedSql } from '../slice.ts'
import { columnsOf } from '../whose.ts'
import type { Source } from './source.ts'

interface Tap {
  id: string
  at: Date
  deviceAt: Date | null
  receivedAt: Date
  deviceId: string
  uid: string | null
  marks: string[]
}

/** Tags read in her homes while she lived there, with whose badge or which door a tag was at that time. */
export const taps: Source<'tap'> = async ({ db, whose, slice, now }) => {
  const { from, to } = columnsOf(whose.stays)
  const rows = await nearFirst(slice, now, (part, arrivedSince) => {
    const { where, order } = slicedSql(Prisma.sql`at`, Prisma.sql`id`, part)
    return db.$queryRaw<Tap[]>`
      select one.* from unnest(${whose.stays.map(({ homeId }) => homeId)}::uuid[], ${from}::timestamptz[],
        ${to}::timestamptz[]) as stay (home_id, "from", "to") cross join lateral (
        select id::text, at, device_at as "deviceAt", received_at as "receivedAt", device_id as "deviceId", uid, marks
        from tap
        where home_id = stay.home_id and at >= coalesce(stay."from", '-infinity')
          and at < coalesce(stay."to", 'infinity') and received_at >= ${arrivedSince}::timestamptz
          and ${where} ${order}) as one ${plannedOnce}`
  })
  const tagOf = await tagsOf(db, rows)
  return rows.map((row) => {
    const tag = tagOf(row)
    const { caregiver, home, label = '' } = tag ?? {}
    return {
      kind: 'tap',
      id: row.id,
      at: row.at.toISOString(),
      deviceAt: row.deviceAt?.toISOString() ?? null,
      receivedAt: row.receivedAt.toISOString(),
      deviceId: row.deviceId,
      uid: row.uid,
      marks: row.marks,
      badge: caregiver ? { id: caregiver.id, name: caregiver.name, provider: caregiver.provider.name, label } : null,
      door: home ? { id: home.id, address: home.address, label } : null,
    }
  })
}

async function tagsOf(db: Db, rows: readonly Tap[]) {
  const uids = [...new Set(rows.flatMap(({ uid }) => (uid === null ? [] : [written(uid)])))]
  const tags = await db.tag.findMany({
    where: { uid: { in: uids } },
    include: {
      home: { select: { id: true, address: true } },
      caregiver: { select: { id: true, name: true, provider: { select: { name: true } } } },
    },
    orderBy: { createdAt: 'desc' },
  })
  // A number may have been another's tag before: the one that was in use then, else the newest.
  return ({ uid, at }: Tap) => {
    const known = uid === null ? [] : tags.filter((tag) => tag.uid === written(uid))
    return known.find((tag) => tag.createdAt <= at && (tag.revokedAt === null || at < tag.revokedAt)) ?? known[0]
  }
}

/** As tags are kept, whatever way a reader writes them. */
const written = (uid: string): string => uid.replace(/[^0-9a-f]/gi, '').toUpperCase()
