import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maskIdNumber, parseIdNumber } from './id-number.ts'

test("the standard's own example is read, with a small x as with a large one", () => {
  expect(parseIdNumber('11010519491231002X')).toBe('11010519491231002X')
  expect(parseIdNumber(' 11010519491231002x ')).toBe('11010519491231002X')
  expect(parseIdNumber('440524188001010014')).toBe('440524188001010014')
})

test('any one digit misread is noticed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 16 }), fc.integer({ min: 1, max: 9 }), (at, add) => {
      const id = '11010519491231002X'
      const digit = String((Number(id[at]) + add) % 10)
      expect(parseIdNumber(id.slice(0, at) + digit + id.slice(at + 1))).toBeNull()
    }),
  )
})

test.each(['', '11010519491231002', '11010519490230002X', '01010519491231002X', 'not a number at all'])(
  '%j is no identity number',
  (text) => {
    expect(parseIdNumber(text)).toBeNull()
  },
)

test('a masked number keeps its length and shows neither birth date nor sequence', () => {
  expect(maskIdNumber('11010519491231002X')).toBe('110105**********2X')
})
