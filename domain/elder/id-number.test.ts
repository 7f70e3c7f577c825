import fc from 'fast-check'
import { expect, test } from 'vitest'
import { birthDayOf, maskIdNumber, parseIdNumber, readIdNumber, sexOfIdNumber } from './id-number.ts'

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

test('a number of the 15 digits of before 1999 is the same person’s number of 18', () => {
  const regions = fc.integer({ min: 110000, max: 659999 })
  const days = fc.date({ min: new Date('1900-01-01'), max: new Date('1999-12-31'), noInvalidDate: true })
  fc.assert(
    fc.property(regions, days, fc.integer({ min: 0, max: 999 }), (region, day, sequence) => {
      const birth = day.toISOString().slice(0, 10)
      const fifteen = `${region}${birth.slice(2).replaceAll('-', '')}${String(sequence).padStart(3, '0')}`
      const read = readIdNumber(fifteen)
      expect(read?.converted).toBe(true)
      expect(read?.id.slice(0, 6) + (read?.id.slice(8, 17) ?? '')).toBe(fifteen)
      expect(birthDayOf(read?.id ?? '')).toBe(birth)
      expect(readIdNumber(read?.id ?? '')).toEqual({ id: read?.id, converted: false })
      expect(sexOfIdNumber(read?.id ?? '')).toBe(sequence % 2 === 1 ? 'male' : 'female')
    }),
  )
})

test('groups, full-width digits and a small x are read; a 15-digit number with a day that never was is not', () => {
  expect(readIdNumber('１１０１０５ 19491231-002ｘ')).toEqual({ id: '11010519491231002X', converted: false })
  expect(readIdNumber('110105490230002')).toBeNull()
})
