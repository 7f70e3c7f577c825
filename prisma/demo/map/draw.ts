import { at, buildingAt, DEMO_BUILDING_KM, DEMO_BUILDINGS, demoCentre, demoCommunities, demoTowns } from '../place.ts'
import type { DemoCommunity } from '../place.ts'
import { landmarks, ponds, river, roads, stream, woods } from './lines.ts'
import { band, bent, blob, cell, distanceTo, inside, numbers, smooth, type Point } from './shape.ts'

type Properties = { kind: string; rank?: string; name?: string }
type Geometry =
  | { type: 'Point'; coordinates: Pair }
  | { type: 'LineString'; coordinates: Pair[] }
  | { type: 'Polygon'; coordinates: Pair[][] }
type Pair = [lon: number, lat: number]
type Feature = { type: 'Feature'; properties: Properties; geometry: Geometry }

/**
 * The demo county as GeoJSON (WGS-84), drawn from the numbers its homes are placed by, so that the two cannot part.
 * Properties: `kind` (boundary, built, building, field, wood, water, road, place), `rank` and `name` where they fit.
 */
export function drawDemoCounty(): { type: 'FeatureCollection'; features: Feature[] } {
  const sites = demoCommunities.map(({ centre }) => toKm(centre))
  const boundaries = demoCommunities.map((community, n) =>
    area({ kind: 'boundary', rank: 'community', name: community.name }, boundaryOf(sites, n)),
  )
  const features = [
    area({ kind: 'boundary', rank: 'county' }, outline),
    ...woods.map(([middle, rx, ry], n) => area({ kind: 'wood' }, blob(middle, rx, ry, 0.3, 300 + n))),
    ...demoCommunities.filter(({ kind }) => kind === 'village').flatMap(fields),
    ...demoCommunities.map((each, n) => built(each, n)),
    area(
      { kind: 'water', rank: 'river', name: '清溪河' },
      band(river, (n) => 0.075 + 0.02 * Math.sin(n / 3)),
    ),
    ...ponds.map(([middle, rx, ry], n) =>
      area({ kind: 'water', rank: 'pond' }, blob(middle, rx, ry, 0.25, 400 + n, 18)),
    ),
    line({ kind: 'water', rank: 'stream' }, stream),
    line({ kind: 'water', rank: 'name', name: '清溪河' }, river),
    ...demoCommunities.flatMap(lanes),
    ...roads.map(({ rank, name, line: points }) => line({ kind: 'road', rank, ...(name && { name }) }, points)),
    ...demoCommunities.filter(({ kind }) => kind === 'urban').flatMap(buildings),
    ...boundaries,
    ...demoTowns.map(({ name, centre }) => spot({ kind: 'place', rank: 'town', name }, toKm(centre))),
    ...demoCommunities.map(({ name }, n) => spot({ kind: 'place', rank: 'community', name }, sites[n] ?? [0, 0])),
    ...landmarks.map(([name, middle]) => spot({ kind: 'place', rank: 'landmark', name }, middle)),
  ]
  return { type: 'FeatureCollection', features }
}

const outline = blob([0, 0], 12, 8, 0.06, 11, 160)

/** Shorter edges are the outline's own. */
const STRAIGHT_KM = 0.55

function boundaryOf(sites: readonly Point[], n: number): Point[] {
  const own = sites[n] ?? [0, 0]
  return bent(
    cell(
      outline,
      own,
      sites.filter((site) => site !== own),
    ),
    STRAIGHT_KM,
  )
}

function built({ centre, kind, radiusM }: DemoCommunity, n: number): Feature {
  const far = (radiusM / 1000) * (kind === 'urban' ? 1.05 : 0.72)
  return area({ kind: 'built', rank: kind }, blob(toKm(centre), far, far, 0.12, 100 + n))
}

