import { expect, test } from 'vitest'
import { careDue, type CareWatch, groupOverdue, keyReasons, nextAsked } from './due.ts'

const DAY_MS = 86_400_000
const now = new Date('2026-11-22T02:00:00Z')
const ago = (days: number) => new Date(now.getTime() - days * DAY_MS)
const watch: CareWatch = { since: ago(9), everyDays: 7, awayMs: 0, awayNow: false, alive: true }

test('a check is due its days after the last one, and overdue by whole days', () => {
  expect(careDue(watch, now)).toEqual({ kind: 'due', dueAt: ago(2), overdueDays: 2 })
  expect(careDue({ ...watch, since: ago(7) }, now)).toEqual({ kind: 'due', dueAt: now, overdueDays: 0 })
  expect(careDue({ ...watch, since: ago(3) }, now)).toEqual({ kind: 'due', dueAt: ago(-4), overdueDays: 0 })
})

test('days away do not count, and nobody who is away, dead or unplanned is due', () => {
  expect(careDue({ ...watch, awayMs: 5 * DAY_MS }, now)).toEqual({ kind: 'due', dueAt: ago(-3), overdueDays: 0 })
  expect(careDue({ ...watch, awayNow: true }, now)).toEqual({ kind: 'none', why: 'away' })
  expect(careDue({ ...watch, everyDays: null }, now)).toEqual({ kind: 'none', why: 'not-planned' })
  expect(careDue({ ...watch, alive: false }, now)).toEqual({ kind: 'none', why: 'dead' })
})

test('three hundred overdue elders of a community are one alarm, two are two', () => {
  const elders = Array.from({ length: 300 }, (_, n) => ({ id: `e${n}`, homeId: `h${n}`, dueAt: ago(n % 9) }))
  const [group, ...others] = groupOverdue(elders, false)
  expect(others).toEqual([])
  expect(group?.of).toBe('community')
  expect(group?.elders).toHaveLength(300)
  expect(groupOverdue(elders.slice(0, 2), false).map(({ of }) => of)).toEqual(['elder', 'elder'])
  expect(groupOverdue([], true)).toEqual([])
})

test('while a community’s alarm is open, one more overdue elder joins it', () => {
  const one = { id: 'e', homeId: 'h', dueAt: ago(4) }
  expect(groupOverdue([one], true)).toEqual([{ of: 'community', elders: [one] }])
})

test('overdue checks are asked after at half past eight in the community’s own morning', () => {
  const asked = (at: string, zone = 'Asia/Shanghai') => nextAsked(zone, new Date(at)).toISOString()
  expect(asked('2026-11-22T00:29:59.500Z')).toBe('2026-11-22T00:30:00.000Z')
  expect(asked('2026-11-22T00:30:00Z')).toBe('2026-11-23T00:30:00.000Z')
  expect(asked('2026-11-22T13:00:00Z')).toBe('2026-11-23T00:30:00.000Z')
  expect(asked('2026-11-22T13:00:00Z', 'Asia/Urumqi')).toBe('2026-11-23T02:30:00.000Z')
})

test('who lives alone, is eighty or is ill is seen first in the dark', () => {
  expect(keyReasons({ livesAlone: true, age: 80, conditions: '高血压' })).toEqual(['alone', 'over-80', 'conditions'])
  expect(keyReasons({ livesAlone: false, age: 79, conditions: ' ' })).toEqual([])
  expect(keyReasons({ livesAlone: false, age: null, conditions: '' })).toEqual([])
})
