import { opensFilesOnDuty } from '@anju/domain/access/role'
import { maskName } from '@anju/domain/elder/name'
import type { Scope } from '@anju/domain/access/scope'
import type { Db } from '@anju/prisma/reads'
import { priorityOf, stateOf } from '../alarm/row.ts'
import type { Wanted } from './home.ts'
import type { MapAlarm } from './schema.ts'

/** A map with more signs than this says nothing; the queue has them all. */
const ALARMS_AT_ONCE = 1000

/** Open alarms, oldest first: those of homes in view, or every one where all is asked for. */
export async function readMapAlarms(scope: Scope, db: Db, wanted: Wanted): Promise<MapAlarm[]> {
  const rows = await db.alarm.findMany({
    where: { areaPath: { startsWith: scope.areaPath }, resolvedAt: null, ...ofHomes(wanted) },
    select: {
      id: true,
      kind: true,
      priority: true,
      state: true,
      raisedAt: true,
      homeId: true,
      owner: { select: { id: true, name: true } },
      elder: { select: { id: true, name: true } },
      area: { select: { id: true, name: true } },
      home: { select: { lon: true, lat: true } },
    },
    orderBy: [{ raisedAt: 'asc' }, { id: 'asc' }],
    take: ALARMS_AT_ONCE,
  })
  return rows.map(({ home, raisedAt, state, priority, elder, ...rest }) => ({
    ...rest,
    elder: elder && (opensFilesOnDuty(scope.role) ? elder : { ...elder, name: maskName(elder.name) }),
    priority: priorityOf(priority),
    state: stateOf(state),
    raisedAt: raisedAt.toISOString(),
    place: home === null || home.lon === null || home.lat === null ? null : { lon: home.lon, lat: home.lat },
  }))
}

function ofHomes(wanted: Wanted) {
  switch (wanted.kind) {
    case 'all':
      return {}
    case 'home':
      return { homeId: wanted.id }
    case 'elder':
      return { home: { elders: { some: { id: wanted.id } } } }
    case 'box':
      return { home: { lon: { gte: wanted.west, lte: wanted.east }, lat: { gte: wanted.south, lte: wanted.north } } }
  }
}
