import { expect, test } from 'vitest'
import { Pace } from './pace.ts'

const MINUTE_MS = 60_000

test('a press never waits for what its hub said before it', () => {
  const pace = new Pace()
  for (let i = 0; i < 100_000; i++) pace.waitMs('hub', 'reading', 0)
  expect(pace.waitMs('hub', 'reading', 0)).toBe(5000)
  for (let i = 0; i < 300; i++) expect(pace.waitMs('hub', 'press', 0)).toBe(0)
})

test('a device that presses without end is slowed down, it alone', () => {
  const pace = new Pace()
  let nowMs = 0
  let presses = 0
  // Each next one is read when the one before is done.
  for (; nowMs < MINUTE_MS; presses++) nowMs += pace.waitMs('stuck', 'press', nowMs)
  expect(presses).toBeGreaterThan(300)
  expect(presses).toBeLessThan(300 + 20 * 60 + 1)
  expect(pace.waitMs('another', 'press', nowMs)).toBe(0)
  expect(pace.waitMs('stuck', 'press', nowMs + MINUTE_MS)).toBe(0)
})
