import type { Scope } from '@anju/domain/access/scope'
import { areaKinds } from '@anju/domain/access/area'
import { Refusal } from '@anju/domain/error'
import type { Db } from '@anju/prisma/reads'
import type { AreaRow } from './schema.ts'

type Counted = Omit<AreaRow, 'kind'> & { kind: string }

/** Every area of the scope, from the top down, each with the homes and living elders at or below it. */
export async function readAreas(scope: Scope, db: Db): Promise<AreaRow[]> {
  const rows = await db.$queryRaw<Counted[]>`
    with own as (
      select area.id, area.path, count(distinct home.id) as homes,
             count(elder.id) filter (where elder.died_on is null and elder.merged_into is null) as elders
      from area left join home on home.area_id = area.id left join elder on elder.home_id = home.id
      where starts_with(area.path, ${scope.areaPath}) group by area.id),
    above as (select own.homes, own.elders, step.id as id
      from own, unnest(string_to_array(trim(both '/' from own.path), '/')) as step (id)
      where own.homes > 0),
    total as (select id, sum(homes)::int as homes, sum(elders)::int as elders from above group by id)
    select area.id, area.name, area.kind, area.parent_id as "parentId", area.path, area.time_zone as "timeZone",
           area.version, coalesce(total.homes, 0) as homes, coalesce(total.elders, 0) as elders
    from area left join total on total.id = area.id::text
    where starts_with(area.path, ${scope.areaPath})
    order by array_length(string_to_array(area.path, '/'), 1), area.created_at, area.id`
  return rows.map((row) => ({ ...row, kind: kindOf(row.kind) }))
}

/** One area of the scope, as the list shows it. Refuses `not-found` outside. */
export async function readArea(scope: Scope, db: Db, id: string): Promise<AreaRow> {
  const found = (await readAreas(scope, db)).find((area) => area.id === id)
  if (!found) throw new Refusal('not-found')
  return found
}

function kindOf(text: string): AreaRow['kind'] {
  return areaKinds.find((kind) => kind === text) ?? 'community'
}
