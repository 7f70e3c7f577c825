import { describe, expect, test } from 'vitest'
import { LOST_AFTER_MS, TAB_GONE_AFTER_MS, backOff, hasSlept, phase, speaker, type Tab } from './beat.ts'

describe('the live link', () => {
  test('is live while open and heard within ten seconds', () => {
    expect(phase({ open: true, heardAt: 5_000, since: 0 }, 14_999)).toBe('live')
  })
  test('is lost ten seconds after the last heartbeat, open or not', () => {
    for (const open of [true, false])
      expect(phase({ open, heardAt: 5_000, since: 0 }, 5_000 + LOST_AFTER_MS)).toBe('lost')
  })
  test('wavers between a cut and the tenth second', () => {
    expect(phase({ open: false, heardAt: 5_000, since: 0 }, 9_000)).toBe('wavering')
  })
  test('joins, and is lost when nothing was ever heard', () => {
    expect(phase({ open: false, heardAt: null, since: 0 }, 9_999)).toBe('joining')
    expect(phase({ open: false, heardAt: null, since: 0 }, 10_000)).toBe('lost')
  })
  test('backs off further each time, never beyond eight seconds, never at one beat for all desks', () => {
    const most = [0, 1, 2, 3, 4, 5, 30].map((attempt) => backOff(attempt, 0.999999))
    expect(most).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000])
    expect(backOff(5, 0)).toBe(4000)
  })
})

describe('the page that sounds', () => {
  const tab = (over: Partial<Tab>): Tab => ({ armed: true, visible: true, answeredAt: 0, order: 0, ...over })

  test('is one that is armed', () => {
    expect(speaker([tab({ armed: false })], 0)).toBeNull()
  })
  test('is not one that stopped answering: a frozen page cannot be heard', () => {
    expect(speaker([tab({ answeredAt: 0 })], TAB_GONE_AFTER_MS)).toBeNull()
  })
  test('is a visible one before a hidden one, and the newer of two', () => {
    const hidden = tab({ visible: false, order: 3 })
    const older = tab({ order: 1 })
    const newer = tab({ order: 2 })
    expect(speaker([hidden, older, newer], 0)).toBe(newer)
    expect(speaker([hidden], 0)).toBe(hidden)
  })
})

test('an hour without a tick was slept through; a slow second and a clock set back were not', () => {
  expect(hasSlept(0, 3_600_000)).toBe(true)
  expect(hasSlept(0, 5_000)).toBe(false)
  expect(hasSlept(3_600_000, 0)).toBe(false)
})
