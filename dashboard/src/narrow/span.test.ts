import { expect, test } from 'vitest'
import { pathWith } from '../shell/query.ts'
import { spanOf } from './span.ts'

const span = (query: string, zone = 'Asia/Shanghai') => spanOf(new URLSearchParams(query), zone)

test('the last day counts whole, in the area’s zone and over a month’s end', () => {
  expect(span('from=2026-11-30&to=2026-11-30')).toEqual({
    from: '2026-11-29T16:00:00.000Z',
    to: '2026-11-30T16:00:00.000Z',
  })
  // clocks go back on this day: it has twenty-five hours
  expect(span('from=2026-10-25&to=2026-10-25', 'Europe/Berlin')).toEqual({
    from: '2026-10-24T22:00:00.000Z',
    to: '2026-10-25T23:00:00.000Z',
  })
})

test('what is no day yet narrows nothing', () => {
  expect(span('from=2026-1&to=2026-02-31')).toEqual({ from: '', to: '' })
  expect(span('')).toEqual({ from: '', to: '' })
})

test('an address keeps what is not said otherwise, and loses what is said as nothing', () => {
  const query = new URLSearchParams('show=set-aside&area=a')
  expect(pathWith('/presences', query, { area: '', provider: 'p q' })).toBe('/presences?show=set-aside&provider=p+q')
  expect(pathWith('/presences', query, { area: '', show: '' })).toBe('/presences')
})
