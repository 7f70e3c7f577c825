import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CallEvent, foldCall, HOOK_EVENTS, lengthS, stateOfCall } from './call.ts'
import { isTimely, signaturesOf } from './hook.ts'
import { readNumber, sameNumbers } from './number.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 22, 8, 0, seconds))

test.for([
  ['138 0013 8000', '13800138000'],
  ['+86 138-0013-8000', '13800138000'],
  ['008613800138000', '13800138000'],
  ['8613800138000', '13800138000'],
  ['013800138000', '13800138000'],
  ['(0731) 8225 1234', '073182251234'],
  ['+8673182251234', '073182251234'],
  ['+86 10 6512 3456', '01065123456'],
  ['１３８００１３８０００', '13800138000'],
  ['"李" <sip:13800138000@10.0.0.2;user=phone>', '13800138000'],
  ['tel:12349', '12349'],
  ['+85223456789', '+85223456789'],
  ['0085223456789', '+85223456789'],
  ['anonymous', null],
  ['', null],
  ['<unknown>', null],
  ['7', null],
] as const)('%j is the number %j', ([text, number]) => {
  expect(readNumber(text)).toBe(number)
})

test('a number read once reads the same again', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[+0-9 ()-]{1,20}$/), (text) => {
      const number = readNumber(text)
      if (number !== null) expect(readNumber(number)).toBe(number)
    }),
  )
})

test('a landline is found with its area code and without, a mobile only whole', () => {
  expect(sameNumbers('073182251234')).toEqual({ whole: ['073182251234', '82251234'], endsWith: null })
  expect(sameNumbers('82251234')).toEqual({ whole: ['82251234'], endsWith: '82251234' })
  expect(sameNumbers('13800138000')).toEqual({ whole: ['13800138000'], endsWith: null })
})

const events: CallEvent[] = [
  { event: 'ringing', at: at(0), extension: '8001' },
  { event: 'ringing', at: at(4), extension: '8002' },
  { event: 'answered', at: at(9), extension: '8002' },
  { event: 'ended', at: at(129), extension: '' },
]

test('what an exchange says of a call makes the same call in whatever order it comes', () => {
  const whole = { beganAt: at(0), answeredAt: at(9), endedAt: at(129), extension: '8002' }
  fc.assert(
    fc.property(fc.shuffledSubarray(events, { minLength: 4 }), (shuffled) => {
      expect(foldCall(shuffled)).toEqual(whole)
    }),
  )
})

test('every event, at any times and in any order, leaves a call whose times follow each other', () => {
  const anyEvent = fc.record({
    event: fc.constantFrom(...HOOK_EVENTS),
    at: fc.integer({ min: 0, max: 500 }).map(at),
    extension: fc.constantFrom('', '8001'),
  })
  fc.assert(
    fc.property(fc.array(anyEvent, { minLength: 1, maxLength: 8 }), (said) => {
      const call = foldCall(said)
      expect(foldCall(said.toReversed())).toEqual(call)
      if (!call) throw new Error('nothing was made of something')
      if (call.answeredAt) expect(call.answeredAt >= call.beganAt).toBe(true)
      if (call.endedAt) expect(call.endedAt >= (call.answeredAt ?? call.beganAt)).toBe(true)
    }),
  )
})

test('a call is missed when it ended and nobody answered, and unsure when its exchange fell silent', () => {
  const call = { beganAt: at(0), answeredAt: null, endedAt: null }
  expect(stateOfCall(call, at(30))).toBe('ringing')
  expect(stateOfCall(call, at(181))).toBe('unsure')
  expect(stateOfCall({ ...call, answeredAt: at(5) }, at(181))).toBe('speaking')
  expect(stateOfCall({ ...call, answeredAt: at(5) }, at(8000))).toBe('unsure')
  expect(stateOfCall({ ...call, endedAt: at(20) }, at(181))).toBe('missed')
  expect(stateOfCall({ ...call, answeredAt: at(5), endedAt: at(20) }, at(181))).toBe('ended')
  expect(lengthS({ answeredAt: at(5), endedAt: at(20) })).toBe(15)
  expect(lengthS({ answeredAt: null, endedAt: at(20) })).toBe(0)
  expect(lengthS({ answeredAt: at(5), endedAt: null })).toBeNull()
})

test('a message is timely for five minutes either way', () => {
  const now = at(0)
  const seconds = now.getTime() / 1000
  expect([0, 300, -300, 301, -301].map((off) => isTimely(String(seconds + off), now))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ])
  expect(['', 'now', '-5', '1e9'].map((text) => isTimely(text, now))).toEqual([false, false, false, false])
})

test('of several signatures those of version 1 are read', () => {
  expect(signaturesOf('v1a,xyz v1,abc v1,def')).toEqual(['v1,abc', 'v1,def'])
})
