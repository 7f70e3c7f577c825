import { expect, test } from 'vitest'
import type { TimelineEntry } from '../../api/shapes.ts'
import { en } from '../../messages/en.ts'
import { zhCN } from '../../messages/zh-CN.ts'
import { dayHeading, monthHeading } from '../../clock/days.ts'
import { clocks, delay, lateBy, what } from './words.ts'

const way = { m: zhCN, locale: 'zh-CN', zone: 'Asia/Shanghai' }
const common = { id: 'i', deviceId: 'btn-1', device: { id: 'btn-1', kind: 'button' as const, label: '床头' } }
const press = (deviceAt: string | null, receivedAt: string, marks: string[] = []): TimelineEntry => ({
  ...common,
  kind: 'press',
  at: receivedAt,
  deviceAt,
  receivedAt,
  alarmId: 'a',
  messageId: null,
  marks,
})

test('a press that came in the night says both clocks and how late it was', () => {
  const late = press('2026-11-21T13:40:00Z', '2026-11-21T19:10:00Z', ['late'])
  expect(clocks(way, late)).toBe('设备 11月21日 21:40:00 · 到达 03:10:00')
  expect(lateBy(late)).toBe(5.5 * 3_600_000)
  expect(delay(zhCN, lateBy(late) ?? 0)).toBe('6 小时')
  expect(what(way, late)).toMatchObject({ title: '按下按钮', more: '紧急按钮 床头', href: '/alarms/a' })
})

test('a clock that cannot be right makes nothing late', () => {
  expect(lateBy(press('2001-01-01T00:00:00Z', '2026-11-21T19:10:00Z', ['skewed']))).toBeNull()
  expect(clocks(way, press(null, '2026-11-21T19:10:00Z'))).toBe('设备无时间 · 到达 03:10:00')
})

test('delays are said in the unit a person would use', () => {
  expect([60_000, 7_100_000, 7_200_000, 172_700_000, 30 * 86_400_000].map((ms) => delay(en, ms))).toEqual([
    '1 min',
    '118 min',
    '2 h',
    '2 days',
    '30 days',
  ])
})

test('a day of another year says its year, and a month its own', () => {
  const now = Date.parse('2026-11-22T02:00:00Z')
  expect(dayHeading('2026-11-21T17:00:00Z', now, 'Asia/Shanghai', 'zh-CN')).toBe('11月22日周日')
  expect(dayHeading('2024-03-01T00:00:00Z', now, 'Asia/Shanghai', 'zh-CN')).toContain('2024年3月1日')
  expect(monthHeading('2025-03', 'en')).toBe('March 2025')
})
