import { expect, test } from 'vitest'
import { ageOn } from './age.ts'

test.each([
  ['1940-11-22', '2026-11-21', 85],
  ['1940-11-22', '2026-11-22', 86],
  ['1940-02-29', '2026-02-28', 85],
  ['1940-02-29', '2026-03-01', 86],
  ['2027-01-01', '2026-11-22', null],
  [null, '2026-11-22', null],
])('born on %s, on %s: %s years', (bornOn, today, age) => {
  expect(ageOn(bornOn, today)).toBe(age)
})
