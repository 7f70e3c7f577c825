import { expect, test } from 'vitest'
import { isTestAlone } from './test-press.ts'

const startedAt = new Date('2026-11-22T08:00:00Z')
const since = new Date('2026-11-22T08:00:30Z')
const before = new Date('2026-11-22T07:59:00Z')
const mine = { deviceId: 'btn-1', at: since }

test.each([
  ['its one press', 1, [mine], true],
  ['pressed three times', 3, [mine, mine, mine], true],
  ['a press of another button in the home', 2, [mine, { deviceId: 'btn-2', at: since }], false],
  ['a press of the same button before the test', 2, [{ ...mine, at: before }, mine], false],
  ['more presses than the story tells of', 12, [mine, mine], false],
  ['a press whose device is not known', 1, [{ deviceId: null, at: since }], false],
])('an alarm with %s may be ended at once as a test, or not', (_name, presses, told, alone) => {
  expect(isTestAlone({ presses, told }, { deviceId: 'btn-1', startedAt })).toBe(alone)
})
