import type { LonLat } from '@anju/domain/place/position'

/** A community of the demo county: its homes lie within `radiusM` of `centre` (WGS-84). */
export type DemoCommunity = {
  name: DemoCommunityName
  town: DemoTownName
  /** `urban`: streets and numbered buildings; `village`: houses among fields. */
  kind: 'urban' | 'village'
  centre: LonLat
  radiusM: number
}

/** Where the demo county lies. No county is there: it was drawn for this product, and so were its names. */
export const demoCentre: LonLat = { lon: 104.9, lat: 30.6 }
const KM_PER_LAT = 111.195
const KM_PER_LON = KM_PER_LAT * Math.cos((demoCentre.lat * Math.PI) / 180)

export const demoTowns = [
  { name: '临河镇', centre: at(-4.3, 0.1) },
  { name: '青石镇', centre: at(5.1, 0.6) },
] as const
export type DemoTownName = (typeof demoTowns)[number]['name']

type Row = readonly [name: string, town: DemoTownName, kind: DemoCommunity['kind'], x: number, y: number, r: number]

/** x and y are kilometres east and north of the county's centre, r the radius in metres. */
const rows = [
  ['荷花社区', '临河镇', 'urban', -4.3, 0.9, 450],
  ['南门社区', '临河镇', 'urban', -3.0, -0.4, 420],
  ['渡口社区', '临河镇', 'urban', -5.6, -0.4, 420],
  ['柳树村', '临河镇', 'village', -7.6, 3.5, 1000],
  ['桥头村', '临河镇', 'village', -2.4, 4.2, 900],
  ['白鹭村', '临河镇', 'village', -6.9, -4.3, 1000],
  ['青石街社区', '青石镇', 'urban', 4.5, 0.1, 450],
  ['东岭社区', '青石镇', 'urban', 5.8, 1.0, 420],
  ['竹林村', '青石镇', 'village', 2.7, 4.4, 1000],
  ['松坡村', '青石镇', 'village', 8.3, 3.9, 900],
  ['茶园村', '青石镇', 'village', 7.6, -3.6, 1000],
  ['古井村', '青石镇', 'village', 1.9, -4.2, 1000],
] as const satisfies readonly Row[]
export type DemoCommunityName = (typeof rows)[number][0]

export const demoCommunities: readonly DemoCommunity[] = rows.map(([name, town, kind, x, y, radiusM]) => ({
  name,
  town,
  kind,
  centre: at(x, y),
  radiusM,
}))

/** A spot within a community; `u` and `v` from 0 to 1, evenly over its circle. */
export function spotIn({ centre, radiusM }: DemoCommunity, u: number, v: number): LonLat {
  const far = (radiusM / 1000) * Math.sqrt(u)
  return from(centre, far * Math.cos(2 * Math.PI * v), far * Math.sin(2 * Math.PI * v))
}

/** How many numbered buildings an urban community has, and how they stand: rows that look south. */
export const DEMO_BUILDINGS = 20
const PER_ROW = 4
export const DEMO_BUILDING_KM = { long: 0.062, deep: 0.014 }

/** The middle of an urban community's building `number` (1 to `DEMO_BUILDINGS`), within its circle. */
export function buildingAt({ centre }: DemoCommunity, number: number): LonLat {
  const n = number - 1
  const [column, row] = [n % PER_ROW, Math.floor(n / PER_ROW)]
  return from(centre, (column - (PER_ROW - 1) / 2) * 0.135, (2 - row) * 0.1)
}

/** The point so many kilometres east and north of another, on a plane that is good to a metre over the county. */
export function from({ lon, lat }: LonLat, eastKm: number, northKm: number): LonLat {
  return { lon: round(lon + eastKm / KM_PER_LON), lat: round(lat + northKm / KM_PER_LAT) }
}

/** A point by kilometres east and north of the county's centre. */
export function at(eastKm: number, northKm: number): LonLat {
  return from(demoCentre, eastKm, northKm)
}

/** Six digits are 0.1 m. */
function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6
}
