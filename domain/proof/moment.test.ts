import { expect, test } from 'vitest'
import { at, sent } from './end.fixture.ts'
import { timingOf } from './moment.ts'

const right = { clockOffMin: null, later: false }

test('a tap that was sent at once happened when it was tapped', () => {
  expect(timingOf(sent(40))).toEqual({ at: at(40), delayMin: 0, ...right })
  expect(timingOf(sent(40, 5))).toEqual({ at: at(40), delayMin: 5, ...right })
})

test('beyond five minutes it was sent later', () => {
  expect(timingOf(sent(40, 5.1))).toEqual({ at: at(40), delayMin: 5, ...right, later: true })
})

test.each([525_600, -525_600, 30])('a clock off by %i minutes is told, and hides no delay', (off) => {
  const moment = { tappedAt: at(off), sentAt: at(off + 20), receivedAt: at(20) }
  expect(timingOf(moment)).toEqual({ at: at(0), delayMin: 20, later: true, clockOffMin: off })
})

test('of a device that does not say when it sent, the arrival stands for it', () => {
  expect(timingOf({ tappedAt: at(0), sentAt: null, receivedAt: at(3) })).toEqual({ at: at(0), delayMin: 3, ...right })
  expect(timingOf({ tappedAt: at(0), sentAt: null, receivedAt: at(30) })).toMatchObject({ delayMin: 30, later: true })
  expect(timingOf({ tappedAt: at(4), sentAt: null, receivedAt: at(0) })).toMatchObject({ at: at(0), delayMin: 0 })
})

test.each([
  { tappedAt: null, sentAt: null },
  { tappedAt: null, sentAt: at(0) },
  { tappedAt: at(6), sentAt: null },
  { tappedAt: at(1), sentAt: at(0) }, // set back in between
])('%o: nobody can say when it happened', (clocks) => {
  expect(timingOf({ ...clocks, receivedAt: at(0) })).toEqual({ at: null, delayMin: null, ...right })
})
