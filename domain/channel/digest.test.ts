import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Priority } from '../alarm/kinds.ts'
import { decideDigest, DIGEST_MS, type LastMessage, type Waiting } from './digest.ts'

const start = new Date('2026-11-30T02:00:00Z')
const at = (ms: number) => new Date(start.getTime() + ms)
const one = (id: string, priority: Priority = 'high', ms = 0): Waiting => ({ id, priority, raisedAt: at(ms) })

test('the first is told at once; what follows waits until half a minute after it, then goes as one', () => {
  expect(decideDigest([one('a')], [], at(0))).toEqual({ kind: 'send', lead: 'a', covers: [] })
  const lately = [{ at: at(0), priority: 'high' as const }]
  expect(decideDigest([one('b', 'high', 2)], lately, at(2))).toEqual({ kind: 'hold', again: at(DIGEST_MS) })
  expect(decideDigest([one('c', 'high', 900), one('b', 'high', 2)], lately, at(DIGEST_MS))).toEqual({
    kind: 'send',
    lead: 'b',
    covers: ['c'],
  })
})

test('what is more urgent than all that was told lately waits for nothing, and stands in front', () => {
  const lately = [{ at: at(0), priority: 'medium' as const }]
  expect(decideDigest([one('low', 'low'), one('high', 'high', 5)], lately, at(10))).toEqual({
    kind: 'send',
    lead: 'high',
    covers: ['low'],
  })
  expect(decideDigest([one('again', 'medium')], lately, at(10))).toMatchObject({ kind: 'hold' })
})

test('whatever comes when: each alarm is in one message, none waits longer than half a minute, and messages are few', () => {
  const priorities = fc.constantFrom<Priority>('high', 'medium', 'low')
  const arrivals = fc.array(fc.record({ ms: fc.integer({ min: 0, max: 120_000 }), priority: priorities }), {
    minLength: 1,
    maxLength: 200,
  })
  fc.assert(
    fc.property(arrivals, (given) => {
      const coming = given
        .map(({ ms, priority }, i) => one(`n${i}`, priority, ms))
        .sort((a, b) => a.raisedAt.getTime() - b.raisedAt.getTime())
      const sent: LastMessage[] = []
      const told = new Map<string, Date>()
      let waiting: Waiting[] = []
      const priorityOf = (id: string) => coming.find((each) => each.id === id)?.priority ?? 'low'
      const look = (now: Date): Date | null => {
        const [first, ...rest] = waiting
        if (!first) return null
        const digest = decideDigest([first, ...rest], sent, now)
        if (digest.kind === 'hold') return digest.again
        for (const id of [digest.lead, ...digest.covers]) {
          expect(told.has(id)).toBe(false)
          told.set(id, now)
        }
        sent.push({ at: now, priority: priorityOf(digest.lead) })
        waiting = []
        return null
      }
      let again: Date | null = null
      for (const each of coming) {
        while (again !== null && again <= each.raisedAt) again = look(again)
        waiting.push(each)
        again = look(each.raisedAt)
      }
      while (again !== null) again = look(again)
      for (const { id, raisedAt } of coming) {
        expect((told.get(id)?.getTime() ?? Infinity) - raisedAt.getTime()).toBeLessThanOrEqual(DIGEST_MS)
      }
      // In any half minute one of each priority at most: each must be more urgent than those before it.
      for (const { at: from } of sent) {
        const within = sent.filter(({ at: when }) => when >= from && when.getTime() < from.getTime() + DIGEST_MS)
        expect(within.length).toBeLessThanOrEqual(3)
      }
    }),
  )
})
