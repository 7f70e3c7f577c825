import { Prisma } from '@anju/prisma/generated/client'
import { AHEAD_AFTER_MS } from '@anju/domain/wire/limits'
import type { Mark } from '../page.ts'

/** A stretch of the timeline: from `mark` (exclusive) in one direction, within [from, to), at most `take` entries. */
export interface Slice {
  mark: Mark | undefined
  direction: 'older' | 'newer'
  from: Date | null
  to: Date | null
  take: number
}

/** Where something was hers: a home while she lived there, a device while it stood there. Null: without end. */
export interface Span {
  from: Date | null
  to: Date | null
}

export const latest = (a: Date | null, b: Date | null): Date | null => (a && b ? (a > b ? a : b) : (a ?? b))
export const earliest = (a: Date | null, b: Date | null): Date | null => (a && b ? (a < b ? a : b) : (a ?? b))

/** Sizes a statement may ask for, so that it has few texts: it is planned once for each. */
const SIZES = [26, 51, 101, 251, 501]
const sizeFor = (take: number): Prisma.Sql => Prisma.raw(String(SIZES.find((size) => size >= take) ?? 1001))

const FIRST_ID = '00000000-0000-0000-0000-000000000000'
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/**
 * Condition and order of the slice for a statement, or a little more; `at` and `id` are its columns. The text is the
 * same whatever is asked, but for the direction and a handful of sizes.
 */
export function slicedSql(at: Prisma.Sql, id: Prisma.Sql, slice: Slice): { where: Prisma.Sql; order: Prisma.Sql } {
  const { mark, direction, from, to, take } = slice
  const older = direction === 'older'
  const place = mark ?? (older ? { at: 'infinity', id: LAST_ID } : { at: '-infinity', id: FIRST_ID })
  const [than, way] = older ? [Prisma.sql`<`, Prisma.sql`desc`] : [Prisma.sql`>`, Prisma.sql`asc`]
  return {
    // Of the mark's two the first alone leaves out partitions; the second settles equal instants.
    where: Prisma.sql`${at} >= ${from ?? '-infinity'}::timestamptz and ${at} < ${to ?? 'infinity'}::timestamptz
      and ${at} ${than}= ${place.at}::timestamptz
      and (${at}, ${id}) ${than} (${place.at}::timestamptz, ${place.id}::uuid)`,
    order: Prisma.sql`order by ${at} ${way}, ${id} ${way} limit ${sizeFor(take)}`,
  }
}

/** Newest first: `at`, then `id`, as PostgreSQL orders them. */
export function newestFirst(a: { at: string; id: string }, b: { at: string; id: string }): number {
  return a.at === b.at ? (a.id < b.id ? 1 : a.id > b.id ? -1 : 0) : a.at < b.at ? 1 : -1
}

/** The slice of what was already read: for tables with a handful of rows an elder. */
export function slicedOf<Entry extends { at: string; id: string }>(entries: readonly Entry[], slice: Slice): Entry[] {
  const { mark, direction, from, to, take } = slice
  const sign = direction === 'older' ? 1 : -1
  const place = mark && { at: mark.at.toISOString(), id: mark.id }
  return entries
    .filter(({ at }) => (!from || at >= from.toISOString()) && (!to || at < to.toISOString()))
    .filter((entry) => !place || sign * newestFirst(entry, place) > 0)
    .sort((a, b) => sign * newestFirst(a, b))
    .slice(0, take)
}

/** A page of a living household lies within this; a season is a handful of monthly partitions. */
const NEAR_MS = 100 * 86_400_000

/**
 * Reads facts that are kept by the month of their arrival, at first near the mark alone: planning for five years of
 * partitions takes longer than reading them. No fact is measured later than `AHEAD_AFTER_MS` after its arrival, so
 * `arrivedSince` leaves out nothing.
 */
export async function nearFirst<Row>(
  slice: Slice,
  now: Date,
  read: (slice: Slice, arrivedSince: Date) => Promise<Row[]>,
): Promise<Row[]> {
  const arrived = (from: Date | null) => new Date((from?.getTime() ?? 0) - AHEAD_AFTER_MS)
  if (slice.direction === 'newer') {
    const oldest = latest(slice.from, slice.mark?.at ?? null)
    const edge = new Date((oldest?.getTime() ?? 0) + NEAR_MS)
    const near = await read({ ...slice, to: earliest(slice.to, edge) }, arrived(oldest))
    const whole =
      near.length >= slice.take ||
      (slice.to !== null && slice.to <= edge) ||
      edge.getTime() > now.getTime() + AHEAD_AFTER_MS
    return whole ? near : read(slice, arrived(oldest))
  }
  const newest = slice.mark?.at ?? slice.to ?? now
  const edge = new Date(newest.getTime() - NEAR_MS)
  const near = await read({ ...slice, from: latest(slice.from, edge) }, arrived(edge))
  const whole = near.length >= slice.take || (slice.from !== null && slice.from >= edge)
  return whole ? near : read(slice, arrived(slice.from))
}
