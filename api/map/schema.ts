import { Type, type Static } from 'typebox'
import { ALARM_STATES } from '@anju/domain/alarm/kinds'
import { elderStates } from '@anju/domain/elder/state'
import { positionSystems } from '@anju/domain/place/position'
import { VisitNow } from '../visit/now-schema.ts'
import { AreaName, Instant, Nullable, OneOf, Person, Uuid } from '../schema.ts'

const lonLat = {
  lon: Type.Number({ description: 'WGS-84, degrees' }),
  lat: Type.Number({ description: 'WGS-84, degrees' }),
}
const Place = Type.Object(lonLat)

export const MapHome = Type.Object({
  id: Uuid,
  area: AreaName,
  ...lonLat,
  address: Type.String(),
  residents: Type.Array(Type.Object({ id: Uuid, name: Type.String(), state: OneOf(elderStates) })),
})
export type MapHome = Static<typeof MapHome>

export const MapCommunity = Type.Object({
  id: Uuid,
  name: Type.String(),
  /** The town it belongs to. */
  within: Nullable(AreaName),
  ...lonLat,
  homes: Type.Integer(),
  residents: Type.Integer({ description: 'Living, also those away now' }),
})
export type MapCommunity = Static<typeof MapCommunity>

export const MapAlarm = Type.Object({
  id: Uuid,
  kind: Type.String(),
  priority: OneOf(['high', 'medium', 'low']),
  state: OneOf(ALARM_STATES),
  raisedAt: Instant,
  owner: Nullable(Person),
  elder: Nullable(Person),
  homeId: Nullable(Uuid),
  area: Nullable(AreaName),
  /** Of its home; null where none is known. */
  place: Nullable(Place),
})
export type MapAlarm = Static<typeof MapAlarm>

/** What is drawn beside the ground. */
const layers = ['homes', 'alarms', 'visits'] as const

export const MapView = Type.Object({
  layers: Type.Array(OneOf(layers)),
  grouped: Type.Boolean({ description: 'Too many homes to list: only their communities are told' }),
  homes: Type.Array(MapHome),
  communities: Type.Array(MapCommunity, { description: 'Of the homes in view, each at the middle of those' }),
  alarms: Type.Array(MapAlarm, { description: 'Open ones of the homes in view; without a view, every open one' }),
  visits: Type.Array(VisitNow, { description: 'Under way, likewise' }),
  bounds: Nullable(
    Type.Object({ west: Type.Number(), south: Type.Number(), east: Type.Number(), north: Type.Number() }),
  ),
  unplaced: Nullable(Type.Integer({ description: 'Homes without a position; only told without a view' })),
  asOf: Type.Integer(),
})
export type MapView = Static<typeof MapView>

export const MapQuery = Type.Object({
  bbox: Type.Optional(
    Type.String({
      pattern: '^-?\\d{1,3}(\\.\\d{1,12})?(,-?\\d{1,3}(\\.\\d{1,12})?){3}$',
      description: 'west,south,east,north in WGS-84; without it, everything within the scope',
    }),
  ),
  home: Type.Optional(Uuid),
  elder: Type.Optional(Uuid),
})

export const MapGround = Type.Object({
  /** Whose vector data `GET /api/map/data` answers. */
  data: OneOf(['own', 'demo', 'none']),
  tiles: Nullable(
    Type.Object({
      urls: Type.Array(Type.String({ description: 'With {z}, {x} and {y}' })),
      /** What is drawn over them must be moved into this system. */
      system: OneOf(positionSystems),
      attribution: Type.String(),
    }),
  ),
})
export type MapGround = Static<typeof MapGround>
