import { Refusal } from '@anju/domain/error'
import type { Scope } from '@anju/domain/access/scope'
import type { Tx } from '../tx.ts'

/** In SQL: whether provider `$2` visits elder `elder.id`, or did. */
const VISITED = `exists (select from visit where visit.elder_id = elder.id and visit.provider_id = $2)
  or exists (select from visit_plan where visit_plan.elder_id = elder.id and visit_plan.provider_id = $2)`

/**
 * Elders of the scope whom somebody names; of a provider's own user only whom the provider visits. Refuses `not-found`
 * where one is not, and `elder-merged`.
 */
export async function heldElders(
  tx: Pick<Tx, 'query'>,
  { elderIds, within }: { elderIds: readonly string[]; within: string },
  scope: Scope,
): Promise<{ id: string; name: string; areaPath: string }[]> {
  const rows = await tx.query<{ id: string; name: string; areaPath: string; mergedInto: string | null }>(
    `select elder.id, elder.name, area.path as "areaPath", elder.merged_into as "mergedInto"
     from elder join home on home.id = elder.home_id join area on area.id = home.area_id
     where elder.id = any ($1) and starts_with(area.path, $3) and starts_with(area.path, $4)
       and ($2::uuid is null or ${VISITED})
     for key share of elder`,
    [elderIds, scope.providerId, scope.areaPath, within],
  )
  if (rows.length < new Set(elderIds).size) throw new Refusal('not-found', 'There is no such elder within your area.')
  const merged = rows.find(({ mergedInto }) => mergedInto !== null)
  if (merged) throw new Refusal('elder-merged', undefined, { mergedInto: merged.mergedInto })
  return rows
}
