import type { Scope } from '@anju/domain/access/scope'
import { planOnce, type Db } from '@anju/prisma/reads'
import { cursorOf, type Mark } from '../page.ts'
import { timelineKinds, type Found, type TimelineEntry, type TimelineKind } from './schema.ts'
import { newestFirst, type Slice } from './slice.ts'
import { sources } from './sources.ts'
import { together } from './together.ts'
import { devicesOf, readWhose, type Whose } from './whose.ts'

export interface TimelineAsked {
  kinds: readonly TimelineKind[]
  /** Where the page begins; without it at the newest. */
  mark: Mark | undefined
  /** Which way it runs from there; by default to the older. */
  direction?: Slice['direction']
  /** Nothing before or after these is shown. */
  from?: Date | null
  to?: Date | null
  limit: number
  now: Date
}

export interface TimelinePage {
  items: TimelineEntry[]
  /** Cursor of the entries before these; null where there are none. */
  next: string | null
  /** Cursor of the entries after these; null where the page began at the newest, or reached it. */
  newer: string | null
}

/**
 * What happened around an elder, newest first: each source gives its nearest `limit + 1` beyond the mark in the same
 * order (`at`, `id`), so that the merged list's first `limit` are right whatever the mix. They are asked together, in
 * one trip. `pageOf` is asked once the area's time zone is known. Refuses `not-found` outside the scope.
 */
export async function readTimeline(
  scope: Scope,
  db: Db,
  elderId: string,
  pageOf: (timeZone: string) => TimelineAsked,
): Promise<TimelinePage> {
  const [whose] = await Promise.all([readWhose(scope, db, elderId), planOnce(db)])
  const { kinds, mark, direction = 'older', from = null, to = null, limit, now } = pageOf(whose.timeZone)
  const asked = { db, ask: together(db), whose, now, slice: { mark, direction, from, to, take: limit + 1 } }
  const chosen = timelineKinds.filter((each) => kinds.includes(each))
  const found: Found[] = (await Promise.all(chosen.map((kind) => sources[kind](asked)))).flat()
  const nearestFirst = direction === 'older' ? newestFirst : (a: Found, b: Found) => newestFirst(b, a)
  found.sort(nearestFirst)
  const kept = found.slice(0, limit).sort(newestFirst)
  const more = found.length > limit
  const [newest, oldest] = [kept.at(0), kept.at(-1)]
  const cursor = (entry: Found | undefined) =>
    entry ? cursorOf({ at: new Date(entry.at), id: entry.id }) : mark ? cursorOf(mark) : null
  return {
    items: await withDevices(db, kept, whose.devices),
    next: direction === 'newer' || more ? cursor(oldest) : null,
    newer: (direction === 'older' ? mark !== undefined : more) ? cursor(newest) : null,
  }
}

/** Says of each entry what kind of device spoke, and where it hangs. */
async function withDevices(db: Db, found: readonly Found[], known: Whose['devices']): Promise<TimelineEntry[]> {
  const others = new Set(found.flatMap(({ deviceId }) => (deviceId === null || known.has(deviceId) ? [] : deviceId)))
  const rows =
    others.size === 0
      ? []
      : await db.device.findMany({ where: { id: { in: [...others] } }, select: { id: true, kind: true, label: true } })
  const devices = new Map([...known, ...devicesOf(rows)])
  return found.map((entry) => ({ ...entry, device: devices.get(entry.deviceId ?? '') ?? null }))
}
