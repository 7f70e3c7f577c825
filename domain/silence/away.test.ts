import fc from 'fast-check'
import { expect, test } from 'vitest'
import { allAway, type Away, isAway, pausesOf, withoutPauses } from './away.ts'

const t0 = Date.UTC(2026, 10, 22)
const at = (hour: number) => new Date(t0 + hour * 3_600_000)
const away = (from: number, to: number | null): Away => ({ from: at(from), to: to === null ? null : at(to) })

const interval = fc
  .tuple(fc.nat(50), fc.option(fc.integer({ min: 1, max: 20 })))
  .map(([from, length]) => away(from, length === null ? null : from + length))
const person = fc.array(interval, { maxLength: 4 })
const hour = fc.double({ min: 0, max: 80, noNaN: true })

test('all are away exactly when each of them is', () => {
  fc.assert(
    fc.property(fc.array(person, { minLength: 1, maxLength: 3 }), hour, (people, h) => {
      expect(isAway(allAway(people), at(h))).toBe(people.every((absences) => isAway(absences, at(h))))
    }),
  )
})

test('what is left of our uptime is what was not paused, to the moment', () => {
  const up = fc
    .tuple(fc.nat(50), fc.integer({ min: 1, max: 30 }))
    .map(([from, length]) => ({ from: at(from), to: at(from + length) }))
  fc.assert(
    fc.property(fc.array(up, { maxLength: 4 }), person, hour, (ups, pauses, h) => {
      const holds = (list: readonly { from: Date; to: Date }[]) =>
        list.some(({ from, to }) => from <= at(h) && at(h) < to)
      expect(holds(withoutPauses(ups, pauses))).toBe(holds(ups) && !isAway(pauses, at(h)))
    }),
  )
})

const all = [away(0, null)]
test.each<[string, Parameters<typeof pausesOf>, boolean]>([
  [
    'hers, and she is away',
    [[{ elderId: 'she', homeId: 'h' }], new Map([['h', ['she', 'he']]]), new Map([['she', all]])],
    true,
  ],
  [
    'hers, and only he is away',
    [[{ elderId: 'she', homeId: 'h' }], new Map([['h', ['she', 'he']]]), new Map([['he', all]])],
    false,
  ],
  [
    'the home’s, and one is there',
    [[{ elderId: null, homeId: 'h' }], new Map([['h', ['she', 'he']]]), new Map([['she', all]])],
    false,
  ],
  [
    'the home’s, and both are away',
    [
      [{ elderId: null, homeId: 'h' }],
      new Map([['h', ['she', 'he']]]),
      new Map([
        ['she', all],
        ['he', all],
      ]),
    ],
    true,
  ],
  ['the home’s, where nobody is known to live', [[{ elderId: null, homeId: 'h' }], new Map(), new Map()], false],
  [
    'a meter of two, one away',
    [
      [
        { elderId: 'she', homeId: 'h' },
        { elderId: 'he', homeId: 'h' },
      ],
      new Map([['h', ['she', 'he']]]),
      new Map([['she', all]]),
    ],
    false,
  ],
  ['in no home', [[], new Map(), new Map()], false],
])('a device that is %s is paused or not', (_which, given, paused) => {
  expect(isAway(pausesOf(...given), at(1))).toBe(paused)
})
