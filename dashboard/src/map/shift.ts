import { fromWgs84, type PositionSystem } from '@anju/domain/place/position'
import type { FeatureCollection, Geometry, Position } from 'geojson'

/** WGS-84 GeoJSON as it is drawn over maps of `system`; what is stored and sent stays WGS-84. */
export function shiftedTo(system: PositionSystem, data: FeatureCollection): FeatureCollection {
  if (system === 'wgs84') return data
  return { ...data, features: data.features.map((each) => ({ ...each, geometry: shifted(system, each.geometry) })) }
}

function shifted(system: PositionSystem, geometry: Geometry): Geometry {
  const point = ([lon = 0, lat = 0]: Position): Position => {
    const at = fromWgs84({ lon, lat }, system)
    return [at.lon, at.lat]
  }
  const line = (points: Position[]): Position[] => points.map(point)
  const area = (lines: Position[][]): Position[][] => lines.map(line)
  switch (geometry.type) {
    case 'Point':
      return { ...geometry, coordinates: point(geometry.coordinates) }
    case 'LineString':
    case 'MultiPoint':
      return { ...geometry, coordinates: line(geometry.coordinates) }
    case 'Polygon':
    case 'MultiLineString':
      return { ...geometry, coordinates: area(geometry.coordinates) }
    case 'MultiPolygon':
      return { ...geometry, coordinates: geometry.coordinates.map(area) }
    case 'GeometryCollection':
      return { ...geometry, geometries: geometry.geometries.map((each) => shifted(system, each)) }
  }
}
