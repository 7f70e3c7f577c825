import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { setBits } from '../look.ts'
import { at, loudness, photo, presence, visit } from './facts.fixture.ts'
import { photoOlderThanVisit, photoSeenBefore, type SentPhoto } from './photo.ts'
import { CHECK_POLICY as policy } from './policy.ts'

test.each([
  [-9.9, null],
  [-10, 'warning'],
  [-24 * 60 + 1, 'warning'],
  [-24 * 60, 'grave'],
  [30, null],
  [null, null],
] as const)('taken at minute %s of the visit: %s', (minutes, severity) => {
  const taken = photo({ takenAt: minutes === null ? null : at(minutes) })
  expect(loudness(photoOlderThanVisit(visit({ photos: [taken] }), policy), 'photo-older-than-visit')).toBe(severity)
})

test('a phone whose clock is an hour behind dates both alike', () => {
  const presences = [presence(0, { deviceAt: at(-60) })]
  const heard = (minutes: number) =>
    loudness(
      photoOlderThanVisit(visit({ presences, photos: [photo({ takenAt: at(minutes) })] }), policy),
      'photo-older-than-visit',
    )
  expect([heard(-69), heard(-70)]).toEqual([null, 'warning'])
})

const look = Uint8Array.of(0b10110100, 0x55, 0x0f, 0xf0, 0x33, 0xcc, 0xaa, 0x3c)
/** The same picture with so many bits turned, spread over it. */
const turned = (bits: number): Uint8Array => look.map((byte, i) => (i < bits ? byte ^ (1 << (i % 8)) : byte))
const sent = (minutes: number, visitId: string, more: Partial<SentPhoto> = {}): SentPhoto => ({
  ...photo({ receivedAt: at(minutes) }),
  visitId,
  homeId: visitId,
  providerId: 'provider',
  jointId: null,
  asked: true,
  ...more,
})

describe('a photo seen before', () => {
  const heard = (...photos: SentPhoto[]) => loudness(photoSeenBefore(photos, policy), 'photo-seen-before')

  test('the same file for another visit is grave; for its own it is a repeat', () => {
    expect(heard(sent(0, 'one', { digest: 'd' }), sent(9, 'two', { digest: 'd' }))).toBe('grave')
    expect(heard(sent(0, 'one', { digest: 'd' }), sent(9, 'one', { digest: 'd' }))).toBeNull()
    expect(
      heard(sent(0, 'one', { digest: 'd', jointId: 'j' }), sent(9, 'two', { digest: 'd', jointId: 'j' })),
    ).toBeNull()
  })

  test.each([
    [0, 'warning'],
    [1, 'warning'],
    [4, 'warning'],
    [5, null],
  ] as const)('a picture that differs in %i bits: %s', (bits, severity) => {
    expect(heard(sent(0, 'one', { look }), sent(9, 'two', { look: turned(bits) }))).toBe(severity)
  })

  test('the same corner of the same home looks alike by right', () => {
    expect(heard(sent(0, 'one', { look, homeId: 'h' }), sent(9, 'two', { look: turned(2), homeId: 'h' }))).toBe(
      'notice',
    )
  })

  test('looks are compared within a provider, files everywhere', () => {
    const other = { providerId: 'other' }
    expect(heard(sent(0, 'one', { look }), sent(9, 'two', { look, ...other }))).toBeNull()
    expect(heard(sent(0, 'one', { digest: 'd' }), sent(9, 'two', { digest: 'd', ...other }))).toBe('grave')
  })

  test.each([
    [0b00011111, null],
    [0b00111111, 'warning'],
  ] as const)('a dark picture looks like any other: bits %s', (byte, severity) => {
    const dark = Uint8Array.of(byte, 0, 0, 0, 0, 0, 0, 0)
    expect(heard(sent(0, 'one', { look: dark }), sent(9, 'two', { look: dark }))).toBe(severity)
  })

  test('the later names the first; photos around are compared with, and not found', () => {
    const first = sent(0, 'one', { digest: 'd', asked: false })
    const again = sent(9, 'two', { digest: 'd' })
    expect(photoSeenBefore([again, first, sent(20, 'three', { digest: 'd', asked: false })], policy)).toEqual([
      {
        visitId: 'two',
        rule: 'photo-seen-before',
        severity: 'grave',
        inputs: { photo: again.id, first: first.id, other: 'one', how: 'same-file', bits: 0 },
      },
    ])
  })
})

test('whatever four bits differ, the picture is known again', () => {
  const bits = fc.uniqueArray(fc.integer({ min: 0, max: 63 }), { maxLength: 4 })
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), bits, (any, turnedBits) => {
      fc.pre(setBits(any) >= 10 && setBits(any) <= 54)
      const again = any.map((byte, i) =>
        turnedBits.reduce((b, bit) => (bit >> 3 === i ? b ^ (1 << (bit & 7)) : b), byte),
      )
      const found = photoSeenBefore([sent(0, 'one', { look: any }), sent(9, 'two', { look: again })], policy)
      expect(found.map(({ inputs }) => inputs)).toMatchObject([{ how: 'same-look', bits: turnedBits.length }])
    }),
  )
})
