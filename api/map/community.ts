import type { Scope } from '@anju/domain/access/scope'
import { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import { isWanted, type HomeRow, type Wanted } from './home.ts'
import type { MapCommunity, MapHome, MapView } from './schema.ts'

/** In a rectangle each home's residents are looked up, for the rest of the county is larger; for all of it they are joined. */
const LOOKED_UP = {
  residents: Prisma.sql`(select count(*) from elder where elder.home_id = home.id
                         and elder.died_on is null and elder.merged_into is null)`,
  join: Prisma.empty,
}
const JOINED = {
  residents: Prisma.sql`coalesce(living.n, 0)`,
  join: Prisma.sql`left join (select home_id, count(*) as n from elder where died_on is null and merged_into is null
                              group by home_id) as living on living.home_id = home.id`,
}

/** A community with the rectangle its homes lie in. */
export type Bounded = MapCommunity & { bounds: NonNullable<MapView['bounds']> }

interface Row {
  id: string
  name: string
  townId: string | null
  townName: string | null
  homes: number
  residents: number
  lon: number
  lat: number
  west: number
  south: number
  east: number
  north: number
}

/** The communities of homes too many to be told one by one, counted by the database. */
export async function readCommunities(scope: Scope, db: Db, wanted: Wanted): Promise<Bounded[]> {
  const { residents, join } = wanted.kind === 'all' ? JOINED : LOOKED_UP
  const rows = await db.$queryRaw<Row[]>`
    with counted as (
      select home.area_id, count(*)::int as homes, sum(${residents})::int as residents,
             avg(home.lon) as lon, avg(home.lat) as lat, min(home.lon) as west, max(home.lon) as east,
             min(home.lat) as south, max(home.lat) as north
      from home ${join}
      where home.lon is not null and ${isWanted(wanted)}
        and home.area_id in (select id from area where starts_with(path, ${scope.areaPath}))
      group by home.area_id
    )
    select counted.*, area.id, area.name, town.id as "townId", town.name as "townName"
    from counted join area on area.id = counted.area_id left join area as town on town.id = area.parent_id
    order by town.name, area.name, area.id`
  return rows.map(({ id, name, townId, townName, homes, residents, lon, lat, west, south, east, north }) => ({
    id,
    name,
    within: townOf({ townId, townName }),
    homes,
    residents,
    lon,
    lat,
    bounds: { west, south, east, north },
  }))
}

/** The same for homes that are told. */
export function communitiesOf(rows: readonly HomeRow[], homes: readonly MapHome[]): Bounded[] {
  const living = new Map(
    homes.map(({ id, residents }) => [id, residents.filter(({ state }) => state !== 'dead').length]),
  )
  const found = [...Map.groupBy(rows, ({ areaId }) => areaId)].flatMap(([id, inside]): Bounded[] => {
    const [first] = inside
    if (first === undefined) return []
    const [lons, lats] = [inside.map(({ lon }) => lon), inside.map(({ lat }) => lat)]
    const bounds = {
      west: Math.min(...lons),
      south: Math.min(...lats),
      east: Math.max(...lons),
      north: Math.max(...lats),
    }
    const residents = inside.reduce((sum, home) => sum + (living.get(home.id) ?? 0), 0)
    return [
      {
        id,
        name: first.areaName,
        within: townOf(first),
        homes: inside.length,
        residents,
        ...middle(lons, lats),
        bounds,
      },
    ]
  })
  const key = ({ within, name, id }: Bounded): string => `${within?.name ?? ''} ${name} ${id}`
  return found.sort((a, b) => (key(a) < key(b) ? -1 : 1))
}

const middle = (lons: readonly number[], lats: readonly number[]) => ({ lon: mean(lons), lat: mean(lats) })
const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length

function townOf({ townId, townName }: { townId: string | null; townName: string | null }): MapCommunity['within'] {
  return townId === null || townName === null ? null : { id: townId, name: townName }
}
