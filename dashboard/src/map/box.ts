import type { LonLat } from '@anju/domain/place/position'
import type { MapView } from '@anju/api/map/schema'

/** A rectangle of the county, WGS-84. */
export type Box = NonNullable<MapView['bounds']>

export const within = ({ west, south, east, north }: Box, { lon, lat }: LonLat): boolean =>
  lon >= west && lon <= east && lat >= south && lat <= north

/** About ten metres are enough for a question; so the same view asks the same. */
export const asked = ({ west, south, east, north }: Box): string =>
  [west, south, east, north].map((each) => each.toFixed(4)).join(',')

const M_PER_DEGREE = 111_195

/** The rectangle that reaches so many metres to every side of a point. */
export function around({ lon, lat }: LonLat, m: number): Box {
  const [dLat, dLon] = [m / M_PER_DEGREE, m / M_PER_DEGREE / Math.cos((lat * Math.PI) / 180)]
  return { west: lon - dLon, south: lat - dLat, east: lon + dLon, north: lat + dLat }
}
