import { expect, test } from 'vitest'
import { isFlood, suggestsPlan } from './yardsticks.ts'

test.each([
  [10, 1, false],
  [11, 1, true],
  [20, 2, false],
  [21, 2, true],
  [10, 0, false],
  [11, 0, true],
])('%i alarms in ten minutes for %i operators: a flood? %s', (alarms, operators, flood) => {
  expect(isFlood(alarms, operators)).toBe(flood)
})

test.each([
  [4, 4, false],
  [5, 3, true],
  [5, 2, false],
  [100, 60, true],
])('of %i presses %i were false: suggested? %s', (presses, falsePresses, suggested) => {
  expect(suggestsPlan({ presses, falsePresses })).toBe(suggested)
})
