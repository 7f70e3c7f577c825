import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildingAt, DEMO_BUILDINGS, demoCommunities, spotIn } from '../place.ts'
import { drawDemoCounty } from './draw.ts'
import { inside, type Point } from './shape.ts'

const { features } = drawDemoCounty()
const ringOf = (kind: string, name?: string): Point[] => {
  const found = features.find(({ properties }) => properties.kind === kind && properties.name === name)
  if (found?.geometry.type !== 'Polygon') throw new Error(`no ${kind} ${name}`)
  return (found.geometry.coordinates[0] ?? []).slice(1)
}
const pointOf = ({ lon, lat }: { lon: number; lat: number }): Point => [lon, lat]

test('every home lies in its own community’s boundary, in no other’s, and not in the river', () => {
  const boundaries = new Map(demoCommunities.map(({ name }) => [name, ringOf('boundary', name)]))
  const river = ringOf('water', '清溪河')
  const unit = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(fc.constantFrom(...demoCommunities), unit, unit, (community, u, v) => {
      const at = pointOf(spotIn(community, u, v))
      const within = [...boundaries].filter(([, ring]) => inside(ring, at)).map(([name]) => name)
      expect(within).toEqual([community.name])
      expect(inside(river, at)).toBe(false)
    }),
    { numRuns: 500 },
  )
})

test('every numbered building of an urban community is drawn where its homes are', () => {
  const buildings = features.filter(({ properties }) => properties.kind === 'building')
  const urban = demoCommunities.filter(({ kind }) => kind === 'urban')
  const places = urban.flatMap((each) => Array.from({ length: DEMO_BUILDINGS }, (_, n) => buildingAt(each, n + 1)))
  expect(buildings).toHaveLength(places.length)
  buildings.forEach(({ geometry }, n) => {
    if (geometry.type !== 'Polygon') throw new Error('a building without a shape')
    const place = places[n]
    if (place === undefined) throw new Error('a building without homes')
    expect(inside((geometry.coordinates[0] ?? []).slice(1), pointOf(place))).toBe(true)
  })
})

test('the drawing is the same at every start, and every ring is closed', () => {
  expect(drawDemoCounty()).toEqual({ type: 'FeatureCollection', features })
  for (const { geometry } of features) {
    if (geometry.type === 'Polygon') for (const ring of geometry.coordinates) expect(ring.at(-1)).toEqual(ring[0])
  }
})
