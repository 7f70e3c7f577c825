import { describe, expect, test } from 'vitest'
import { isUsername, normalUsername, passwordFault } from './password.ts'

describe('a password', () => {
  test.each([
    ['', 'too-short'],
    ['123456789', 'too-short'],
    ['一二三四五六七八九', 'too-short'],
    ['x'.repeat(257) + 'yz', 'too-long'],
    ['1234567890', 'common'],
    ['QWERTYuiop', 'common'],
    ['aaaaaaaaaaaa', 'common'],
    ['ababababab', 'common'],
    ['wangli2026', 'own-name'],
    ['WangliWangli', 'own-name'],
    ['ilgnaw12345!', 'own-name'],
    ['白日依山尽黄河入海流', null],
    ['correct horse battery', null],
    ['wangli keeps bees', null],
  ])('%j: %s', (password, fault) => {
    expect(passwordFault(password, 'wangli')).toBe(fault)
  })
  test('is counted in characters, not in the halves some are stored in', () => {
    expect(passwordFault('𠀀𠀁𠀂𠀃𠀄𠀅𠀆𠀇𠀈', 'wangli')).toBe('too-short')
  })
})

describe('a user name', () => {
  test('is the same in any case and width', () => {
    expect(normalUsername(' ＷａｎｇLi ')).toBe('wangli')
  })
  test.each([
    ['王丽', true],
    ['wang.li-2_a', true],
    ['w', false],
    ['.wang', false],
    ['wang li', false],
    ['wang@li', false],
    ['x'.repeat(33), false],
  ])('%j may be one: %s', (name, may) => {
    expect(isUsername(name)).toBe(may)
  })
})
