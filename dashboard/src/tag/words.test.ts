import { expect, test } from 'vitest'
import { sunRefusals } from '@anju/domain/proof/sun'
import { tapUrlFaults } from '@anju/domain/proof/tap-url'
import { failureOf, failureWords, tagWords } from './words.ts'

/** All that `checkTag` answers where it does not verify. */
const CODES = ['counter-replayed', 'tag-unknown', 'tag-of-nobody', 'tag-of-other-area', ...tapUrlFaults, ...sunRefusals]

test('whatever a trial failed by, somebody at the door is told why and what to look at, in both languages', () => {
  for (const code of CODES) {
    for (const language of ['zh-CN', 'en'] as const) {
      expect([code, failureWords(code, language)]).not.toEqual([code, ''])
      expect([code, tagWords[language].failed.looks[failureOf(code)].length > 0]).toEqual([code, true])
    }
  }
})

test('a used address, a wrong key, an unknown tag and what cannot be read are told apart', () => {
  expect(['counter-replayed', 'sun-mac-mismatch', 'tag-unknown', 'tap-parameter-missing'].map(failureOf)).toEqual([
    'used',
    'wrong-key',
    'unknown',
    'unreadable',
  ])
})
