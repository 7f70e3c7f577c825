import { refusals } from '@anju/domain/error'
import { describe, expect, test } from 'vitest'
import { en as base } from './en.ts'
import { exception as enException } from './en-exception.ts'
import { look as enLook } from './en-look.ts'
import { word } from './word.ts'
import { zhCN as zhBase } from './zh-CN.ts'
import { exception as zhException } from './zh-CN-exception.ts'
import { look as zhLook } from './zh-CN-look.ts'

// With the words that come only with their pages.
const en = { ...base, exception: enException, look: enLook }
const zhCN = { ...zhBase, exception: zhException, look: zhLook }

type Leaf = { path: string; value: unknown }
function leaves(value: unknown, path = ''): Leaf[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }]
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path ? `${path}.${key}` : key))
}
const chinese = leaves(zhCN)
const english = new Map(leaves(en).map(({ path, value }) => [path, value]))
/** The same in both on purpose: units, the name of the product's languages, samples of type. */
const shared = /^(reading\.unit\.|dash$|comma$|tokens\.sample|area$)/

describe('the two tables of words', () => {
  test('hold the same keys, of the same kind', () => {
    expect([...english.keys()].sort()).toEqual(chinese.map(({ path }) => path).sort())
    for (const { path, value } of chinese) expect([path, typeof english.get(path)]).toEqual([path, typeof value])
  })
  test('leave nothing empty', () => {
    for (const { path, value } of [...chinese, ...leaves(en)])
      if (typeof value === 'string') expect([path, value.trim()]).not.toEqual([path, ''])
  })
  test('are translated: no Chinese in English, no English sentence in Chinese', () => {
    for (const { path, value } of chinese) {
      const other = english.get(path)
      if (shared.test(path) || typeof value !== 'string' || typeof other !== 'string') continue
      expect([path, /\p{Script=Han}/u.test(other)]).toEqual([path, false])
      expect([path, /\p{Script=Han}/u.test(value)]).toEqual([path, true])
    }
  })
  test('use every parameter they are given', () => {
    const given = ['@1@', '@2@']
    for (const { path, value } of [...chinese, ...leaves(en)]) {
      if (typeof value !== 'function') continue
      const said = String(value(...given.slice(0, value.length)))
      for (const parameter of given.slice(0, value.length))
        expect([path, said]).toEqual([path, expect.stringContaining(parameter)])
    }
  })
  test('have plain words for every refusal of the catalogue', () => {
    for (const code of Object.keys(refusals)) {
      expect(word(zhCN.error, code)).not.toBe(code)
      expect(word(en.error, code)).not.toBe(code)
    }
  })
  test('never promise rescue', () => {
    for (const { path, value } of [...chinese, ...leaves(en)])
      if (typeof value === 'string')
        expect([path, /救援|马上到|正在赶来|on the way|rescue|help is coming/i.test(value)]).toEqual([path, false])
  })
  test('call the area that somebody answers for by one word', () => {
    for (const { path, value } of chinese) expect([path, /区域|地区/.test(String(value))]).toEqual([path, false])
  })
  test('show a code that a newer platform sends, rather than nothing', () => {
    expect(word(en.error, 'not-yet-known')).toBe('not-yet-known')
  })
})
