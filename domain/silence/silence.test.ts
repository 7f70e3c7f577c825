import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decideSilent, groupSilent, type SilentDevice, silentForMs } from './silence.ts'

const t0 = Date.UTC(2026, 10, 22)
const at = (min: number) => new Date(t0 + min * 60_000)
const up = (from: number, to: number) => ({ from: at(from), to: at(to) })

test('silence is counted only while we were up, once, in any order of intervals', () => {
  expect(silentForMs(at(0), at(60), [up(0, 60)])).toBe(60 * 60_000)
  expect(silentForMs(at(0), at(60), [up(50, 90), up(-10, 10), up(5, 20)])).toBe(30 * 60_000)
  expect(silentForMs(at(0), at(60), [])).toBe(0)
})

test('counted silence never exceeds the time that passed, and more uptime never shortens it', () => {
  const interval = fc.tuple(fc.nat(100), fc.nat(100)).map(([from, length]) => up(from, from + length))
  fc.assert(
    fc.property(fc.array(interval), interval, fc.nat(50), fc.nat(100), (ups, more, heard, passed) => {
      const now = at(heard + passed)
      const silent = silentForMs(at(heard), now, ups)
      expect(silent).toBeLessThanOrEqual(passed * 60_000)
      expect(silentForMs(at(heard), now, [...ups, more])).toBeGreaterThanOrEqual(silent)
    }),
  )
})

test('a device is silent, asked again, or no question any more', () => {
  const device = { lastHeard: at(0), silentSince: null, revoked: false, silentAfterMs: 15 * 60_000 }
  const all = [up(-60, 600)]
  expect(decideSilent(device, all, at(10))).toEqual({ kind: 'again', dueAt: at(15) })
  expect(decideSilent(device, all, at(15))).toMatchObject({ kind: 'silent' })
  expect(decideSilent({ ...device, revoked: true }, all, at(15))).toMatchObject({ kind: 'moot' })
  expect(decideSilent({ ...device, lastHeard: null }, all, at(15))).toMatchObject({ kind: 'again' })
  expect(decideSilent({ ...device, silentSince: at(14) }, all, at(15))).toMatchObject({ kind: 'again' })
})

const device = (id: string, areaId = 'a', hubId: string | null = null): SilentDevice => ({ id, areaId, hubId })

test('a device that was moved away from its hub does not hide behind it', () => {
  expect(
    groupSilent(
      [device('h', 'a'), device('x', 'b', 'h')],
      new Map([
        ['a', 9],
        ['b', 9],
      ]),
    ),
  ).toEqual([
    { cause: 'device', ref: 'h', devices: ['h'] },
    { cause: 'device', ref: 'x', devices: ['x'] },
  ])
})

test('a hub with its children is one cause, a dark village another, the rest stand alone', () => {
  expect(groupSilent([device('h'), device('x', 'a', 'h'), device('y', 'a', 'h')], new Map([['a', 40]]))).toEqual([
    { cause: 'hub', ref: 'h', devices: ['h', 'x', 'y'] },
  ])
  expect(groupSilent([device('1'), device('2'), device('3')], new Map([['a', 5]]))).toEqual([
    { cause: 'community', ref: 'a', devices: ['1', '2', '3'] },
  ])
  expect(groupSilent([device('1'), device('2')], new Map([['a', 2]]))).toEqual([
    { cause: 'device', ref: '1', devices: ['1'] },
    { cause: 'device', ref: '2', devices: ['2'] },
  ])
})

test('every silent device stands in exactly one group', () => {
  const some = fc.uniqueArray(
    fc.record({
      id: fc.constantFrom(...'abcdefghij'),
      areaId: fc.constantFrom('a1', 'a2'),
      hubId: fc.constantFrom(null, 'a', 'b', 'zz'),
    }),
    { selector: (item) => item.id },
  )
  fc.assert(
    fc.property(some, fc.nat(20), (silent, extra) => {
      const groups = groupSilent(
        silent,
        new Map([
          ['a1', silent.length + extra],
          ['a2', silent.length],
        ]),
      )
      expect(groups.flatMap((group) => group.devices).sort()).toEqual(silent.map((item) => item.id).sort())
    }),
  )
})
