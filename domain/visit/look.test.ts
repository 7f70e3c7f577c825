import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { differingBits, LOOK_BITS, lookOf, setBits } from './look.ts'

const grey = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 72, maxLength: 72 })

describe('a look', () => {
  test('one byte a row, the leftmost pair highest: pinned', () => {
    const rising = Array.from({ length: 72 }, (_, i) => i % 9)
    const falling = rising.map((value) => 8 - value)
    const once = Array.from({ length: 72 }, (_, i) => (i === 1 ? 9 : 0))
    expect([...lookOf(rising)]).toEqual(Array<number>(8).fill(255))
    expect([...lookOf(falling)]).toEqual(Array<number>(8).fill(0))
    expect([...lookOf(once)]).toEqual([128, 0, 0, 0, 0, 0, 0, 0])
  })
  test('brightness and contrast change nothing', () => {
    fc.assert(
      fc.property(grey, fc.integer({ min: 1, max: 9 }), fc.integer({ min: -99, max: 99 }), (values, times, more) => {
        expect(lookOf(values.map((value) => value * times + more))).toEqual(lookOf(values))
      }),
    )
  })
  test('another size is a mistake', () => {
    expect(() => lookOf([1, 2, 3])).toThrow('72')
  })
})

describe('how far two are apart', () => {
  const look = fc.uint8Array({ minLength: 8, maxLength: 8 })
  test('nothing from itself, all bits from its opposite, the same both ways, never longer by a detour', () => {
    fc.assert(
      fc.property(look, look, look, (a, b, c) => {
        expect(differingBits(a, a)).toBe(0)
        expect(
          differingBits(
            a,
            a.map((byte) => ~byte),
          ),
        ).toBe(LOOK_BITS)
        expect(differingBits(a, b)).toBe(differingBits(b, a))
        expect(differingBits(a, c)).toBeLessThanOrEqual(differingBits(a, b) + differingBits(b, c))
        expect(setBits(a)).toBe(differingBits(a, new Uint8Array(8)))
      }),
    )
  })
})
