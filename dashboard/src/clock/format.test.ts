import { describe, expect, test } from 'vitest'
import { dayAndTime, dayInWords, dayOf, span, timeOfDay, zoneInWords } from './format.ts'
import { ServerOffset } from './server-offset.ts'

const zone = 'Asia/Shanghai'

describe('clocks', () => {
  test('count up in mm:ss to 99:59, then in hours', () => {
    expect([0, 59_999, 60_000, 5_999_000, 6_000_000, 86_399_000].map(span)).toEqual([
      '00:00',
      '00:59',
      '01:00',
      '99:59',
      '1:40:00',
      '23:59:59',
    ])
  })
  test('never run backwards when a clock is ahead', () => {
    expect(span(-5_000)).toBe('00:00')
  })
  test('read in the area’s zone with 24 hours, midnight as 00', () => {
    expect(timeOfDay('2026-11-21T16:00:05Z', zone)).toBe('00:00:05')
    expect(timeOfDay('2026-11-21T16:00:05Z', zone, false)).toBe('00:00')
    expect(dayOf('2026-11-21T16:00:00Z', zone)).toBe('2026-11-22')
  })
  test('name the day only when it is another day, and the year when it is another year', () => {
    const now = Date.parse('2026-11-22T02:00:00Z')
    expect(dayAndTime('2026-11-22T01:00:00Z', zone, 'zh-CN', now)).toBe('09:00:00')
    expect(dayAndTime('2026-11-20T01:00:00Z', zone, 'zh-CN', now)).toBe('11月20日 09:00:00')
    expect(dayAndTime('2001-01-01T00:00:00Z', zone, 'zh-CN', now)).toBe('2001年1月1日 08:00:00')
  })
  test('say the day in the reader’s language', () => {
    expect(dayInWords('2026-11-22T02:00:00Z', zone, 'zh-CN')).toMatch(/11月22日/)
    expect(dayInWords('2026-11-22T02:00:00Z', zone, 'en')).toMatch(/Nov/)
  })
  test('follow the server’s: the heartbeat that travelled fastest is nearest', () => {
    const offset = new ServerOffset()
    offset.heard(1_000, 500) // 500 ahead
    expect(offset.heard(4_000, 3_900)).toBe(500)
    expect(offset.heard(7_000, 6_400)).toBe(600)
  })
  test('forget an old estimate, so that a corrected desk clock is followed', () => {
    const offset = new ServerOffset()
    offset.heard(10_000, 0)
    let last = 0
    for (let beat = 0; beat < 20; beat++) last = offset.heard(beat, beat)
    expect(last).toBe(0)
  })
})

test('a zone is named as people say it', () => {
  expect([zoneInWords(zone, 'zh-CN'), zoneInWords(zone, 'en')]).toEqual(['中国标准时间', 'China Standard Time'])
})
