import { describe, expect, test } from 'vitest'
import { at, loudness, presence, visit } from './facts.fixture.ts'
import { identicalDurations, manyManualEntries, roundTimes } from './pattern.ts'
import { CHECK_POLICY as policy } from './policy.ts'

const DAY = 24 * 60
const some = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i))
const lasted = (minutes: number, i: number) => visit({ beganAt: at(i * DAY), leftAt: at(i * DAY + minutes) })

describe('identical durations', () => {
  const heard = (same: number, other: number) => {
    const visits = [...some(same, (i) => lasted(60, i)), ...some(other, (i) => lasted(61 + i, same + i))]
    return loudness(identicalDurations(visits, policy), 'identical-durations')
  }
  test.each([
    [9, 0, null],
    [10, 0, 'warning'],
    [39, 61, null],
    [40, 60, 'notice'],
    [59, 41, 'notice'],
    [60, 40, 'warning'],
  ] as const)('%i to the minute, %i not: %s', (same, other, severity) => {
    expect(heard(same, other)).toBe(severity)
  })
  test('is told once, with the first of them', () => {
    const visits = some(12, (i) => lasted(60, i))
    expect(identicalDurations(visits.toReversed(), policy)).toEqual([
      {
        visitId: visits[0]?.id,
        rule: 'identical-durations',
        severity: 'warning',
        inputs: { visits: 12, of: 12, minutes: 60, share: 100 },
      },
    ])
  })
})

describe('round times', () => {
  const heard = (round: number, other: number) => {
    const visits = [
      ...some(round, (i) => visit({ beganAt: at(i * DAY + 5.5), leftAt: at(i * DAY + 60) })),
      ...some(other, (i) => visit({ beganAt: at((round + i) * DAY + 1), leftAt: at((round + i) * DAY + 59) })),
    ]
    return loudness(roundTimes(visits, policy), 'round-times')
  }
  test.each([
    [9, 0, null],
    [10, 0, 'warning'],
    [49, 51, null],
    [50, 50, 'notice'],
    [74, 26, 'notice'],
    [75, 25, 'warning'],
  ] as const)('%i round visits, %i others: %s', (round, other, severity) => {
    expect(heard(round, other)).toBe(severity)
  })
})

describe('many manual entries', () => {
  const heard = (typed: number, tapped: number) =>
    loudness(
      manyManualEntries(
        [...some(typed, () => 'typed' as const), ...some(tapped, () => 'tag' as const)].map((way, i) =>
          visit({ beganAt: at(i * DAY), presences: [presence(i * DAY, { way })] }),
        ),
        policy,
      ),
      'many-manual-entries',
    )
  test.each([
    [9, 0, null],
    [10, 0, 'warning'],
    [29, 71, null],
    [30, 70, 'notice'],
    [59, 41, 'notice'],
    [60, 40, 'warning'],
  ] as const)('%i typed ends, %i tapped: %s', (typed, tapped, severity) => {
    expect(heard(typed, tapped)).toBe(severity)
  })
  test('an end that was corrected was given by hand, whatever was tapped', () => {
    const corrected = { begin: false, end: true }
    const fixed = some(12, (i) => visit({ presences: [presence(i), presence(i + 1, { part: 'end' })], corrected }))
    expect(manyManualEntries(fixed, policy)).toMatchObject([{ inputs: { ends: 12, of: 24, share: 50 } }])
  })
  test('an end that was tapped as well is not typed', () => {
    const both = some(12, (i) => visit({ presences: [presence(i), presence(i, { way: 'typed' })] }))
    expect(manyManualEntries(both, policy)).toEqual([])
  })
})
