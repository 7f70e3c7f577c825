import { expect, test } from 'vitest'
import { Strike } from './strike.ts'

test('a key struck twice in haste takes one alarm, and after a pause the next', () => {
  const strike = new Strike()
  expect([0, 150, 900, 1_899, 2_899].map((now) => strike.lands(now))).toEqual([true, false, false, false, true])
})
