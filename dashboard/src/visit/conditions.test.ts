import { expect, test } from 'vitest'
import { en } from '../messages/en.ts'
import { zhCN } from '../messages/zh-CN.ts'
import { conditionLines } from './conditions.ts'

const zh = { m: zhCN, zone: 'UTC', tag: 'zh-CN' } as const
const english = { m: en, zone: 'UTC', tag: 'en' } as const
const lines = (way: typeof zh | typeof english, said: Record<string, unknown>) =>
  conditionLines(way, { conditions: Object.keys(said), required: [], said }).map((line) => line.said)

test('a doctor’s order is shown with its paper, whoever gave it', () => {
  const order = { 'doctor-order': { met: true, who: '李医生', paper: '2026-118' } }
  expect(lines(zh, order)).toEqual(['已做到 · 李医生 · 医嘱 2026-118'])
  expect(lines(english, order)).toEqual(['met · 李医生 · order 2026-118'])
})

test('who stood in for the family is shown, with whether she agreed', () => {
  const present = { met: true, who: '王姨', substitute: 'neighbour' }
  expect(lines(zh, { 'family-present': { ...present, consented: true } })).toEqual([
    '已做到 · 王姨 · 代替家属：邻居 · 老人本人同意',
  ])
  expect(lines(english, { 'family-present': present })).toEqual([
    'met · 王姨 · in place of the family: neighbour · her own consent is not said',
  ])
})

test('what was asked of this elder alone stands there too, said or not; what was deleted says so', () => {
  const required = [{ condition: 'guardian-present' as const, substitute: null }]
  const said = { 'safety-briefing': { met: true, erased: true } }
  expect(conditionLines(zh, { conditions: ['safety-briefing'], required, said }).map((line) => line.said)).toEqual([
    '已做到 · 内容已依法删除',
    zhCN.visits.page.unsaid,
  ])
})
