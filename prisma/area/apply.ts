import { areaKinds, isTimeZone, mayLieBelow, type AreaKind } from '@anju/domain/access/area'
import { Refusal } from '@anju/domain/error'
import { recordChange } from '../history/apply.ts'
import { lastChangeOf } from '../history/changed-by.ts'
import { differ } from '../history/differ.ts'
import { newId } from '../id.ts'
import { lockSubjects, type Tx } from '../tx.ts'

export interface NewArea {
  /** null: the top of a tree. */
  parentId: string | null
  name: string
  kind: AreaKind
  /** IANA; by default the parent's. */
  timeZone?: string
  now: Date
}

/** Stores an area below its parent. An unknown parent is a fault of the caller's. */
export async function createArea(tx: Tx, area: NewArea): Promise<{ id: string; path: string }> {
  const id = newId(area.now)
  const above = area.parentId === null ? { path: '/', timeZone: 'Asia/Shanghai' } : await parentOf(tx, area.parentId)
  const path = `${above.path}${id}/`
  await tx.query(
    `insert into area (id, parent_id, path, name, kind, time_zone, created_at) values ($1, $2, $3, $4, $5, $6, $7)`,
    [id, area.parentId, path, area.name, area.kind, area.timeZone ?? above.timeZone, area.now],
  )
  return { id, path }
}

async function parentOf(tx: Tx, id: string): Promise<{ path: string; timeZone: string }> {
  const [found] = await tx.query<{ path: string; timeZone: string }>(
    'select path, time_zone as "timeZone" from area where id = $1',
    [id],
  )
  if (!found) throw new Error(`there is no area ${id}`)
  return found
}

/** Who changes, and what they may reach. */
export interface By {
  userId: string | null
  /** A scope's path. */
  within: string
  now: Date
}

/**
 * Adds an area below one within `by.within`. Refuses `not-found` for a parent outside, `area-misplaced` for a kind
 * that cannot lie there, `area-name-taken`, and `time-zone-unknown`.
 */
export async function addArea(
  tx: Tx,
  area: { parentId: string; name: string; kind: AreaKind; timeZone?: string },
  by: By,
): Promise<{ id: string; path: string }> {
  if (area.timeZone !== undefined && !isTimeZone(area.timeZone)) throw new Refusal('time-zone-unknown')
  await lockSubjects(tx, [`area:${area.parentId}`])
  const [parent] = await tx.query<{ kind: string }>('select kind from area where id = $1 and starts_with(path, $2)', [
    area.parentId,
    by.within,
  ])
  if (!parent) throw new Refusal('not-found', 'There is no such area within yours.')
  if (!mayLieBelow(area.kind, kindOf(parent.kind))) throw new Refusal('area-misplaced')
  await requireFreeName(tx, area.parentId, area.name)
  const made = await createArea(tx, { ...area, now: by.now })
  await recordChange(tx, {
    subject: `area:${made.id}`,
    action: 'registered',
    before: {},
    after: { name: area.name, kind: area.kind, parentId: area.parentId },
    reason: '',
    userId: by.userId,
    now: by.now,
  })
  tell(tx, 'area.added', { id: made.id, path: made.path, now: by.now })
  return made
}

/** Renames an area. Refuses `not-found`, `changed-meanwhile` for a stale version, and `area-name-taken`. */
export async function renameArea(
  tx: Tx,
  { id, version, name }: { id: string; version: number; name: string },
  by: By,
): Promise<void> {
  const [seen] = await tx.query<{ parentId: string | null }>(
    'select parent_id as "parentId" from area where id = $1 and starts_with(path, $2)',
    [id, by.within],
  )
  if (!seen) throw new Refusal('not-found')
  // The siblings' lock, so that two renames to one name meet; a top area's own is enough.
  await lockSubjects(tx, [`area:${seen.parentId ?? id}`])
  const [held] = await tx.query<{ name: string; version: number; path: string }>(
    'select name, version, path from area where id = $1 for update',
    [id],
  )
  if (!held) throw new Refusal('not-found')
  if (held.version !== version) {
    const current = { name: held.name, version: held.version }
    throw new Refusal('changed-meanwhile', undefined, { current, ...(await lastChangeOf(tx, `area:${id}`)) })
  }
  const { before, after, any } = differ({ name: held.name }, { name })
  if (!any) return
  if (seen.parentId !== null) await requireFreeName(tx, seen.parentId, name)
  await tx.query('update area set name = $2, version = version + 1 where id = $1', [id, name])
  const { userId, now } = by
  await recordChange(tx, { subject: `area:${id}`, action: 'changed', before, after, reason: '', userId, now })
  tell(tx, 'area.renamed', { id, path: held.path, now })
}

async function requireFreeName(tx: Tx, parentId: string, name: string): Promise<void> {
  const taken = await tx.query('select from area where parent_id = $1 and name = $2', [parentId, name])
  if (taken.length > 0) throw new Refusal('area-name-taken')
}

function tell(tx: Tx, name: string, { id, path, now }: { id: string; path: string; now: Date }): void {
  tx.events.push({ at: now, topic: 'area', name, areaPath: path, subject: `area:${id}`, body: { areaId: id } })
}

function kindOf(text: string): AreaKind {
  const kind = areaKinds.find((each) => each === text)
  if (kind === undefined) throw new Error(`an area of kind ${text}`)
  return kind
}
