import { expect, test } from 'vitest'
import { readDay, readMoment, readTime } from './read.ts'

test.each([
  ['1949-12-31', '1949-12-31'],
  ['1949-1-5', '1949-01-05'],
  ['1949/12/31', '1949-12-31'],
  ['1949.1.5', '1949-01-05'],
  ['19491231', '1949-12-31'],
  ['１９４９年１２月３１日', '1949-12-31'],
  [' 1949年1月5日 ', '1949-01-05'],
  ['2024-02-29', '2024-02-29'],
  ['2023-02-29', null], // no such day
  ['12/31/1949', null], // month and day cannot be told apart: it is asked again
  ['1949-13-01', null],
  ['49-12-31', null],
  ['', null],
  ['soon', null],
])('the day %j is %j', (text, day) => {
  expect(readDay(text)).toBe(day)
})

test.each([
  ['22:00', '22:00'],
  ['6:05', '06:05'],
  ['2230', '22:30'],
  ['8', '08:00'],
  ['８：３０', '08:30'],
  ['8点30分', '08:30'],
  ['22时', '22:00'],
  ['24:00', null],
  ['12:60', null],
  ['noon', null],
])('the time %j is %j', (text, time) => {
  expect(readTime(text)).toBe(time)
})

test.each([
  ['2026-11-22 21:40', '2026-11-22T21:40'],
  ['2026-11-22T21:40', '2026-11-22T21:40'],
  ['2026年11月22日 8点30分', '2026-11-22T08:30'],
  ['2026/11/22, 7:05', '2026-11-22T07:05'],
  ['20261122 2140', '2026-11-22T21:40'],
  ['2026-11-22', null],
  ['2026-02-30 10:00', null],
])('the moment %j is %j', (text, moment) => {
  expect(readMoment(text)).toBe(moment)
})
