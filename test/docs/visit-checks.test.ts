import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Found, RULE_IDS, RULE_VERSIONS, type RuleId } from '@anju/domain/visit/check/finding'
import { checkMonth } from '@anju/domain/visit/check/check'
import { sayKeyOf } from '@anju/domain/visit/check/say'
import { expect, test } from 'vitest'
import { exception as en } from '../../dashboard/src/messages/en-exception.ts'
import { exception as zh } from '../../dashboard/src/messages/zh-CN-exception.ts'
import { AS_OF } from '../checks/county.ts'
import { documentOf } from '../checks/document.ts'
import { measure, SEEDS } from '../checks/measure.ts'
import { makeMonth } from '../checks/month.ts'

const text = readFileSync(join(import.meta.dirname, '../../docs/visit-checks.md'), 'utf8')
/** Without what prettier does to tables. */
const plain = (document: string): string => document.replaceAll(/ {2,}|-{2,}:?/g, ' ').replaceAll(/[ |:-]+/g, ' ')
const few = measure([SEEDS[0] ?? 1, 1001, 1002])

test('the page tells of every rule in its version, and of no other', () => {
  const told = [...text.matchAll(/^\| `([a-z-]+)` (\d+)\s*\|/gm)].map(([, rule, version]) => [rule, Number(version)])
  expect(told).toEqual(RULE_IDS.map((rule) => [rule, RULE_VERSIONS[rule]]))
})

test('thresholds and words of the page are those of the code', () => {
  const rows = (document: string): string[] =>
    plain(document)
      .split('\n')
      .filter((line) => /^ `[a-z-]+` \d/.test(line) || /^ `[a-z-]+`/.test(line))
      .map((line) => line.replace(/[\d.]+ ‰ \(\d+\)|(?<= )0(?= )/g, '').trim())
  expect(plain(text).match(/`[a-z-]+` \d[^‰\n]*?(?= 0 | [\d.]+ ‰)/g)).toEqual(
    plain(documentOf(few)).match(/`[a-z-]+` \d[^‰\n]*?(?= 0 | [\d.]+ ‰)/g),
  )
  expect(rows(text)).toHaveLength(rows(documentOf(few)).length)
})

/** What is seen of these only in part, by its nature; the page says why. */
const PARTLY: Record<string, number> = {
  'links harvested in one afternoon and sent later, true visits between': 0.2,
  'a colleague checks in by one’s own phone': 0.5,
  'a posed photo cut smaller': 0,
  'a tag taken off its door, tapped elsewhere': 0.7,
  'one account used on ever other phones': 0.5,
}
test('whatever is staged is seen by its rule, in months the page does not tell of as well', () => {
  const missed = [...few.recall].flatMap(([key, { rule, seen, of }]) => {
    const scheme = key.slice(rule.length + 1)
    const least = PARTLY[scheme] ?? 0.95
    return seen >= of * least ? [] : [`${scheme}: ${seen} of ${of}`]
  })
  expect(missed).toEqual([])
  expect(new Set([...few.recall.values(), ...few.noise.values()].map(({ rule }) => rule))).toEqual(new Set(RULE_IDS))
})

test('no rule cries out over honest people: louder than a notice at most once in a hundred visits', () => {
  const loud = [...few.loudFalseAlarms].filter(([, { seen, of }]) => seen > of / 100)
  expect(loud).toEqual([])
})

test('each case has its sentence in both languages, with nothing left open', () => {
  const { visits } = makeMonth(3)
  const findings = checkMonth({ visits, asOf: AS_OF })
  const heard = new Set<RuleId>()
  for (const { rule, inputs } of findings) {
    heard.add(rule)
    for (const one of inputs) {
      for (const words of [zh, en]) {
        const sentence = new Map(Object.entries(words.says)).get(sayKeyOf(rule, one))
        expect([rule, one, sentence]).toEqual([rule, one, expect.any(String)])
        for (const [, name] of sentence?.matchAll(/\{(\w+)\}/g) ?? []) expect(given(one)).toContain(name)
      }
    }
  }
  expect([...heard].sort()).toEqual(RULE_IDS.toSorted())
})

const given = (inputs: Found['inputs']): string[] => Object.keys(inputs)
