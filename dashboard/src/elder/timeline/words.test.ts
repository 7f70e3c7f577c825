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

const visit: TimelineEntry = {
  ...common,
  deviceId: null,
  device: null,
  kind: 'visit',
  at: '2026-11-21T01:02:00Z',
  deviceAt: '2026-11-21T01:02:00Z',
  receivedAt: '2026-11-21T01:02:03Z',
  state: 'called-back',
  outcome: null,
  inQuestion: true,
  plannedFrom: '2026-11-21T01:00:00Z',
  plannedTo: '2026-11-21T02:00:00Z',
  minutes: 63,
  provider: { id: 'p', name: '夕阳红' },
  caregiver: { id: 'c', name: '李护工' },
  ends: [
    {
      part: 'end',
      way: 'position',
      grade: 'supported',
      at: '2026-11-21T02:05:00Z',
      deviceAt: '2026-11-21T02:05:00Z',
      receivedAt: '2026-11-21T05:05:00Z',
    },
    {
      part: 'begin',
      way: 'tag',
      grade: 'proved',
      at: '2026-11-21T01:02:00Z',
      deviceAt: '2026-11-21T01:02:00Z',
      receivedAt: '2026-11-21T01:02:03Z',
    },
  ],
  steps: [
    {
      at: '2026-11-07T01:00:00Z',
      deviceAt: null,
      kind: 'planned',
      user: { id: 'u', name: '郑经理' },
      code: '',
      text: '',
    },
    {
      at: '2026-11-21T02:06:00Z',
      deviceAt: null,
      kind: 'evaluated',
      user: null,
      code: 'good',
      text: '细心',
    },
  ],
}

test('a visit says how long, by whom, how surely each end is known, and what came late', () => {
  expect(what(way, visit)).toMatchObject({
    value: '63 分钟',
    more: '已回访 · 有疑问 · 李护工（夕阳红） · 约定 09:00–10:00',
    href: '/visits/i',
    steps: [
      { at: '11月7日 09:00', text: '排定（郑经理）' },
      { at: '09:02', text: '进门：门内标签，标签读取已确认' },
      { at: '10:05', text: '离开：手机定位，有佐证 · 手机 13:05 才送到' },
      { at: '10:06', text: '老人评价：满意', said: '细心' },
    ],
  })
  expect(what({ ...way, m: en, locale: 'en' }, visit).steps[1]?.text).toBe(
    'Arrived: tag inside the door, tag read confirmed',
  )
  expect(clocks(way, visit)).toBe('设备 09:02:00 · 到达 09:02:03')
})

test('a visit to which nobody came has no device’s clock, and says whom nobody sent', () => {
  const missed: TimelineEntry = { ...visit, state: 'missed', caregiver: null, deviceAt: null, minutes: null, ends: [] }
  expect(clocks(way, missed)).toBe('')
  expect(what(way, missed).more).toBe('没有人来 · 有疑问 · 未派人（夕阳红） · 约定 09:00–10:00')
})

test('a day of another year says its year, and a month its own', () => {
  const now = Date.parse('2026-11-22T02:00:00Z')
  expect(dayHeading('2026-11-21T17:00:00Z', now, 'Asia/Shanghai', 'zh-CN')).toBe('11月22日周日')
  expect(dayHeading('2024-03-01T00:00:00Z', now, 'Asia/Shanghai', 'zh-CN')).toContain('2024年3月1日')
  expect(monthHeading('2025-03', 'en')).toBe('March 2025')
})
