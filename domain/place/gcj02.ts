import type { LonLat } from './position.ts'

/** Semi-major axis of the Krasovsky 1940 ellipsoid, in metres, and its eccentricity squared: what the shift is built on. */
const A = 6_378_245
const EE = 0.006_693_421_622_965_943

/** Far below what any of our positions can mean: 1e-9 degrees are 0.1 mm. */
const CLOSE_DEG = 1e-9
/** The shift changes so slowly that each round gains more than three digits; the bound is for the reader. */
const ROUNDS = 20

/**
 * WGS-84 to GCJ-02 by the algorithm that was published as EvilTransform (2013) and is used alike by eviltransform,
 * coordtransform and PRCoords; the surveying authority itself publishes none.
 */
export function shifted(at: LonLat): LonLat {
  const by = shift(at)
  return { lon: at.lon + by.lon, lat: at.lat + by.lat }
}

/** The point that `shifted` moves to `to`: the published algorithm has no inverse, so it is approached by iteration. */
export function unshifted(to: LonLat): LonLat {
  let at = to
  for (let round = 0; round < ROUNDS; round++) {
    const by = shift(at)
    const next = { lon: to.lon - by.lon, lat: to.lat - by.lat }
    const moved = Math.max(Math.abs(next.lon - at.lon), Math.abs(next.lat - at.lat))
    at = next
    if (moved < CLOSE_DEG) break
  }
  return at
}

/** How far the shift moves a point, in degrees. The names x and y are the published ones: degrees from 105° E, 35° N. */
function shift({ lon, lat }: LonLat): LonLat {
  const x = lon - 105
  const y = lat - 35
  const { sin, sqrt, abs, cos, PI } = Math
  const both = 20 * sin(6 * x * PI) + 20 * sin(2 * x * PI)
  const north =
    -100 +
    (2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))) +
    (2 / 3) * (both + 20 * sin(y * PI) + 40 * sin((y / 3) * PI) + 160 * sin((y / 12) * PI) + 320 * sin((y / 30) * PI))
  const east =
    300 +
    (x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))) +
    (2 / 3) * (both + 20 * sin(x * PI) + 40 * sin((x / 3) * PI) + 150 * sin((x / 12) * PI) + 300 * sin((x / 30) * PI))
  const radians = (lat / 180) * PI
  const magic = 1 - EE * sin(radians) ** 2
  return {
    lon: (east * 180) / ((A / sqrt(magic)) * cos(radians) * PI),
    lat: (north * 180) / (((A * (1 - EE)) / (magic * sqrt(magic))) * PI),
  }
}
