import { expect, test } from 'vitest'
import { en } from '../messages/en.ts'
import { fenOf, fitnessWords, standingWords, yuan } from './words.ts'

test.each([
  ['80', 8000],
  ['80.5', 8050],
  ['80.05', 8005],
  ['0', 0],
  [' 12。30 ', 1230],
  ['', null],
  ['8,000', null],
  ['-1', null],
  ['1.234', null],
])('%j yuan are %j fen', (text, fen) => expect(fenOf(text)).toBe(fen))

test('fen are written with both figures, and nothing as nothing', () => {
  expect([8050, 5, 0, null].map(yuan)).toEqual(['80.50', '0.05', '0.00', ''])
})

test('a standing says until, since or from when', () => {
  const row = { kind: 'exam', needed: true, inDays: null } as const
  expect(standingWords(en, { ...row, state: 'expiring', day: '2026-12-20', inDays: 20 }, 'en')).toBe(
    'until December 20, 2026 · 20 days left',
  )
  expect(standingWords(en, { ...row, state: 'expired', day: '2026-11-01' }, 'en')).toBe('ended November 1, 2026')
  expect(standingWords(en, { ...row, state: 'valid', day: null }, 'en')).toBe('no end')
  expect(standingWords(en, { ...row, state: 'never', day: null }, 'en')).toBe('')
})

test('a history speaks of conditions, amounts and yes or no in words', () => {
  expect(fitnessWords(en, 'conditions', ['doctor-order'])).toBe('doctor’s order')
  expect(fitnessWords(en, 'priceFen', 8050)).toBe('80.50 yuan')
  expect(fitnessWords(en, 'photos', false)).toBe('no')
  expect(fitnessWords(en, 'note', 'text')).toBeNull()
})
