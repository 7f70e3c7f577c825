import { describe, expect, test } from 'vitest'
import { at, loudness, north, presence, visit } from './facts.fixture.ts'
import { badgeAtWrongDoor, farFromHome } from './place.ts'
import { CHECK_POLICY as policy } from './policy.ts'

describe('a badge or tag where it should not be', () => {
  test.each([
    [{}, null],
    [{ homeId: null }, null],
    [{ homeId: 'neighbour' }, 'warning'],
    [{ caregiverId: 'colleague' }, 'warning'],
    [{ caregiverId: 'colleague', lent: true }, 'notice'],
    [{ homeId: 'neighbour', lent: true }, 'warning'],
    [{ homeId: 'neighbour', part: null }, null],
  ] as const)('%j: %s', (given, severity) => {
    expect(loudness(badgeAtWrongDoor(visit({ presences: [presence(0, given)] })), 'badge-at-wrong-door')).toBe(severity)
  })
})

describe('far from home', () => {
  const heard = (metres: number, accuracyM: number, more = {}) => {
    const presences = [presence(0, { position: { ...north(metres), accuracyM } })]
    return loudness(farFromHome(visit({ presences, ...more }), policy), 'far-from-home')
  }
  test.each([
    [320, 25, null],
    [330, 25, 'warning'],
    [2020, 25, 'warning'],
    [2030, 25, 'grave'],
    [2295, 2000, null],
    [2305, 2000, 'warning'],
    [9000, 2001, null],
  ] as const)('%i m away, ± %i m: %s', (metres, accuracy, severity) => {
    expect(heard(metres, accuracy)).toBe(severity)
  })
  test('where the home stands must be known, and a missing position is no finding of this rule', () => {
    expect(heard(9000, 10, { home: null })).toBeNull()
    expect(farFromHome(visit({ presences: [presence(0, { position: null, receivedAt: at(0) })] }), policy)).toEqual([])
  })
})
