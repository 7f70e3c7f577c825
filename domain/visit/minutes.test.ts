import fc from 'fast-check'
import { expect, test } from 'vitest'
import { minutesOf, sharedMinutes } from './minutes.ts'

test('whole minutes, and none where the end stands before the begin', () => {
  const at = (s: number) => new Date(Date.UTC(2026, 0, 1) + s * 1000)
  expect([minutesOf(at(0), at(3599)), minutesOf(at(0), at(3600)), minutesOf(at(1), at(0))]).toEqual([59, 60, null])
})

test('a joint visit loses no minute and favours nobody by more than one', () => {
  fc.assert(
    fc.property(fc.nat(1440), fc.integer({ min: 1, max: 4 }), (minutes, people) => {
      const each = sharedMinutes(minutes, people)
      expect(each.reduce((a, b) => a + b, 0)).toBe(minutes)
      expect(Math.max(...each) - Math.min(...each)).toBeLessThanOrEqual(1)
    }),
  )
})
