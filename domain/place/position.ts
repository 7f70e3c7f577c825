import { shifted, unshifted } from './gcj02.ts'
import { inMainlandChina } from './mainland.ts'

/** Degrees; east and north are positive. Without a system named: WGS-84. */
export type LonLat = { lon: number; lat: number }

/**
 * `wgs84`: what satellite receivers say. CGCS2000, the state's own system and that of 天地图, differs from it by less
 * than a metre, so such positions are given as `wgs84`. `gcj02`: what maps on Chinese telephones say (高德, 腾讯),
 * 50 to 700 m away from the truth.
 */
export const positionSystems = ['wgs84', 'gcj02'] as const
export type PositionSystem = (typeof positionSystems)[number]

/** A position as somebody gave it. */
export type Position = LonLat & { system: PositionSystem }

/**
 * The position in WGS-84, as it is stored. GCJ-02 is undone to less than a millimetre inside mainland China; outside
 * it the two systems are one. Within 700 m outside the border a GCJ-02 position may mean either.
 */
export function toWgs84({ lon, lat, system }: Position): LonLat {
  if (system === 'wgs84') return { lon, lat }
  const at = unshifted({ lon, lat })
  return inMainlandChina(at) ? at : { lon, lat }
}

/** Where a WGS-84 position is drawn on a map of `system`. */
export function fromWgs84({ lon, lat }: LonLat, system: PositionSystem): LonLat {
  return system === 'gcj02' && inMainlandChina({ lon, lat }) ? shifted({ lon, lat }) : { lon, lat }
}

/** Mean radius of the earth (IUGG), in metres. */
const EARTH_M = 6_371_008.8

/** Metres between two positions of one system along the ground, by the haversine formula; off by 0.5 % at most. */
export function distanceM(a: LonLat, b: LonLat): number {
  const radians = Math.PI / 180
  const half = (from: number, to: number): number => Math.sin(((to - from) * radians) / 2) ** 2
  const h = half(a.lat, b.lat) + Math.cos(a.lat * radians) * Math.cos(b.lat * radians) * half(a.lon, b.lon)
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)))
}
