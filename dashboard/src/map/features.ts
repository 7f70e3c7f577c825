import type { LonLat } from '@anju/domain/place/position'
import type { MapCommunity, MapHome } from '@anju/api/map/schema'
import type { VisitNow } from '@anju/api/visit/now-schema'
import type { FeatureCollection } from 'geojson'
import { namesOf } from './list.ts'

/** Homes as dots: `state` says how the dot looks, `names` what stands beside it when near. */
export function homeFeatures(homes: readonly MapHome[]): FeatureCollection {
  return collection(homes, (home) => ({ id: home.id, names: namesOf(home), state: stateOfHome(home) }))
}

/** Communities as names; `counted`: with how many homes each has, where those are too many to draw. */
export function nameFeatures(
  communities: readonly MapCommunity[],
  counted: ((homes: number) => string) | null,
): FeatureCollection {
  return collection(communities, ({ name, homes }) => ({ text: counted ? `${name}\n${counted(homes)}` : name }))
}

/** Visits under way at homes whose place is known. */
export function visitFeatures(visits: readonly VisitNow[]): FeatureCollection {
  const placed = visits.flatMap(({ id, state, place }) => (place ? [{ id, state, ...place }] : []))
  return collection(placed, ({ id, state }) => ({ id, state }))
}

export const pointFeatures = (points: readonly LonLat[]): FeatureCollection => collection(points, () => ({}))

/** `dead` when nobody lives there any more, `away` when everybody is, else `living`. */
function stateOfHome({ residents }: MapHome): 'living' | 'away' | 'dead' {
  const living = residents.filter(({ state }) => state !== 'dead')
  if (residents.length > 0 && living.length === 0) return 'dead'
  return living.length > 0 && living.every(({ state }) => state === 'away') ? 'away' : 'living'
}

function collection<T extends LonLat>(points: readonly T[], properties: (point: T) => object): FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: points.map((point) => ({
      type: 'Feature',
      properties: { ...properties(point) },
      geometry: { type: 'Point', coordinates: [point.lon, point.lat] },
    })),
  }
}
