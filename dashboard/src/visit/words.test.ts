import { missingReasons, positionReasons } from '@anju/domain/proof/position'
import { reasonCodes, typedReasons } from '@anju/domain/proof/reason'
import { VISIT_ACTIONS } from '@anju/domain/visit/can'
import { NOT_READY } from '@anju/domain/visit/flow'
import { VISIT_STATES } from '@anju/domain/visit/kinds'
import { expect, test } from 'vitest'
import { en } from '../messages/en.ts'
import { zhCN } from '../messages/zh-CN.ts'
import { reasonWords, SHAPE } from './words.ts'

test('every reason for a grade, every act and whatever keeps a visit from settlement has plain words in both languages', () => {
  for (const m of [zhCN, en]) {
    const { visits } = m
    const wanted: [Record<string, string>, readonly string[]][] = [
      [visits.reason, reasonCodes],
      [visits.typed, typedReasons],
      [visits.position, [...missingReasons, ...positionReasons]],
      [visits.deed, VISIT_ACTIONS],
      [visits.page.keptWords, NOT_READY],
      [m.visiting.state, VISIT_STATES],
    ]
    for (const [table, codes] of wanted) {
      expect(codes.length).toBeGreaterThan(3)
      for (const code of codes) expect([code, (table[code] ?? '').trim()]).not.toEqual([code, ''])
    }
  }
})

test('no word says more than was read: nothing is called proved', () => {
  for (const said of Object.values(en.visits.reason)) expect(said).not.toMatch(/prove[ds]? (the )?care|tamper-proof/i)
  expect([zhCN.visiting.grade.proved, en.visiting.grade.proved]).toEqual(['标签读取已确认', 'tag read confirmed'])
})

test('what was measured stands with its reason', () => {
  const far = { code: 'position-far', metres: 812, accuracyM: 19.6 }
  expect(reasonWords({ m: zhCN, zone: 'UTC', tag: 'zh-CN' }, far)).toMatch(/很远.*812 米.*±20 米/)
  expect(reasonWords({ m: en, zone: 'UTC', tag: 'en' }, { code: 'typed-in', typed: 'tag-gone' })).toMatch(
    /Typed in by hand.*the tag is gone/,
  )
})

test('each state has a shape of its own', () => {
  expect(new Set(Object.values(SHAPE)).size).toBe(VISIT_STATES.length)
})
