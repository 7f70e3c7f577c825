import { opensFilesOnDuty } from '@anju/domain/access/role'
import { maskName } from '@anju/domain/elder/name'
import { may } from '@anju/domain/access/role'
import type { Scope } from '@anju/domain/access/scope'
import { stateOfElder } from '@anju/domain/elder/state'
import type { Db } from '@anju/prisma/reads'
import { readMapAlarms } from './alarm.ts'
import { readMapVisits } from './visit.ts'
import { communitiesOf, readCommunities } from './community.ts'
import { readHomes, type HomeRow, type Wanted } from './home.ts'
import type { MapHome, MapView } from './schema.ts'

/** More homes than this are told as their communities: a browser draws them still, nobody reads them. */
export const HOMES_AT_ONCE = 2000

/** What of the county lies in view, or the one home that is `wanted`. WGS-84. */
export async function readMap(
  scope: Scope,
  db: Db,
  { wanted, now }: { wanted: Wanted; now: Date },
): Promise<Omit<MapView, 'asOf'>> {
  const found = await readHomes(scope, db, wanted, HOMES_AT_ONCE + 1)
  const grouped = found.length > HOMES_AT_ONCE
  const homes = grouped ? [] : await withResidents(scope, db, found, now)
  const all = grouped ? await readCommunities(scope, db, wanted) : communitiesOf(found, homes)
  return {
    layers: ['homes', 'alarms', 'visits'],
    grouped,
    homes,
    communities: all.map(({ bounds: _, ...community }) => community),
    alarms: may(scope.role, 'read-alarms') ? await readMapAlarms(scope, db, wanted) : [],
    visits: may(scope.role, 'read-visits') ? await readMapVisits(scope, db, wanted) : [],
    bounds: all.length === 0 ? null : all.map(({ bounds }) => bounds).reduce(around),
    unplaced: wanted.kind === 'all' ? await readUnplaced(scope, db) : null,
  }
}

type Bounds = NonNullable<MapView['bounds']>

function around(a: Bounds, b: Bounds): Bounds {
  return {
    west: Math.min(a.west, b.west),
    south: Math.min(a.south, b.south),
    east: Math.max(a.east, b.east),
    north: Math.max(a.north, b.north),
  }
}

async function withResidents(scope: Scope, db: Db, homes: readonly HomeRow[], now: Date): Promise<MapHome[]> {
  const elders = await db.elder.findMany({
    where: {
      homeId: { in: homes.map(({ id }) => id) },
      mergedIntoId: null,
      home: { area: { path: { startsWith: scope.areaPath } } },
    },
    select: {
      id: true,
      homeId: true,
      name: true,
      diedOn: true,
      absences: {
        where: { awayFrom: { lte: now }, OR: [{ awayTo: null }, { awayTo: { gt: now } }] },
        select: { id: true },
        take: 1,
      },
    },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  })
  const byHome = Map.groupBy(elders, ({ homeId }) => homeId)
  return homes.map(({ id, areaId, areaName, lon, lat, address }) => ({
    id,
    area: { id: areaId, name: areaName },
    lon,
    lat,
    address,
    residents: (byHome.get(id) ?? []).map((elder) => ({
      id: elder.id,
      name: opensFilesOnDuty(scope.role) ? elder.name : maskName(elder.name),
      state: stateOfElder({ mergedInto: null, diedOn: elder.diedOn, awayNow: elder.absences.length > 0 }),
    })),
  }))
}

async function readUnplaced(scope: Scope, db: Db): Promise<number> {
  return db.home.count({ where: { lon: null, drill: false, area: { path: { startsWith: scope.areaPath } } } })
}