/** Streets of a town's community, paths of a village. */
function lanes({ centre, kind, radiusM }: DemoCommunity, n: number): Feature[] {
  const [x, y] = toKm(centre)
  if (kind === 'urban') {
    const across = [-0.25, -0.05, 0.15, 0.28].map((dy): Point[] => [
      [x - 0.36, y + dy],
      [x + 0.36, y + dy],
    ])
    const along = [-0.3, 0, 0.3].map((dx): Point[] => [
      [x + dx, y - 0.3],
      [x + dx, y + 0.32],
    ])
    return [...across, ...along].map((points) => line({ kind: 'road', rank: 'lane' }, points))
  }
  const next = numbers(200 + n)
  const turn = next() * Math.PI
  return [0, 1, 2, 3, 4].map((spoke) => {
    const angle = turn + (spoke / 5) * 2 * Math.PI
    const far = (radiusM / 1000) * 0.9
    const middle: Point = [x + 0.5 * far * Math.cos(angle + 0.2), y + 0.5 * far * Math.sin(angle + 0.2)]
    const end: Point = [x + far * Math.cos(angle - 0.1), y + far * Math.sin(angle - 0.1)]
    return line({ kind: 'road', rank: 'path' }, smooth([[x, y], middle, end], 4))
  })
}

/** Parcels around a village's houses, turned as its land lies, none in the river, none in its middle. */
function fields({ centre, radiusM }: DemoCommunity, n: number): Feature[] {
  const [x, y] = toKm(centre)
  const next = numbers(500 + n)
  const turn = next() * Math.PI
  const far = (radiusM / 1000) * 1.5
  const [long, deep] = [0.34, 0.17]
  const found: Feature[] = []
  for (let u = -far; u < far; u += long) {
    for (let v = -far; v < far; v += deep) {
      const share = 0.65 + 0.3 * next()
      const corners = [
        [u, v],
        [u + long * 0.94, v],
        [u + long * 0.94, v + deep * share],
        [u, v + deep * share],
      ] as const
      const ring = corners.map(([a, b]): Point => [
        x + a * Math.cos(turn) - b * Math.sin(turn),
        y + a * Math.sin(turn) + b * Math.cos(turn),
      ])
      const off = Math.hypot(u + long / 2, v + deep / 2)
      const first = ring[0] ?? [x, y]
      const dry = distanceTo(river, first) > 0.45 && inside(outline, first)
      if (off > far * 0.5 && off < far && dry && next() < 0.72) found.push(area({ kind: 'field' }, ring))
    }
  }
  return found
}

function buildings(community: DemoCommunity): Feature[] {
  return Array.from({ length: DEMO_BUILDINGS }, (_, n) => {
    const [x, y] = toKm(buildingAt(community, n + 1))
    const [dx, dy] = [DEMO_BUILDING_KM.long / 2, DEMO_BUILDING_KM.deep / 2]
    const ring: Point[] = [
      [x - dx, y - dy],
      [x + dx, y - dy],
      [x + dx, y + dy],
      [x - dx, y + dy],
    ]
    return area({ kind: 'building', name: String(n + 1) }, ring)
  })
}

function toKm({ lon, lat }: { lon: number; lat: number }): Point {
  const unit = at(1, 1)
  return [(lon - demoCentre.lon) / (unit.lon - demoCentre.lon), (lat - demoCentre.lat) / (unit.lat - demoCentre.lat)]
}

const pair = ([x, y]: Point): Pair => {
  const { lon, lat } = at(x, y)
  return [lon, lat]
}
const area = (properties: Properties, ring: readonly Point[]): Feature => {
  const pairs = ring.map(pair)
  return { type: 'Feature', properties, geometry: { type: 'Polygon', coordinates: [[...pairs, ...pairs.slice(0, 1)]] } }
}
const line = (properties: Properties, points: readonly Point[]): Feature => ({
  type: 'Feature',
  properties,
  geometry: { type: 'LineString', coordinates: points.map(pair) },
})
const spot = (properties: Properties, point: Point): Feature => ({
  type: 'Feature',
  properties,
  geometry: { type: 'Point', coordinates: pair(point) },
})
