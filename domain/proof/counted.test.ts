import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countedOf, type SaidEnd } from './counted.ts'

const nine = Date.UTC(2026, 2, 4, 9)
let made = 0
const end = (minute: number, more: Partial<SaidEnd> = {}): SaidEnd => ({
  id: String((made += 1)).padStart(6, '0'),
  part: 'end',
  at: new Date(nine + minute * 60_000),
  grade: 'claimed',
  correction: false,
  approved: false,
  ...more,
})
const correction = (minute: number, more: Partial<SaidEnd> = {}): SaidEnd => end(minute, { correction: true, ...more })
const minuteOf = (ends: SaidEnd[]): number | null => {
  const counted = countedOf(ends, 'end')
  return counted === null ? null : (counted.at.getTime() - nine) / 60_000
}

test.each<[string, SaidEnd[], number | null]>([
  ['nothing was said', [], null],
  ['the first of equals', [end(5), end(3)], 3],
  ['the best of several', [end(3), end(5, { grade: 'proved' })], 5],
  ['what is worth nothing, where there is nothing else', [end(3, { grade: null })], 3],
  ['a correction of an end that is missing counts while it waits', [correction(9)], 9],
  ['and of one that is worth nothing', [end(3, { grade: null }), correction(9)], 9],
  ['beside an end that is worth something it waits', [end(3), correction(9)], 3],
  ['approved it counts, whatever was tapped', [end(3, { grade: 'proved' }), correction(9, { approved: true })], 9],
  ['the last that was approved', [correction(9, { approved: true }), correction(7, { approved: true })], 7],
  ['one that waits takes nothing from one that was approved', [correction(9, { approved: true }), correction(7)], 9],
  ['one that was refused is as if never said', [end(3), correction(9, { grade: null })], 3],
])('%s', (_, ends, minute) => {
  expect(minuteOf(ends)).toBe(minute)
})

test('an end is counted by what was said of it, in whatever order it is read, and never by what was said of the other', () => {
  const ends = fc.array(
    fc.record({
      minute: fc.integer({ min: 0, max: 90 }),
      grade: fc.constantFrom('claimed', 'supported', 'proved', null),
      correction: fc.boolean(),
      approved: fc.boolean(),
      part: fc.constantFrom('begin', 'end'),
    }),
    { maxLength: 8 },
  )
  fc.assert(
    fc.property(ends, (given) => {
      const said = given.map(({ minute, ...more }, i) => end(minute + i / 100, more))
      const counted = countedOf(said, 'end')
      expect(counted?.part ?? 'end').toBe('end')
      expect(countedOf(said.toReversed(), 'end')).toBe(counted)
      expect(
        countedOf(
          said.filter(({ part }) => part === 'end'),
          'end',
        ),
      ).toBe(counted)
    }),
  )
})
