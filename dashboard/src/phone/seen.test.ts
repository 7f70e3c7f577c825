import { VISIT_STATES } from '@anju/domain/visit/kinds'
import { describe, expect, test } from 'vitest'
import type { Fact } from './queue.ts'
import { asSeen, nextOf, type Seen, stageOf, tapMeans } from './seen.ts'

const person = { id: 'p', name: '张桂英' }
const service = {
  id: 's1',
  code: '3',
  name: '打扫',
  category: 'cleaning',
  conditions: [],
  required: [],
  photos: true,
  planned: true,
  doneAt: null,
  said: {},
}
const visit = (more: Partial<Seen> = {}): Seen => ({
  id: 'v1',
  elder: person,
  home: { id: 'h', address: '', landmark: '' },
  area: person,
  provider: person,
  caregiver: person,
  planId: null,
  jointId: null,
  plannedFrom: '2026-11-30T01:00:00Z',
  plannedTo: '2026-11-30T02:00:00Z',
  state: 'accepted',
  outcome: null,
  inQuestion: false,
  confirmedAt: null,
  beganAt: null,
  leftAt: null,
  minutes: null,
  beginGrade: null,
  endGrade: null,
  verified: null,
  openExceptions: 0,
  services: [service],
  version: 1,
  unsentBegin: false,
  unsentEnd: false,
  ...more,
})
let n = 0
const fact = (kind: Fact['kind'], body: Record<string, unknown> = {}, more: Partial<Fact> = {}): Fact => ({
  n: ++n,
  key: `k${n}`,
  userId: 'li',
  kind,
  visitId: 'v1',
  path: '',
  body,
  madeAt: '2026-11-30T01:05:00Z',
  state: 'waiting',
  tries: 0,
  ...more,
})

describe('a visit as the phone shows it', () => {
  test('walks from setting out to the evaluation by what waits in this phone', () => {
    const facts: Fact[] = []
    const states = [
      fact('set-out'),
      fact('presence', { part: 'begin' }),
      fact('services', { services: [{ id: 's1', done: true, conditions: {} }] }),
      fact('presence', { part: 'end' }),
      fact('evaluation', { face: 'good' }),
    ].map((each) => {
      facts.push(each)
      return asSeen(visit(), facts).state
    })
    expect(states).toEqual(['on-the-way', 'in-service', 'in-service', 'left', 'evaluated'])
    expect(asSeen(visit(), facts)).toMatchObject({
      unsentBegin: true,
      unsentEnd: true,
      beganAt: '2026-11-30T01:05:00Z',
    })
    expect(asSeen(visit(), facts).services[0]?.doneAt).toBe('2026-11-30T01:05:00Z')
  })
  test('is the platform’s alone once all is sent, and what was refused is not shown as done', () => {
    const sent = fact('set-out', {}, { state: 'sent' })
    const refused = fact('presence', { part: 'begin' }, { state: 'refused' })
    expect(asSeen(visit(), [sent, refused]).state).toBe('accepted')
  })
  test('does not take over what belongs to another visit', () => {
    expect(asSeen(visit(), [fact('set-out', {}, { visitId: 'v2' })]).state).toBe('accepted')
  })
  test('stays as it is with a tag of which only the platform can say what it means', () => {
    expect(asSeen(visit({ state: 'on-the-way' }), [fact('presence')]).state).toBe('on-the-way')
  })
  test('takes a tick back', () => {
    const done = visit({ services: [{ ...service, doneAt: '2026-11-30T01:00:00Z' }] })
    expect(asSeen(done, [fact('services', { services: [{ id: 's1', done: false }] })]).services[0]?.doneAt).toBe(null)
  })
})

test('every state asks one thing', () => {
  expect(VISIT_STATES.map((state) => [state, stageOf(visit({ state }))])).toEqual([
    ['planned', 'gone'],
    ['assigned', 'answer'],
    ['accepted', 'set-out'],
    ['on-the-way', 'arrive'],
    ['in-service', 'serve'],
    ['left', 'evaluate'],
    ['evaluated', 'done'],
    ['called-back', 'done'],
    ['ready', 'done'],
    ['cancelled', 'gone'],
    ['refused', 'turned-away'],
    ['missed', 'arrive'],
  ])
  expect(stageOf(visit({ caregiver: null }))).toBe('gone')
})

test('the one that is worked at comes before those that are due', () => {
  const visits = [visit({ id: 'a' }), visit({ id: 'b', state: 'left' }), visit({ id: 'c', state: 'evaluated' })]
  expect(nextOf(visits)?.id).toBe('b')
  expect(nextOf([visit({ id: 'm', state: 'missed' }), visit({ id: 'a' })])?.id).toBe('a')
  expect(nextOf([visit({ state: 'evaluated' })])).toBe(null)
})

test('a tag ends the visit under way, begins the one on the way, and else is the platform’s to place', () => {
  const [inside, coming, later] = [
    visit({ id: 'i', state: 'in-service' }),
    visit({ id: 'c', state: 'on-the-way' }),
    visit(),
  ]
  expect(tapMeans([later, coming, inside])).toMatchObject({ visit: { id: 'i' }, part: 'end' })
  expect(tapMeans([later, coming])).toMatchObject({ visit: { id: 'c' }, part: 'begin' })
  expect(tapMeans([later])).toEqual({ visit: null, part: null })
  expect(tapMeans([coming, { ...coming, id: 'd' }])).toEqual({ visit: null, part: null })
})
