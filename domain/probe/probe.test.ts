import fc from 'fast-check'
import { expect, test } from 'vitest'
import { percentile } from './percentile.ts'
import { type AskedProbe, decideProbe, failed, PROBE_VERDICTS, type ProbeVerdict } from './verdict.ts'

const t0 = new Date('2026-11-22T02:00:00Z')
const at = (s: number) => new Date(t0.getTime() + s * 1000)
const pressed: AskedProbe = { pressedAt: t0, raisedAt: null, shownAt: null, seats: 0 }

test.each<[string, AskedProbe, number, ProbeVerdict | number]>([
  ['not arrived, early', pressed, 9.9, 10],
  ['not arrived in ten seconds', pressed, 10, 'not-stored'],
  ['arrived late, and a desk is there', { ...pressed, raisedAt: at(9), seats: 1 }, 10, 19],
  ['stored, a desk was there and painted nothing', { ...pressed, raisedAt: at(1), seats: 2 }, 11, 'not-shown'],
  ['stored, nobody there', { ...pressed, raisedAt: at(1) }, 11, 'no-seat'],
  ['painted', { ...pressed, raisedAt: at(0.1), shownAt: at(0.4), seats: 1 }, 10, 'shown'],
  ['painted, and everybody left since', { ...pressed, raisedAt: at(0.1), shownAt: at(0.4) }, 10, 'shown'],
  ['asked an hour late', { ...pressed, raisedAt: at(1), seats: 1 }, 3600, 'not-shown'],
])('a test press: %s', (_name, probe, s, expected) => {
  const answer = decideProbe(probe, at(s))
  expect(answer.kind === 'is' ? answer.verdict : (answer.dueAt.getTime() - t0.getTime()) / 1000).toBe(expected)
})

test('a way that is broken is told of; an empty desk at night is not', () => {
  expect(PROBE_VERDICTS.filter(failed)).toEqual(['not-shown', 'not-stored'])
})

test('a percentile is one of the values, and so many of them do not exceed it', () => {
  expect(percentile([], 0.5)).toBe(null)
  expect(percentile([3, 1, 2], 0.5)).toBe(2)
  expect(percentile([1, 2, 3, 4], 1)).toBe(4)
  fc.assert(
    fc.property(
      fc.array(fc.integer(), { minLength: 1 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, part) => {
        const found = percentile(values, part) ?? NaN
        expect(values).toContain(found)
        expect(values.filter((value) => value <= found).length).toBeGreaterThanOrEqual(part * values.length - 1e-9)
      },
    ),
  )
})
