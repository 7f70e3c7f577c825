import { expect, test } from 'vitest'
import { monthsBack, monthSpan } from './months.ts'

test('a month is that of the zone, across a new year', () => {
  const now = Date.parse('2026-12-31T17:00:00Z') // already January in Shanghai
  expect(monthsBack(now, 'Asia/Shanghai').slice(0, 3)).toEqual(['2027-01', '2026-12', '2026-11'])
  expect(monthsBack(now, 'UTC')[0]).toBe('2026-12')
  const span = monthSpan('2026-12', 'Asia/Shanghai')
  expect([span?.from, span?.to].map((at) => new Date(at ?? '').toISOString())).toEqual([
    '2026-11-30T16:00:00.000Z',
    '2026-12-31T16:00:00.000Z',
  ])
  expect(monthSpan('', 'UTC')).toBeNull()
})
