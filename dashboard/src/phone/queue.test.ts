import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  again,
  answered,
  bodyOf,
  clockOff,
  type Fact,
  idempotencyOf,
  nextToSend,
  outcomeOf,
  outlived,
  pauseMs,
} from './queue.ts'

const AT = '2026-11-30T09:00:00Z'
const fact = (n: number, more: Partial<Fact> = {}): Fact => ({
  n,
  key: `k${n}`,
  userId: 'li',
  kind: 'note',
  visitId: 'v1',
  path: '/api/visits/v1/notes',
  body: { text: String(n) },
  madeAt: AT,
  state: 'waiting',
  tries: 0,
  ...more,
})
const keyOf = (facts: Fact[], user = 'li', held: string[] = []) => nextToSend(facts, user, new Set(held))?.key ?? null

describe('what is sent next', () => {
  test('is what was said first, whatever the storage answers first', () => {
    expect(keyOf([fact(3), fact(1), fact(2)])).toBe('k1')
  })
  test('goes by order and not by the phone’s clock, which was a year off in between', () => {
    const off = fact(2, { madeAt: '2025-11-30T09:00:00Z' })
    expect(keyOf([fact(1, { state: 'sent' }), off, fact(3)])).toBe('k2')
    expect(keyOf([fact(1), off, fact(3)])).toBe('k1')
  })
  test('never overtakes within a visit; another visit goes on', () => {
    const facts = [fact(1), fact(2), fact(3, { visitId: 'v2' })]
    expect(keyOf(facts, 'li', ['v1'])).toBe('k3')
    expect(keyOf(facts, 'li', ['v1', 'v2'])).toBe(null)
  })
  test('is a call for help before all else, even while its visit is held', () => {
    expect(keyOf([fact(1), fact(2, { kind: 'distress' })], 'li', ['v1'])).toBe('k2')
  })
  test('is never what somebody else said who used this phone', () => {
    const facts = [fact(1, { userId: 'wang' }), fact(2)]
    expect(keyOf(facts)).toBe('k2')
    expect(keyOf(facts, 'wang')).toBe('k1')
    expect(keyOf(facts, 'zhao')).toBe(null)
  })
  test('passes what was refused: each fact is judged by itself', () => {
    expect(keyOf([fact(1, { state: 'refused' }), fact(2)])).toBe('k2')
  })
  test('is nothing when all is sent', () => {
    expect(keyOf([fact(1, { state: 'sent' })])).toBe(null)
  })
})

describe('an answer', () => {
  test.each([
    [0, 'silent'],
    [408, 'silent'],
    [500, 'silent'],
    [502, 'silent'],
    [503, 'silent'],
    [401, 'signed-out'],
    [429, 'wait'],
    [400, 'refused'],
    [403, 'refused'],
    [404, 'refused'],
    [409, 'refused'],
    [413, 'refused'],
    [422, 'refused'],
  ])('of %i is %s', (status, kind) => {
    expect(outcomeOf({ status, code: 'x' }).kind).toBe(kind)
  })
  test('that took it leaves a receipt: what was said is the platform’s now', () => {
    const sent = answered(fact(1), { kind: 'taken', id: 'file-1' }, AT)
    expect(sent).toMatchObject({ state: 'sent', body: {}, answerId: 'file-1', answeredAt: AT, tries: 1, key: 'k1' })
  })
  test('that refused it is kept with all that was said, and can be sent again with the same key', () => {
    const outcome = outcomeOf({ status: 409, code: 'visit-state' })
    const refused = answered(fact(1), outcome, AT)
    expect(refused).toMatchObject({
      state: 'refused',
      body: { text: '1' },
      refusal: { status: 409, code: 'visit-state' },
    })
    expect(keyOf([refused])).toBe(null)
    expect(again(refused)).toMatchObject({ state: 'waiting', key: 'k1', n: 1 })
    expect(again(refused).refusal).toBe(undefined)
    expect(again(fact(2, { state: 'sent' })).state).toBe('sent')
  })
  test('that did not come leaves it waiting under its key: the next sending is the same one', () => {
    const still = answered(fact(1), { kind: 'silent', reached: false }, AT)
    expect(still).toEqual(fact(1, { tries: 1 }))
    expect(answered(fact(1), { kind: 'wait', forS: 9 }, AT)).toEqual(fact(1, { tries: 1 }))
  })
  test('that asks who is there changes nothing', () => {
    expect(answered(fact(1), { kind: 'signed-out' }, AT)).toEqual(fact(1))
  })
})

