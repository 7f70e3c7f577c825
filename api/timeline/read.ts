import { deviceKinds } from '@anju/domain/device/kinds'
import type { Scope } from '@anju/domain/access/scope'
import type { Db } from '@anju/prisma/reads'
import { readElderPlace } from '../elder/read.ts'
import { cursorOf, type Mark } from '../page.ts'
import { timelineKinds, type Found, type TimelineEntry, type TimelineKind } from './schema.ts'
import { newestFirst, type Slice } from './slice.ts'
import { sources } from './sources.ts'
import { readWhose } from './whose.ts'

export interface TimelineAsked {
  elderId: string
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
 * order (`at`, `id`), so that the merged list's first `limit` are right whatever the mix.
 */
export async function readTimeline(scope: Scope, db: Db, asked: TimelineAsked): Promise<TimelinePage> {
  await readElderPlace(scope, db, asked.elderId)
  const { mark, direction = 'older', from = null, to = null, limit, now } = asked
  const whose = await readWhose(scope, db, asked.elderId)
  const found: Found[] = []
  for (const kind of timelineKinds.filter((each) => asked.kinds.includes(each))) {
    found.push(...(await sources[kind]({ db, whose, now, slice: { mark, direction, from, to, take: limit + 1 } })))
  }
  const nearestFirst = direction === 'older' ? newestFirst : (a: Found, b: Found) => newestFirst(b, a)
  found.sort(nearestFirst)
  const kept = found.slice(0, limit).sort(newestFirst)
  const more = found.length > limit
  const [newest, oldest] = [kept.at(0), kept.at(-1)]
  const cursor = (entry: Found | undefined) =>
    entry ? cursorOf({ at: new Date(entry.at), id: entry.id }) : mark ? cursorOf(mark) : null
  return {
    items: await withDevices(db, kept),
    next: direction === 'newer' || more ? cursor(oldest) : null,
    newer: (direction === 'older' ? mark !== undefined : more) ? cursor(newest) : null,
  }
}

/** The time zone of the area she lives in: its midnights part the days. Refuses `not-found` outside the scope. */
export async function readZone(scope: Scope, db: Db, elderId: string): Promise<string> {
  const { homeId } = await readElderPlace(scope, db, elderId)
  const home = await db.home.findFirst({ where: { id: homeId }, select: { area: { select: { timeZone: true } } } })
  return home?.area.timeZone ?? 'Asia/Shanghai'
}

/** Says of each entry what kind of device spoke, and where it hangs. */
async function withDevices(db: Db, found: readonly Found[]): Promise<TimelineEntry[]> {
  const ids = [...new Set(found.flatMap(({ deviceId }) => deviceId ?? []))]
  const rows = await db.device.findMany({
    where: { id: { in: ids } },
    select: { id: true, kind: true, label: true },
  })
  const devices = new Map(
    rows.flatMap(({ id, kind, label }) => {
      const known = deviceKinds.find((each) => each === kind)
      return known ? [[id, { id, kind: known, label }] as const] : []
    }),
  )
  return found.map((entry) => ({ ...entry, device: devices.get(entry.deviceId ?? '') ?? null }))
}
