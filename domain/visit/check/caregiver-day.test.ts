import { describe, expect, test } from 'vitest'
import { batchTaps, timesAndWays, travelMin } from './caregiver-day.ts'
import { at, loudness, north, presence, visit } from './facts.fixture.ts'
import { CHECK_POLICY as policy } from './policy.ts'

const one = (from: number, to: number, metres = 0, more = {}) =>
  visit({ beganAt: at(from), leftAt: at(to), home: north(metres), homeId: `home-${metres}`, ...more })

describe('overlap', () => {
  test.each([
    [58.1, null],
    [58, 'warning'],
    [50.1, 'warning'],
    [50, 'grave'],
    [0, 'grave'],
  ] as const)('the next begins at minute %s of an hour: %s', (from, severity) => {
    const found = timesAndWays([one(0, 60), one(from, 120)], policy)
    expect(loudness(found, 'overlap')).toBe(severity)
  })

  test('stands with the later visit and names the other', () => {
    const [first, second] = [one(0, 60), one(30, 90)]
    expect(timesAndWays([second, first], policy)).toEqual([
      { visitId: second.id, rule: 'overlap', severity: 'grave', inputs: { minutes: 30, other: first.id } },
    ])
  })

  test('a long visit is held against each within it', () => {
    const found = timesAndWays([one(0, 300), one(30, 60), one(100, 130)], policy)
    expect(found.filter(({ rule }) => rule === 'overlap')).toHaveLength(2)
  })

  test('a couple’s joint visit is one', () => {
    expect(timesAndWays([one(0, 60, 0, { jointId: 'j' }), one(0, 60, 0, { jointId: 'j' })], policy)).toEqual([])
  })
})

describe('impossible travel', () => {
  // 10,500 m, less 500, at 60 km/h: ten minutes.
  test.each([
    [10.1, null],
    [9.9, 'warning'],
    [5.1, 'warning'],
    [4.9, 'grave'],
  ] as const)('%s minutes for ten: %s', (gap, severity) => {
    const found = timesAndWays([one(0, 60), one(60 + gap, 120, 10_500)], policy)
    expect(loudness(found, 'impossible-travel')).toBe(severity)
  })

  test('the least time grows beyond half a kilometre', () => {
    expect([0, 500, 1500].map((metres) => travelMin(metres, policy))).toEqual([0, 0, 1])
  })

  test('nothing is said of the same home, of one whose place is unknown, and after hours', () => {
    const far = { homeId: 'elsewhere' }
    expect(timesAndWays([one(0, 60), one(61, 90)], policy)).toEqual([])
    expect(timesAndWays([one(0, 60), one(61, 90, 10_500, { home: null })], policy)).toEqual([])
    expect(timesAndWays([one(0, 60), one(299, 320, 600_000, far)], policy)).toHaveLength(1)
    expect(timesAndWays([one(0, 60), one(301, 320, 600_000, far)], policy)).toEqual([])
  })
})

describe('taps in a batch', () => {
  const begun = (minutes: number, more = {}) => visit({ presences: [presence(minutes)], ...more })

  test.each([
    [[0, 5], null],
    [[0, 5, 10], 'warning'],
    [[0, 5, 10.1], null],
    [[0, 9, 18, 27], null],
  ] as const)('begins at %j', (minutes, severity) => {
    const found = batchTaps(
      minutes.map((minute) => begun(minute)),
      policy,
    )
    expect(loudness(found, 'batch-taps')).toBe(severity)
  })

  test('every visit of the batch is named, and none beside it', () => {
    const visits = [0, 4, 8, 12, 40].map((minute) => begun(minute))
    expect(batchTaps(visits, policy).map(({ visitId, inputs }) => [visitId, inputs])).toEqual(
      visits.slice(0, 4).map(({ id }) => [id, { visits: 4, minutes: 12 }]),
    )
  })

  test('what a phone only sent at once is no batch; a joint visit is one', () => {
    const sent = [0, 90, 200].map((minute) => visit({ presences: [presence(minute, { receivedAt: at(400) })] }))
    expect(batchTaps(sent, policy)).toEqual([])
    const joint = [begun(0, { jointId: 'j' }), begun(1, { jointId: 'j' }), begun(2)]
    expect(batchTaps(joint, policy)).toEqual([])
  })
})