test('whatever the answers, each fact arrives at most once, in order within its visit, and none is lost', () => {
  const script = fc.array(fc.constantFrom(0, 200, 200, 200, 401, 409, 429, 503), { minLength: 1, maxLength: 60 })
  const lanes = fc.array(fc.constantFrom('v1', 'v2', null), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(lanes, script, (visits, answers) => {
      let facts = visits.map((visitId, i) => fact(i + 1, { visitId }))
      const arrived: Fact[] = []
      for (const status of answers) {
        const next = nextToSend(facts, 'li')
        if (!next) break
        if (status === 200) arrived.push(next)
        const outcome = status === 200 ? { kind: 'taken' as const, id: null } : outcomeOf({ status, code: 'x' })
        facts = facts.map((each) => (each.key === next.key ? answered(each, outcome, AT) : each))
      }
      expect(new Set(arrived.map(({ key }) => key)).size).toBe(arrived.length)
      for (const lane of ['v1', 'v2', null]) {
        const order = arrived.filter(({ visitId }) => visitId === lane).map(({ n }) => n)
        expect(order).toEqual(order.toSorted((one, other) => one - other))
      }
      expect(facts).toHaveLength(visits.length)
    }),
  )
})

test('two tabs that send the same fact send the same key: the platform takes it once', () => {
  const stored = [fact(1), fact(2)]
  const tabs = [nextToSend(stored, 'li'), nextToSend(structuredClone(stored), 'li')]
  expect(tabs.map((next) => next?.key)).toEqual(['k1', 'k1'])
})

test('a signature’s picture goes before its evaluation and is named by the id it was given', () => {
  const picture = fact(1, { kind: 'signature', state: 'sent', answerId: 'file-1' })
  const said = fact(2, { kind: 'evaluation', body: { face: 'good', signed: { how: 'signature' } }, fileFrom: 'k1' })
  expect(bodyOf(said, [picture, said], AT)).toEqual({ face: 'good', signed: { how: 'signature', fileId: 'file-1' } })
  const refused = { ...picture, state: 'refused' as const }
  delete refused.answerId
  expect(bodyOf(said, [refused, said], AT)['signed']).toEqual({ how: 'signature', fileId: null })
  expect(bodyOf(picture, [], AT)).toEqual(picture.body)
})

test('who came or left says both clocks at each sending, and is once by its own number', () => {
  const came = fact(1, { kind: 'presence', body: { way: 'tag', key: 'k1', deviceAt: AT } })
  expect(bodyOf(came, [], '2027-01-01T00:00:00Z')).toEqual({ ...came.body, sentAt: '2027-01-01T00:00:00Z' })
  expect(idempotencyOf(came)).toEqual({})
  expect(idempotencyOf(fact(2))).toEqual({ key: 'k2' })
})

test('pauses grow from two seconds to a minute', () => {
  expect([0, 1, 4, 5, 99].map((quiet) => pauseMs(quiet, 0.5))).toEqual([2000, 4000, 32_000, 60_000, 60_000])
})

test('receipts go when there are too many; what waits or was refused stays', () => {
  const sent = Array.from({ length: 203 }, (_, i) => fact(i + 10, { state: 'sent' }))
  const facts = [fact(1), fact(2, { state: 'refused' }), ...sent]
  expect(outlived(facts).map(({ n }) => n)).toEqual([12, 11, 10])
})

test.each([
  [30_000, null],
  [-119_000, { minutes: 2, ahead: true }],
  [365 * 86_400_000, { minutes: 525_600, ahead: false }],
])('a clock off by %i ms', (offset, said) => {
  expect(clockOff(offset)).toEqual(said)
})
