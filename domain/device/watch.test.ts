import fc from 'fast-check'
import { expect, test } from 'vitest'
import { groupWatched, SINGLE_AT_MOST, type Watched } from './watch.ts'

const device = (n: number, areaPath: string): Watched => ({ id: `d${n}`, areaId: areaPath, areaPath })

test('three of a village are one errand, two are two', () => {
  expect(groupWatched([1, 2, 3].map((n) => device(n, '/c/t/v/')))).toEqual([
    { areaPath: '/c/t/v/', devices: ['d1', 'd2', 'd3'] },
  ])
  expect(groupWatched([1, 2].map((n) => device(n, '/c/t/v/')))).toEqual([
    { areaPath: null, devices: ['d1'] },
    { areaPath: null, devices: ['d2'] },
  ])
})

test('three hundred low cells, one a village, are one alarm a town', () => {
  const found = groupWatched(Array.from({ length: 300 }, (_, n) => device(n, `/c/t${n % 12}/v${n}/`)))
  expect(found).toHaveLength(12)
})

test('every device is in one group, and few are alone', () => {
  const path = fc.tuple(fc.nat(3), fc.nat(9)).map(([town, village]) => `/c/t${town}/v${village}/`)
  fc.assert(
    fc.property(fc.array(path, { maxLength: 400 }), (paths) => {
      const groups = groupWatched(paths.map((each, n) => device(n, each)))
      expect(groups.flatMap(({ devices }) => devices).sort()).toEqual(paths.map((_, n) => `d${n}`).sort())
      expect(groups.filter(({ areaPath }) => areaPath === null).length).toBeLessThanOrEqual(SINGLE_AT_MOST)
    }),
  )
})
