import { expect, test } from 'vitest'
import { typedPosition } from './typed.ts'

test('a position is read as people write it', () => {
  const value = { lon: 104.855, lat: 30.608, system: 'wgs84' }
  expect(typedPosition('104.855', '30.608', 'wgs84')).toEqual({ value, problem: null, remark: null })
  expect(typedPosition(' 104,855° ', '30.608 °', 'wgs84')).toEqual({ value, problem: null, remark: null })
  expect(typedPosition('', ' ', 'wgs84')).toEqual({ value: null, problem: null })
})

test.each([
  ['104.855', '', 'both'],
  ['', '30.6', 'both'],
  ['30.608', '104.855', 'swapped'],
  ['east', '30.6', 'badLon'],
  ['190', '30.6', 'badLon'],
  ['104.8', '1e2', 'badLat'],
  ['104.8', '30.6.1', 'badLat'],
])('%s, %s is no position yet: %s', (lon, lat, problem) => {
  expect(typedPosition(lon, lat, 'wgs84')).toEqual({ value: null, problem })
})

test('GCJ-02 outside mainland China is taken, with a remark', () => {
  expect(typedPosition('139.69', '35.69', 'gcj02')).toMatchObject({ remark: 'outside', value: { system: 'gcj02' } })
  expect(typedPosition('104.8', '30.6', 'gcj02')).toMatchObject({ remark: null })
})
