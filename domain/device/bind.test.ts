import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decideBind, decideUnbind, type Stay, type WantedStay } from './bind.ts'

const DAY = 86_400_000
const now = new Date('2026-11-22T08:00:00Z')
const day = (n: number) => new Date(now.getTime() + n * DAY)
const stay = (change: Partial<Stay> = {}): Stay => ({
  id: 'a',
  homeId: 'east',
  elderId: 'anna',
  userNumber: null,
  validFrom: day(-100),
  validTo: null,
  ...change,
})
const wanted = (change: Partial<WantedStay> = {}): WantedStay => ({
  homeId: 'west',
  elderId: 'bela',
  userNumber: null,
  from: day(-1),
  move: false,
  ...change,
})

test.each([
  ['a device that never hung anywhere', [], wanted(), { ok: true, ends: [] }],
  ['a past that is free', [stay({ validTo: day(-50) })], wanted({ from: day(-50) }), { ok: true, ends: [] }],
  ['a device that hangs elsewhere', [stay()], wanted(), { ok: false, why: 'overlap', with: stay() }],
  ['the same, moved', [stay()], wanted({ move: true }), { ok: true, ends: ['a'] }],
  ['moved to before it came', [stay()], wanted({ move: true, from: day(-200) }), { why: 'later-stay' }],
  ['moved to the moment it came', [stay()], wanted({ move: true, from: day(-100) }), { why: 'later-stay' }],
  ['a time that ended later', [stay({ validTo: day(-0.5) })], wanted({ move: true }), { why: 'overlap' }],
  ['the same home for the same user', [stay()], wanted({ homeId: 'east' }), { why: 'overlap' }],
  [
    'the same home for a second user',
    [stay({ userNumber: 1 })],
    wanted({ homeId: 'east', userNumber: 2 }),
    { ok: true, ends: [] },
  ],
  ['another home for a second user', [stay({ userNumber: 1 })], wanted({ userNumber: 2 }), { why: 'overlap' }],
  ['tomorrow', [], wanted({ from: day(1) }), { ok: false, why: 'future' }],
] as const)('binding %s is decided as said', (_name, stays, wish, verdict) => {
  expect(decideBind([...stays], wish, now)).toMatchObject(verdict)
})

test('a move takes every user of a meter along', () => {
  const stays = [stay({ id: 'a', userNumber: 1 }), stay({ id: 'b', userNumber: 2 })]
  expect(decideBind(stays, wanted({ move: true, userNumber: 1 }), now)).toEqual({ ok: true, ends: ['a', 'b'] })
})

test('however a device is bound and moved, it stands in one home at a time and one number is one elder’s', () => {
  const wish = fc.record({
    homeId: fc.constantFrom('east', 'west', 'north'),
    userNumber: fc.constantFrom(null, 1, 2),
    from: fc.integer({ min: -30, max: 0 }).map(day),
    move: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 12 }), fc.array(fc.nat(30)), (wishes, unbindAt) => {
      let stays: Stay[] = []
      for (const [i, each] of wishes.entries()) {
        const verdict = decideBind(stays, { ...each, elderId: `e${i}` }, now)
        if (verdict.ok) {
          stays = stays.map((row) => (verdict.ends.includes(row.id) ? { ...row, validTo: each.from } : row))
          stays.push(stay({ ...each, id: `s${i}`, elderId: `e${i}`, validFrom: each.from, validTo: null }))
        }
        const at = unbindAt[i]
        if (at === undefined) continue
        const left = decideUnbind(stays, { at: day(-at), userNumber: undefined }, now)
        if (left.ok) stays = stays.map((row) => (left.ends.includes(row.id) ? { ...row, validTo: day(-at) } : row))
      }
      for (const row of stays) if (row.validTo) expect(row.validTo > row.validFrom).toBe(true)
      for (let at = -31; at <= 1; at += 0.5) {
        const then = stays.filter((row) => row.validFrom <= day(at) && (row.validTo === null || day(at) < row.validTo))
        expect(new Set(then.map((row) => row.homeId)).size).toBeLessThanOrEqual(1)
        expect(new Set(then.map((row) => row.userNumber)).size).toBe(then.length)
      }
    }),
  )
})

test.each([
  ['an open stay', [stay()], { at: now, userNumber: undefined }, { ok: true, ends: ['a'] }],
  [
    'one user of two',
    [stay({ userNumber: 1 }), stay({ id: 'b', userNumber: 2 })],
    { at: now, userNumber: 2 },
    { ok: true, ends: ['b'] },
  ],
  ['what is bound nowhere', [stay({ validTo: day(-1) })], { at: now, userNumber: undefined }, { why: 'unbound' }],
  ['before it came', [stay()], { at: day(-100), userNumber: undefined }, { why: 'before-start' }],
  ['tomorrow', [stay()], { at: day(1), userNumber: undefined }, { why: 'future' }],
] as const)('unbinding %s is decided as said', (_name, stays, wish, verdict) => {
  expect(decideUnbind([...stays], wish, now)).toMatchObject(verdict)
})
