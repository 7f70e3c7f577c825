import { expect, test } from 'vitest'
import { minutesInWords, ruleWords, sentenceOf } from './words.ts'

test('a case is told with its numbers, as a person says them', () => {
  expect(sentenceOf('late', { minutes: 20, limit: 15 }, 'zh-CN')).toBe('比计划晚 20 分钟开始（15 分钟起提示）。')
  expect(sentenceOf('far-from-home', { part: 'begin', metres: 2340, accuracy: 25 }, 'en')).toBe(
    'At arrival the phone was 2.3 km from the home; its own accuracy 25 m.',
  )
  expect(sentenceOf('backfilled', { how: 'typed-late', part: 'end', minutes: 4320 }, 'en')).toBe(
    'The time of leaving was typed in 3 d later.',
  )
  expect(
    sentenceOf('service-without-credential', { credential: 'medical-check', code: '', expired: true }, 'zh-CN'),
  ).toBe('「健康检查」已过期。')
})

test('what was done is said to need no minutes at all by nobody', () => {
  const short = (needed: number, tag: 'zh-CN' | 'en') =>
    sentenceOf('too-short', { minutes: 20, planned: 60, needed }, tag)
  expect([short(0, 'zh-CN'), short(0, 'en')]).toEqual(['用时 20 分钟，计划 60 分钟。', 'Took 20 min; planned 60 min.'])
  expect([short(30, 'zh-CN'), short(30, 'en')]).toEqual([
    '用时 20 分钟，计划 60 分钟，所做项目至少需要 30 分钟。',
    'Took 20 min; planned 60 min; what was done needs 30 min at least.',
  ])
})

test('hours from two on, days from two on', () => {
  expect([119, 120, 2879, 2880].map((minutes) => minutesInWords(minutes, 'en'))).toEqual([
    '119 min',
    '2 h',
    '48 h',
    '2 d',
  ])
})

test('a rule that is newer than the page is called by its code', () => {
  expect(ruleWords('no-such-rule', 'en').name).toBe('no-such-rule')
  expect(sentenceOf('no-such-rule', {}, 'en')).toBe('no-such-rule')
})
