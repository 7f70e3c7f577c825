import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isSampled } from './sample.ts'

const secret = (text: string) => new TextEncoder().encode(text.padEnd(32, '.'))
const ids = Array.from({ length: 4000 }, (_, i) => `019ad5f0-0000-7000-8000-${String(i).padStart(12, '0')}`)
const picked = (share: number, by: string) => ids.filter((id) => isSampled(id, secret(by), share))

test('about the share that is asked for; none of 0, all of 100', () => {
  expect(picked(0, 'a')).toEqual([])
  expect(picked(100, 'a')).toEqual(ids)
  // 400 expected, standard deviation 19
  expect(Math.abs(picked(10, 'a').length - 400)).toBeLessThan(100)
})

test('whoever lacks the secret cannot tell: another secret picks others', () => {
  const [mine, other] = [picked(10, 'a'), new Set(picked(10, 'b'))]
  // by chance a tenth of a tenth is picked by both: 40, standard deviation 6
  expect(mine.filter((id) => other.has(id)).length).toBeLessThan(80)
})

test('asked again it is the same, and a larger share keeps what a smaller one picked', () => {
  fc.assert(
    fc.property(
      fc.uuid(),
      fc.string(),
      fc.integer({ min: 0, max: 100 }),
      fc.integer({ min: 0, max: 100 }),
      (id, key, a, b) => {
        const [small, large] = [Math.min(a, b), Math.max(a, b)].map((share) => isSampled(id, secret(key), share))
        expect(isSampled(id, secret(key), Math.min(a, b))).toBe(small)
        if (small) expect(large).toBe(true)
      },
    ),
  )
})
