import { distanceM } from '@anju/domain/place/position'
import type { FeatureCollection, Geometry } from 'geojson'
import { expect, test } from 'vitest'
import { shiftedTo } from './shift.ts'

const point = [104.9, 30.6]
const line = [point, [104.91, 30.61]]
const geometries: Geometry[] = [
  { type: 'Point', coordinates: point },
  { type: 'MultiPoint', coordinates: line },
  { type: 'LineString', coordinates: line },
  { type: 'MultiLineString', coordinates: [line] },
  { type: 'Polygon', coordinates: [[...line, point]] },
  { type: 'MultiPolygon', coordinates: [[[...line, point]]] },
  { type: 'GeometryCollection', geometries: [{ type: 'Point', coordinates: point }] },
]
const data: FeatureCollection = {
  type: 'FeatureCollection',
  features: geometries.map((geometry) => ({ type: 'Feature', properties: { kind: 'road' }, geometry })),
}
const first = (value: unknown): number[] =>
  Array.isArray(value) && typeof value[0] === 'number' ? value : first(Array.isArray(value) ? value[0] : undefined)

test('over maps in WGS-84 nothing is moved', () => {
  expect(shiftedTo('wgs84', data)).toBe(data)
})

test.each(geometries.map((each, n) => [each.type, n] as const))('a %s is moved whole for maps in GCJ-02', (_, n) => {
  const geometry = shiftedTo('gcj02', data).features[n]?.geometry
  const inner = geometry?.type === 'GeometryCollection' ? geometry.geometries[0] : geometry
  if (!inner || inner.type === 'GeometryCollection') throw new Error('no geometry')
  const [lon = 0, lat = 0] = first(inner.coordinates)
  const far = distanceM({ lon, lat }, { lon: 104.9, lat: 30.6 })
  expect(far).toBeGreaterThan(100)
  expect(far).toBeLessThan(700)
  expect(data.features[n]?.geometry).toEqual(geometries[n])
})
