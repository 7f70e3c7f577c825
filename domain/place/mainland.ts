import type { LonLat } from './position.ts'

type Box = readonly [north: number, west: number, south: number, east: number]

/**
 * Mainland China as rectangles, and what of them is not: the list that Chinese map software has passed around since
 * about 2014 (`IsInsideChina`). It leaves out Taiwan and the neighbours roughly; within some kilometres of a border,
 * and in Hong Kong and Macau, which it counts in, only somebody who looks at the map can say.
 */
const within: readonly Box[] = [
  [49.2204, 79.4462, 42.8899, 96.33],
  [54.1415, 109.6872, 39.3742, 135.0002],
  [42.8899, 73.1246, 29.5297, 124.143255],
  [29.5297, 82.9684, 26.7186, 97.0352],
  [29.5297, 97.0253, 20.414096, 124.367395],
  [20.414096, 107.975793, 17.871542, 111.744104],
]
const without: readonly Box[] = [
  [25.398623, 119.921265, 21.785006, 122.497559],
  [22.284, 101.8652, 20.0988, 106.665],
  [21.5422, 106.4525, 20.4878, 108.051],
  [55.8175, 109.0323, 50.3257, 119.127],
  [55.8175, 127.4568, 49.5574, 137.0227],
  [44.8922, 131.2662, 42.5692, 137.0227],
]

/** Whether maps of this place are shifted. */
export function inMainlandChina(at: LonLat): boolean {
  return within.some((box) => holds(box, at)) && !without.some((box) => holds(box, at))
}

const holds = ([north, west, south, east]: Box, { lon, lat }: LonLat): boolean =>
  lat <= north && lat >= south && lon >= west && lon <= east
