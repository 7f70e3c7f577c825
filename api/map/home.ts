import type { Scope } from '@anju/domain/access/scope'
import { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'

/** What a map is asked for: a rectangle (WGS-84), everything, or the one home of an id or an elder. */
export type Wanted =
  | { kind: 'all' }
  | { kind: 'box'; west: number; south: number; east: number; north: number }
  | { kind: 'home'; id: string }
  | { kind: 'elder'; id: string }

export interface HomeRow {
  id: string
  areaId: string
  areaName: string
  townId: string | null
  townName: string | null
  lon: number
  lat: number
  address: string
}

/** Homes that have a position, at most `limit`. */
export async function readHomes(scope: Scope, db: Db, wanted: Wanted, limit: number): Promise<HomeRow[]> {
  return db.$queryRaw<HomeRow[]>`
    select home.id, home.lon, home.lat, home.address, area.id as "areaId", area.name as "areaName",
           town.id as "townId", town.name as "townName"
    from home join area on area.id = home.area_id left join area as town on town.id = area.parent_id
    where home.lon is not null and ${isWanted(wanted)} and starts_with(area.path, ${scope.areaPath})
    limit ${limit}`
}

/** The condition on `home`; `home_by_position` serves the rectangle. */
export function isWanted(wanted: Wanted): Prisma.Sql {
  switch (wanted.kind) {
    case 'all':
      return Prisma.sql`true`
    case 'home':
      return Prisma.sql`home.id = ${wanted.id}::uuid`
    case 'elder':
      return Prisma.sql`home.id = (select elder.home_id from elder where elder.id = ${wanted.id}::uuid)`
    case 'box':
      return Prisma.sql`home.lon between ${wanted.west} and ${wanted.east}
        and home.lat between ${wanted.south} and ${wanted.north}`
  }
}
