import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clockOf } from './clock.ts'
import { isAhead, VISIT_STATES } from './kinds.ts'

const plannedFrom = new Date('2026-11-30T01:00:00Z')
const at = (minutes: number) => new Date(plannedFrom.getTime() + minutes * 60_000)
const says = (minutes: number, state: (typeof VISIT_STATES)[number] = 'assigned', length = 120) =>
  clockOf({ state, plannedFrom, plannedTo: at(length) }, at(minutes)).kind

test('late at 15, missing at 30 and 60, missed when its time is over', () => {
  expect([14.9, 15, 29.9, 30, 59.9, 60, 119.9, 120].map((minute) => says(minute))).toEqual([
    'wait',
    'late',
    'late',
    'missing',
    'missing',
    'missing',
    'missing',
    'missed',
  ])
  expect([says(59, 'assigned', 30), says(60, 'assigned', 30)]).toEqual(['missing', 'missed'])
})

test('somebody inside is asked after an hour beyond the end', () => {
  expect([says(60, 'in-service'), says(179.9, 'in-service'), says(180, 'in-service')]).toEqual([
    'wait',
    'wait',
    'inside-too-long',
  ])
})

test('of every state either somebody is awaited, somebody is inside, or nothing is asked', () => {
  for (const state of VISIT_STATES) {
    expect(says(1000, state)).toBe(isAhead(state) ? 'missed' : state === 'in-service' ? 'inside-too-long' : 'over')
  }
})

test('whenever it is asked again, it is later', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...VISIT_STATES),
      fc.integer({ min: -600, max: 3000 }),
      fc.integer({ min: 1, max: 720 }),
      (state, now, length) => {
        const clock = clockOf({ state, plannedFrom, plannedTo: at(length) }, at(now))
        if ('askAt' in clock) expect(clock.askAt.getTime()).toBeGreaterThan(at(now).getTime())
      },
    ),
  )
})
