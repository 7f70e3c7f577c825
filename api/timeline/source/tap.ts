import { Prisma } from '@anju/prisma/generated/client'
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
  /** Of the tag that bore this number then, else of the newest. */
  label: string | null
  badge: { id: string; name: string; provider: string } | null
  door: { id: string; address: string } | null
}

/** Tags read in her homes while she lived there, with whose badge or which door a tag was at that time. */
export const taps: Source<'tap'> = async ({ ask, whose, slice, now }) => {
  const { from, to } = columnsOf(whose.stays)
  const rows = await nearFirst(slice, now, (part, arrivedSince) => {
    const { where, order } = slicedSql(Prisma.sql`at`, Prisma.sql`id`, part)
    return ask<Tap>(
      Prisma.sql`
      select one.*, tag.label, tag.badge, tag.door from unnest(${whose.stays.map(({ homeId }) => homeId)}::uuid[], ${from}::timestamptz[],
        ${to}::timestamptz[]) as stay (home_id, "from", "to") cross join lateral (
        select id::text, at, device_at as "deviceAt", received_at as "receivedAt", device_id as "deviceId", uid, marks
        from tap
        where home_id = stay.home_id and at >= coalesce(stay."from", '-infinity')
          and at < coalesce(stay."to", 'infinity') and received_at >= ${arrivedSince}::timestamptz
          and ${where} ${order}) as one
        left join lateral (
          select tag.label,
                 case when caregiver.id is not null then jsonb_build_object('id', caregiver.id, 'name', caregiver.name,
                                                                            'provider', provider.name) end as badge,
                 case when home.id is not null then jsonb_build_object('id', home.id, 'address', home.address) end as door
          from tag left join home on home.id = tag.home_id left join caregiver on caregiver.id = tag.caregiver_id
            left join provider on provider.id = caregiver.provider_id
          where tag.uid = upper(regexp_replace(one.uid, '[^0-9a-fA-F]', '', 'g'))
          order by tag.created_at <= one.at and (tag.revoked_at is null or one.at < tag.revoked_at) desc,
                   tag.created_at desc limit 1) as tag on true`,
      ['at', 'deviceAt', 'receivedAt'],
    )
  })
  return rows.map(({ badge, door, ...row }) => {
    const label = row.label ?? ''
    return {
      kind: 'tap',
      id: row.id,
      at: row.at.toISOString(),
      deviceAt: row.deviceAt?.toISOString() ?? null,
      receivedAt: row.receivedAt.toISOString(),
      deviceId: row.deviceId,
      uid: row.uid,
      marks: row.marks,
      badge: badge && { ...badge, label },
      door: door && { ...door, label },
    }
  })
}
