import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import type { Tx } from '../tx.ts'

/** The area a setting is made for; refuses `not-found` outside the scope. */
export async function heldArea(tx: Tx, areaId: string, scope: Scope): Promise<{ id: string; path: string }> {
  const [area] = await tx.query<{ id: string; path: string }>(
    'select id, path from area where id = $1 and starts_with(path, $2)',
    [areaId, scope.areaPath],
  )
  if (!area) throw new Refusal('not-found', 'There is no such area within yours.')
  return area
}
