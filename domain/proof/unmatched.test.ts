import { expect, test } from 'vitest'
import { sunRefusals } from './sun.ts'
import { tapUrlFaults } from './tap-url.ts'
import { unmatchedCodes, unmatchedKinds, unmatchedOf } from './unmatched.ts'

test('whatever a reading came to has one meaning, and one alone', () => {
  const codes = unmatchedKinds.flatMap((kind) => [...unmatchedCodes[kind]])
  expect(new Set(codes).size).toBe(codes.length)
  expect([...tapUrlFaults, ...sunRefusals].filter((code) => !codes.some((one) => one === code))).toEqual([])
  for (const kind of unmatchedKinds) {
    for (const code of unmatchedCodes[kind]) expect(unmatchedOf(code)).toBe(kind)
  }
})

test('what nobody has words for yet found no visit', () => {
  expect(['', 'newer-than-this-page'].map(unmatchedOf)).toEqual(['no-visit', 'no-visit'])
})
