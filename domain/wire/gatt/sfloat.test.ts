import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sfloat } from './sfloat.ts'

// Raw bytes as sent, little-endian, from the public tests of decoders of Bluetooth meters.
const numbers: [bytes: string, value: number][] = [
  ['65F0', 10.1],
  ['0210', 20],
  ['0220', 200],
  ['2E0B', -1234],
  ['01FE', -51.1],
  ['B0F4', 120],
]

const littleEndian = (hex: string): number => parseInt(hex.slice(2) + hex.slice(0, 2), 16)

describe('SFLOAT', () => {
  it.each(numbers)('%s is %d', (bytes, value) => {
    expect(sfloat(littleEndian(bytes))).toBe(value)
  })

  it.each([0x07ff, 0x0800, 0x07fe, 0x0802, 0x0801])('the special value %i is never a number', (raw) => {
    expect(sfloat(raw)).toBeNull()
  })

  it('the decimal point moves without a rounding', () => {
    expect(sfloat(0xb078)).toBe(0.0012)
    expect(sfloat(0xb078, 6)).toBe(1200)
    expect(sfloat(0xc042, 3)).toBe(6.6)
  })

  it('every other value reads back from its mantissa and exponent', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2045, max: 2045 }), fc.integer({ min: -8, max: 7 }), (mantissa, exponent) => {
        const raw = ((exponent & 0xf) << 12) | (mantissa & 0xfff)
        expect(sfloat(raw)).toBe(Number(`${mantissa}e${exponent}`) + 0)
      }),
    )
  })
})
