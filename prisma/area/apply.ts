import { newId } from '../id.ts'
import type { Tx } from '../tx.ts'

export interface NewArea {
  /** null: the top of a tree. */
  parentId: string | null
  name: string
  kind: 'county' | 'town' | 'community'
  now: Date
}

/** Stores an area below its parent. An unknown parent is a fault of the caller's. */
export async function createArea(tx: Tx, area: NewArea): Promise<{ id: string; path: string }> {
  const id = newId(area.now)
  const above = area.parentId === null ? [{ path: '/' }] : await parents(tx, area.parentId)
  const path = `${above[0]?.path}${id}/`
  await tx.query('insert into area (id, parent_id, path, name, kind, created_at) values ($1, $2, $3, $4, $5, $6)', [
    id,
    area.parentId,
    path,
    area.name,
    area.kind,
    area.now,
  ])
  return { id, path }
}

async function parents(tx: Tx, id: string): Promise<{ path: string }[]> {
  const found = await tx.query<{ path: string }>('select path from area where id = $1', [id])
  if (found.length === 0) throw new Error(`there is no area ${id}`)
  return found
}
