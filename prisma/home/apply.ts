import { type EntryChange, entryChange } from '@anju/domain/home/entry'
import { type Position, toWgs84 } from '@anju/domain/place/position'
import { Refusal } from '@anju/domain/error'
import type { By } from '../elder/lock.ts'
import { requireVersion } from '../elder/lock.ts'
import { followHomes } from '../elder/stays.ts'
import { recordChange } from '../history/apply.ts'
import { differ } from '../history/differ.ts'
import { newId } from '../id.ts'
import { lockSubjects, type Tx } from '../tx.ts'

export interface NewHome {
  /** Where it stands; by default the registrar's own area. */
  areaId?: string
  address?: string
  landmark?: string
  entryNote?: string
  position?: Position
}

export interface Place {
  homeId: string
  areaId: string
  areaPath: string
}

/** Makes a home within `within`. Refuses `not-found` for an area outside it. */
export async function newHome(
  tx: Tx,
  home: NewHome,
  { within, userId, now }: { within: string; userId?: string | null; now: Date },
): Promise<Place> {
  const area = await areaWithin(tx, home.areaId, within)
  const homeId = newId(now)
  const { address = '', landmark = '', entryNote = '' } = home
  const entry = entryNote.trim() === '' ? { at: null, by: null } : { at: now, by: userId ?? null }
  await tx.query(
    `insert into home (id, area_id, address, landmark, entry_note, entry_note_at, entry_note_by, lon, lat, given_lon,
                       given_lat, position_system, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [homeId, area.id, address, landmark, entryNote, entry.at, entry.by, ...positionOf(home.position), now],
  )
  return { homeId, areaId: area.id, areaPath: area.path }
}

/** A home to move into, kept in its place while the transaction lasts. Refuses `not-found` outside `within`. */
export async function oldHome(tx: Tx, homeId: string, within: string): Promise<Place> {
  const [home] = await tx.query<Place & Record<string, string>>(
    `select home.id as "homeId", area.id as "areaId", area.path as "areaPath"
     from home join area on area.id = home.area_id
     where home.id = $1 and starts_with(area.path, $2) for share of home`,
    [homeId, within],
  )
  if (!home) throw new Refusal('not-found', 'There is no such home in your area.')
  return home
}

async function areaWithin(tx: Tx, areaId: string | undefined, within: string): Promise<{ id: string; path: string }> {
  const [area] = await tx.query<{ id: string; path: string }>(
    areaId === undefined
      ? 'select id, path from area where path = $1'
      : 'select id, path from area where starts_with(path, $1) and id = $2',
    areaId === undefined ? [within] : [within, areaId],
  )
  if (!area) throw new Refusal('not-found', 'There is no such area within yours.')
  return area
}

/** WGS-84, then as it was given: lon, lat, given_lon, given_lat, position_system. */
function positionOf(given: Position | null | undefined): (number | string | null)[] {
  if (!given) return [null, null, null, null, null]
  const { lon, lat } = toWgs84(given)
  return [lon, lat, given.lon, given.lat, given.system]
}

export interface HomeChange {
  address?: string
  landmark?: string
  entryNote?: string
  areaId?: string
  /** As it was given; null takes it off the map. */
  position?: Position | null
}

interface HeldHome {
  address: string
  landmark: string
  entryNote: string
  areaId: string
  position: Position | null
}

/**
 * Changes a home. With another area its devices go along: they hang there. Refuses `not-found` for a home or area
 * outside the scope, and `changed-meanwhile`.
 */
export async function changeHome(
  tx: Tx,
  { id, version, change, reason }: { id: string; version: number; change: HomeChange; reason: string },
  by: By,
): Promise<void> {
  const subject = `home:${id}`
  await lockSubjects(tx, [subject, ...(change.areaId === undefined ? [] : await devicesOf(tx, id))])
  const [row] = await tx.query<
    Omit<HeldHome, 'position'> & { version: number; areaPath: string; position: Position | null }
  >(
    `select home.address, home.landmark, home.entry_note as "entryNote", home.area_id as "areaId", home.version,
            area.path as "areaPath", case when home.position_system is null then null else jsonb_build_object(
              'lon', home.given_lon, 'lat', home.given_lat, 'system', home.position_system) end as position
     from home join area on area.id = home.area_id
     where home.id = $1 and starts_with(area.path, $2) for no key update of home`,
    [id, by.within],
  )
  if (!row) throw new Refusal('not-found')
  requireVersion(row, version)
  const { version: _, areaPath, ...held } = row
  const position = samePosition(change.position, held.position) ? undefined : change.position
  const changed = differ<HeldHome>(held, { ...change, position })
  if (!changed.any) return
  const next = { ...held, ...changed.after }
  const area = next.areaId === held.areaId ? null : await areaWithin(tx, next.areaId, by.within)
  await tx.query(
    `update home set address = $2, landmark = $3, entry_note = $4, area_id = $5, lon = $6, lat = $7, given_lon = $8,
            given_lat = $9, position_system = $10, version = version + 1 where id = $1`,
    [id, next.address, next.landmark, next.entryNote, next.areaId, ...positionOf(next.position)],
  )
  if (area !== null) await moveDevicesOf(tx, id, by.now)
  const { before, after } = told(changed, held.entryNote)
  if ('entryNote' in after) {
    await tx.query('update home set entry_note_at = $2, entry_note_by = $3 where id = $1', [id, by.now, by.userId])
  }
  await recordChange(tx, { subject, action: 'changed', before, after, reason, userId: by.userId, now: by.now })
  const body = { homeId: id, version: version + 1, fields: Object.keys(after) }
  // Told where it was and where it is: both areas' screens show it.
  for (const path of new Set([areaPath, area?.path ?? areaPath])) {
    tx.events.push({ at: by.now, topic: 'elder', name: 'home.changed', areaPath: path, subject, body })
  }
}

/** A change as the history keeps it: of key and code only that they changed. */
function told(
  { before, after }: { before: Partial<HeldHome>; after: Partial<HeldHome> },
  wasEntry: string,
): Record<'before' | 'after', Partial<Omit<HeldHome, 'entryNote'> & { entryNote: EntryChange }>> {
  const { entryNote: _, ...was } = before
  const { entryNote, ...becomes } = after
  if (entryNote === undefined) return { before: was, after: becomes }
  return { before: was, after: { ...becomes, entryNote: entryChange(wasEntry, entryNote) } }
}

function samePosition(a: Position | null | undefined, b: Position | null): boolean {
  if (!a || !b) return a === b
  return a.lon === b.lon && a.lat === b.lat && a.system === b.system
}

/** The subjects of the devices that stand in a home. */
async function devicesOf(tx: Tx, homeId: string): Promise<string[]> {
  const rows = await tx.query<{ subject: string }>(
    `select distinct 'device:' || device_id as subject from assignment where home_id = $1 and valid_to is null`,
    [homeId],
  )
  return rows.map((row) => row.subject)
}

/** Under the home's lock nothing comes in any more, so that whoever came before the lock goes along as well. */
async function moveDevicesOf(tx: Tx, homeId: string, now: Date): Promise<void> {
  const standing = await devicesOf(tx, homeId)
  await followHomes(
    tx,
    standing.map((device) => device.slice('device:'.length)),
    now,
  )
}
