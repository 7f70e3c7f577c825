import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inMainlandChina } from './mainland.ts'
import { distanceM, fromWgs84, toWgs84, type LonLat } from './position.ts'

/** WGS-84 and the GCJ-02 it becomes: the first from coordtransform's README, the others from eviltransform's tests. */
const published: [wgs84: LonLat, gcj02: LonLat][] = [
  [
    { lon: 116.404, lat: 39.915 },
    { lon: 116.41024449916938, lat: 39.91640428150164 },
  ],
  [
    { lon: 121.5272106, lat: 31.1774276 },
    { lon: 121.531541859215, lat: 31.17530398364597 },
  ],
  [
    { lon: 113.912316, lat: 22.543847 },
    { lon: 113.9171764808363, lat: 22.540796131694766 },
  ],
  [
    { lon: 116.377817, lat: 39.911954 },
    { lon: 116.38404722455657, lat: 39.91334545536069 },
  ],
]

test.each(published)('%o becomes the published GCJ-02', (wgs84, gcj02) => {
  const found = fromWgs84(wgs84, 'gcj02')
  expect(found.lon).toBeCloseTo(gcj02.lon, 10)
  expect(found.lat).toBeCloseTo(gcj02.lat, 10)
})

test.each(published)('%o comes back from the published GCJ-02', (wgs84, gcj02) => {
  expect(distanceM(toWgs84({ ...gcj02, system: 'gcj02' }), wgs84)).toBeLessThan(0.001)
})

const anywhere = fc.record({
  lon: fc.double({ min: -180, max: 180, noNaN: true }),
  lat: fc.double({ min: -85, max: 85, noNaN: true }),
})
const mainland = fc
  .record({
    lon: fc.double({ min: 73, max: 135, noNaN: true }),
    lat: fc.double({ min: 18, max: 54, noNaN: true }),
  })
  .filter(inMainlandChina)

test('anywhere in mainland China the shift is undone to less than 0.1 m', () => {
  fc.assert(
    fc.property(mainland, (at) => {
      const back = toWgs84({ ...fromWgs84(at, 'gcj02'), system: 'gcj02' })
      // A point on the very edge may come back as lying a hair outside, where nothing is shifted.
      fc.pre(
        inMainlandChina({ lon: at.lon - 1e-6, lat: at.lat }) && inMainlandChina({ lon: at.lon + 1e-6, lat: at.lat }),
      )
      fc.pre(
        inMainlandChina({ lon: at.lon, lat: at.lat - 1e-6 }) && inMainlandChina({ lon: at.lon, lat: at.lat + 1e-6 }),
      )
      expect(distanceM(back, at)).toBeLessThan(0.1)
    }),
    { numRuns: 1000 },
  )
})

test('in mainland China the shift is felt, and stays under a kilometre', () => {
  fc.assert(
    fc.property(mainland, (at) => {
      const far = distanceM(fromWgs84(at, 'gcj02'), at)
      expect(far).toBeGreaterThan(1)
      expect(far).toBeLessThan(1000)
    }),
  )
})

test('outside mainland China the two systems are one', () => {
  fc.assert(
    fc.property(
      anywhere.filter((at) => !inMainlandChina(at)),
      (at) => {
        expect(fromWgs84(at, 'gcj02')).toEqual(at)
      },
    ),
  )
  const seoul = { lon: 126.978, lat: 37.5665 }
  const taipei = { lon: 121.5654, lat: 25.033 }
  const hanoi = { lon: 105.8542, lat: 21.0285 }
  for (const at of [seoul, taipei, hanoi]) expect(toWgs84({ ...at, system: 'gcj02' })).toEqual(at)
})

test('WGS-84 is what is stored, as it came', () => {
  fc.assert(
    fc.property(anywhere, (at) => {
      expect(toWgs84({ ...at, system: 'wgs84' })).toEqual(at)
      expect(fromWgs84(at, 'wgs84')).toEqual(at)
    }),
  )
})

test('a degree of latitude is 111.2 km, and nothing is far from itself', () => {
  expect(distanceM({ lon: 104.9, lat: 30 }, { lon: 104.9, lat: 31 })).toBeCloseTo(111_195, -1)
  expect(distanceM({ lon: 104.9, lat: 30.6 }, { lon: 104.9, lat: 30.6 })).toBe(0)
  expect(distanceM({ lon: 0, lat: 0 }, { lon: 180, lat: 0 })).toBeCloseTo(20_015_115, -1)
})
