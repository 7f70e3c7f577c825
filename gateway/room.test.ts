import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Room } from './room.ts'

test('never more than fits, first come first served, and everybody gets in', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 15 }), { maxLength: 40 }), async (weights) => {
      const room = new Room(10)
      const order: number[] = []
      let inside = 0
      await Promise.all(
        weights.map(async (weight, i) => {
          await room.enter(weight)
          order.push(i)
          inside += weight
          expect(inside <= 10 || inside === weight).toBe(true)
          await Promise.resolve()
          inside -= weight
          room.leave(weight)
        }),
      )
      expect(order).toEqual(weights.map((_, i) => i))
      expect(room.waiting).toBe(0)
    }),
  )
})
