import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { distanceM, fromWgs84, type LonLat } from '../place/position.ts'
import { inMainlandChina } from '../place/mainland.ts'
import { judgePosition, positionLimits, type PhonePosition } from './position.ts'

const home: LonLat = { lon: 104.92, lat: 30.31 } // a village in Sichuan
const METRES_A_DEGREE = 111_195

/** So far north of the home. */
const north = (metres: number): LonLat => ({ lon: home.lon, lat: home.lat + metres / METRES_A_DEGREE })
const phone = (at: LonLat, more: Partial<PhonePosition> = {}): PhonePosition => ({
  ...at,
  system: 'wgs84',
  accuracyM: 20,
  ...more,
})

describe('a position that says which system it means', () => {
  test.each([
    [0, 20, 'near'],
    [149, 20, 'near'],
    [160, 20, 'near-within-accuracy'],
    [169, 20, 'near-within-accuracy'],
    [175, 20, 'far'],
    [440, 300, 'near-within-accuracy'],
    [0, 301, 'too-coarse'],
    [440, 301, 'too-coarse'],
    [2400, 2000, 'far'],
    [80_000, 2000, 'far'],
  ])('%i m away, known to %i m: %s', (metres, accuracyM, state) => {
    expect(judgePosition(home, phone(north(metres), { accuracyM }))).toMatchObject({
      state,
      metres,
      accuracyM,
      system: 'wgs84',
      stated: true,
      reasons: state === 'too-coarse' ? ['position-accuracy-coarse'] : [],
    })
  })

  test.each([null, 0, -1, NaN])('accuracy %s says nothing, however near', (accuracyM) => {
    expect(judgePosition(home, phone(home, { accuracyM }))).toMatchObject({
      state: 'too-coarse',
      accuracyM: null,
      reasons: ['position-accuracy-missing'],
    })
  })

  test('GCJ-02 that says so is converted', () => {
    const at = phone(fromWgs84(north(30), 'gcj02'), { system: 'gcj02' })
    expect(judgePosition(home, at)).toMatchObject({ state: 'near', metres: 30, system: 'gcj02', reasons: [] })
    const far = phone(fromWgs84(north(3000), 'gcj02'), { system: 'gcj02' })
    expect(judgePosition(home, far)).toMatchObject({ state: 'far', metres: 3000 })
  })

  test('GCJ-02 that calls itself WGS-84 is far as said and near otherwise: nothing can be said', () => {
    const judged = judgePosition(home, phone(fromWgs84(home, 'gcj02')))
    expect(judged).toMatchObject({ state: 'too-coarse', system: 'wgs84', reasons: ['position-datum-doubtful'] })
    expect(judged.state !== 'missing' && judged.metres).toBeGreaterThan(170)
  })

  test('WGS-84 that calls itself GCJ-02 alike', () => {
    expect(judgePosition(home, phone(home, { system: 'gcj02' }))).toMatchObject({
      state: 'too-coarse',
      system: 'gcj02',
      reasons: ['position-datum-doubtful'],
    })
  })
})

describe('a position that does not say which system it means', () => {
  test.each([
    ['wgs84', home],
    ['gcj02', fromWgs84(home, 'gcj02')],
  ])('near as %s only: within accuracy at most, and it says what was assumed', (system, at) => {
    expect(judgePosition(home, phone(at, { system: null }))).toMatchObject({
      state: 'near-within-accuracy',
      metres: 0,
      system,
      stated: false,
      reasons: ['position-datum-assumed'],
    })
  })

  test('far either way is far', () => {
    expect(judgePosition(home, phone(north(5000), { system: null }))).toMatchObject({ state: 'far', reasons: [] })
  })

  test('abroad the two systems are one, so nothing is assumed', () => {
    const seoul = { lon: 126.978, lat: 37.5665 }
    expect(judgePosition(seoul, phone(seoul, { system: null }))).toMatchObject({ state: 'near', reasons: [] })
  })
})

test.each(['position-not-given', 'position-denied', 'position-unavailable'] as const)('%s is missing', (reason) => {
  expect(judgePosition(home, reason)).toEqual({ state: 'missing', reason })
})

test('a home nobody placed leaves the position missing', () => {
  expect(judgePosition(null, phone(home))).toEqual({ state: 'missing', reason: 'position-home-unplaced' })
})

test.each([
  { lon: NaN, lat: 30 },
  { lon: 104, lat: 91 },
  { lon: 181, lat: 30 },
  { lon: Infinity, lat: 30 },
  { lon: 0, lat: 0 },
])('%o is no place', (at) => {
  expect(judgePosition(home, phone(at))).toEqual({ state: 'missing', reason: 'position-unreadable' })
})

const mainland = fc
  .record({
    lon: fc.double({ min: 76, max: 130, noNaN: true }),
    lat: fc.double({ min: 20, max: 50, noNaN: true }),
  })
  // Not within some kilometres of the border, where one of the two readings may lie abroad.
  .filter(({ lon, lat }) =>
    [-0.02, 0.02].every((a) => [-0.02, 0.02].every((b) => inMainlandChina({ lon: lon + a, lat: lat + b }))),
  )

test('anywhere in mainland China a mix-up of the two systems is never taken for far, and never for near', () => {
  const bothWays = { ...positionLimits, nearM: 40 } // in places the shift is hardly more than 100 m
  fc.assert(
    fc.property(mainland, (at) => {
      const shift = distanceM(fromWgs84(at, 'gcj02'), at)
      fc.pre(shift > 65)
      for (const mixed of [phone(fromWgs84(at, 'gcj02')), phone(at, { system: 'gcj02' })])
        expect(judgePosition(at, mixed, bothWays).state).toBe('too-coarse')
    }),
  )
})

test('being farther away never brings a position nearer', () => {
  const order = ['near', 'near-within-accuracy', 'too-coarse', 'far']
  const accuracy = fc.integer({ min: 1, max: 500 })
  fc.assert(
    fc.property(fc.nat({ max: 3000 }), fc.nat({ max: 3000 }), accuracy, (a, b, accuracyM) => {
      // Where there is one system only, so that no reading of the other stands between.
      const seoul = { lon: 126.978, lat: 37.5665 }
      const [near, far] = [Math.min(a, b), Math.max(a, b)].map((metres) => {
        const at = { lon: seoul.lon, lat: seoul.lat + metres / METRES_A_DEGREE }
        return order.indexOf(judgePosition(seoul, phone(at, { accuracyM })).state)
      })
      expect(near!).toBeLessThanOrEqual(far!)
    }),
  )
})
