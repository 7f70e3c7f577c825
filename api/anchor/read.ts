import type { Scope } from '@anju/domain/access/scope'
import { gapsIn } from '@anju/domain/evidence/anchor'
import { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import { type Mark, type Page, pageOf } from '../page.ts'
import type { AnchorAttempt, AnchorRow } from './schema.ts'

interface Root {
  day: string
  heads: number
  root: Uint8Array
  signature: Uint8Array
}

interface Owed {
  day: string
  channelId: string | null
  name: string | null
  attempts: number
  nextAt: Date
  at: Date | null
  recipient: string | null
  digest: Uint8Array | null
}

/** Stands in a cursor where a list has no ids. */
const NO_ID = '00000000-0000-0000-0000-000000000000'
const instantOf = (day: string): Date => new Date(`${day}T00:00:00Z`)
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Whose way it is: the folder is everybody's, a channel its area's. */
const within = (scope: Scope): Prisma.Sql =>
  Prisma.sql`(channel.id is null or starts_with(area.path, ${scope.areaPath}) or starts_with(${scope.areaPath}, area.path))`

/** Sealed days and gaps between them, the latest first, with what every second party has of each. */
export async function readAnchors(
  scope: Scope,
  db: Db,
  { mark, limit }: { mark: Mark | undefined; limit: number },
): Promise<Page<AnchorRow>> {
  const before = mark?.at.toISOString().slice(0, 10) ?? null
  const roots = await db.$queryRaw<Root[]>`
    select to_char(day, 'YYYY-MM-DD') as day, heads, root, signature from evidence_root
    where ${before}::text is null or day < ${before}::date order by day desc limit ${limit + 1}`
  const days = roots.map(({ day }) => day)
  const owed = await db.$queryRaw<Owed[]>`
    select to_char(anchor.day, 'YYYY-MM-DD') as day, channel.id as "channelId", channel.name, anchor.attempts,
           anchor.next_at as "nextAt", a.at, a.recipient, a.digest
    from anchor left join anchor_attempt a on a.id = anchor.attempt_id
      left join channel on channel.id = anchor.channel_id left join area on area.id = channel.area_id
    where to_char(anchor.day, 'YYYY-MM-DD') = any(${days}) and ${within(scope)}
    order by anchor.way desc`
  const owedOf = Map.groupBy(owed, ({ day }) => day)
  const page = pageOf(
    roots,
    limit,
    ({ day }) => ({ at: instantOf(day), id: NO_ID }),
    ({ day, heads, root, signature }): AnchorRow => ({
      day,
      sealed: { heads, root: hex(root), signature: hex(signature) },
      parties: (owedOf.get(day) ?? []).map(partyOf),
    }),
  )
  // with the first day of the next page, so that a gap at the seam is told
  const gaps = gapsIn(days).map((day): AnchorRow => ({ day, sealed: null, parties: [] }))
  return { ...page, items: [...page.items, ...gaps].sort((a, b) => (a.day < b.day ? 1 : -1)) }
}

function partyOf({ channelId, name, attempts, nextAt, at, recipient, digest }: Owed): AnchorRow['parties'][number] {
  const handed =
    at === null || digest === null ? null : { at: at.toISOString(), to: recipient ?? '', digest: hex(digest) }
  return {
    way: channelId === null ? 'folder' : 'email',
    channel: channelId === null ? null : { id: channelId, name: name ?? '' },
    attempts,
    handed,
    nextAt: handed === null ? nextAt.toISOString() : null,
  }
}

interface Tried {
  id: string
  at: Date
  channelId: string | null
  name: string | null
  firstDay: string
  lastDay: string
  recipient: string
  status: number | null
  error: string | null
  tookMs: number
}

/** Every attempt to hand roots over, the latest first. */
export async function readAnchorAttempts(
  scope: Scope,
  db: Db,
  { mark, limit }: { mark: Mark | undefined; limit: number },
): Promise<Page<AnchorAttempt>> {
  const rows = await db.$queryRaw<Tried[]>`
    select a.id, a.at, channel.id as "channelId", channel.name, to_char(a.first_day, 'YYYY-MM-DD') as "firstDay",
           to_char(a.last_day, 'YYYY-MM-DD') as "lastDay", a.recipient, a.status, a.error, a.took_ms as "tookMs"
    from anchor_attempt a left join channel on channel.id = a.channel_id left join area on area.id = channel.area_id
    where ${within(scope)}
      and (${mark?.at ?? null}::timestamptz is null or (a.at, a.id) < (${mark?.at ?? null}::timestamptz, ${mark?.id ?? null}::uuid))
    order by a.at desc, a.id desc limit ${limit + 1}`
  return pageOf(
    rows,
    limit,
    ({ at, id }) => ({ at, id }),
    ({ at, channelId, name, recipient, ...row }) => ({
      ...row,
      at: at.toISOString(),
      to: recipient,
      way: channelId === null ? ('folder' as const) : ('email' as const),
      channel: channelId === null ? null : { id: channelId, name: name ?? '' },
    }),
  )
}
