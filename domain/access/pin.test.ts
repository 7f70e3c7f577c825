import { expect, test } from 'vitest'
import { pinFault, pinPolicy } from './pin.ts'
import { waitMs } from './throttle.ts'

test.each([
  ['12345', 'not-six-digits'],
  ['1234567', 'not-six-digits'],
  ['12345a', 'not-six-digits'],
  ['１２３４５６', 'not-six-digits'],
  ['', 'not-six-digits'],
  ['000000', 'trivial'],
  ['123456', 'trivial'],
  ['890123', 'trivial'],
  ['654321', 'trivial'],
  ['121212', 'trivial'],
  ['123123', 'trivial'],
  ['112233', 'trivial'],
  ['111222', 'trivial'],
  ['520131', 'trivial'],
  ['135791', null],
  ['284071', null],
  ['112234', null],
])('the PIN %j: %s', (pin, fault) => {
  expect(pinFault(pin)).toBe(fault)
})

test('a hurried hand waits after the fourth wrong PIN, and a day does not wash failures away', () => {
  const lastFailureAt = new Date('2026-11-30T08:00:00Z')
  expect(waitMs(pinPolicy, { failures: 3, lastFailureAt }, lastFailureAt)).toBe(0)
  expect(waitMs(pinPolicy, { failures: 5, lastFailureAt }, lastFailureAt)).toBe(2000)
  expect(waitMs(pinPolicy, { failures: 9, lastFailureAt }, new Date('2026-12-01T08:00:00Z'))).toBe(0)
})
