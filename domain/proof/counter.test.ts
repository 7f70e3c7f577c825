import fc from 'fast-check'
import { expect, test } from 'vitest'
import { judgeCounter, type SeenTap } from './counter.ts'

const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 30, 8, minute))
const seen = (counter: number, minute: number, more: Partial<SeenTap> = {}): SeenTap => ({
  id: `t${counter}-${minute}`,
  counter,
  from: 'phone-li',
  caregiverId: 'li',
  visitId: 'v1',
  end: 'begin',
  receivedAt: at(minute),
  ...more,
})
const tap = (counter: number, more: object = {}) => ({ counter, from: 'phone-li', visitId: 'v1', ...more })
const begun = seen(7, 0)

test('the first tap ever is first, with counter 0 too', () => {
  expect(judgeCounter({ last: null, taps: [] }, tap(0))).toEqual({ kind: 'first' })
  expect(judgeCounter({ last: null, taps: [] }, tap(40))).toEqual({ kind: 'first' })
})

test('a higher counter is an advance and tells how many taps nobody reported', () => {
  expect(judgeCounter({ last: 7, taps: [begun] }, tap(8))).toEqual({ kind: 'advance', gap: 0 })
  expect(judgeCounter({ last: 7, taps: [] }, tap(12, { visitId: 'v2' }))).toEqual({ kind: 'advance', gap: 4 })
  expect(judgeCounter({ last: 0, taps: [] }, tap(1))).toEqual({ kind: 'advance', gap: 0 })
})

test('the same address again from the same phone in the same visit is a reload', () => {
  expect(judgeCounter({ last: 7, taps: [begun] }, tap(7))).toEqual({ kind: 'reload', of: begun })
  const ended = seen(9, 40, { end: 'end' })
  expect(judgeCounter({ last: 9, taps: [ended, begun] }, tap(7))).toEqual({ kind: 'reload', of: begun })
})

test.each([
  ['from another phone', { from: 'phone-wang' }],
  ['in another visit', { visitId: 'v2' }],
  ['in no visit', { visitId: null }],
])('the same counter %s replays the tap that is named', (_, more) => {
  expect(judgeCounter({ last: 7, taps: [begun] }, tap(7, more))).toEqual({ kind: 'replay', seen: true, of: begun })
})

test('of several reports of one counter the earliest is what is replayed', () => {
  const again = seen(7, 5, { from: 'phone-wang', visitId: 'v9' })
  expect(judgeCounter({ last: 7, taps: [again, begun] }, tap(7, { visitId: 'v2' }))).toMatchObject({ of: begun })
})

test('a tap in no visit is never a reload: it cannot be told from a copy', () => {
  const loose = seen(7, 0, { visitId: null })
  expect(judgeCounter({ last: 7, taps: [loose] }, tap(7, { visitId: null }))).toMatchObject({ kind: 'replay' })
})

test('a counter that was overtaken unreported replays nothing seen, and names what overtook it', () => {
  const later = seen(9, 3)
  expect(judgeCounter({ last: 11, taps: [seen(11, 20), later] }, tap(8))).toEqual({
    kind: 'replay',
    seen: false,
    of: later,
  })
  expect(judgeCounter({ last: 11, taps: [] }, tap(8))).toEqual({ kind: 'replay', seen: false, of: null })
})

test('whatever was reported in whatever order, only a counter above all of it is a new tap', () => {
  const reported = fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(reported, fc.nat({ max: 35 }), (counters, counter) => {
      const taps = counters.map((each, i) => seen(each, i))
      const judged = judgeCounter({ last: counters[0]!, taps }, tap(counter, { visitId: 'v2' }))
      expect(judged.kind === 'advance').toBe(counter > Math.max(...counters))
      expect(judged.kind === 'replay' && judged.seen).toBe(counters.includes(counter))
    }),
  )
})
