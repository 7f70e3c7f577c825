import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decidePress } from './press.ts'

const t0 = new Date('2026-11-22T02:00:00Z')
const at = (s: number) => new Date(t0.getTime() + s * 1000)

describe('a press', () => {
  test('raises where none is open, and goes outside at once where nobody would hear it', () => {
    expect(decidePress(null, 2, t0)).toMatchObject({
      step: 'raise',
      presses: 1,
      sounds: true,
      escalate: null,
      escalation: 0,
    })
    expect(decidePress(null, 0, t0)).toMatchObject({ step: 'raise', escalate: 'no-seat', escalation: 2 })
  })
  test.each(['raised', 'acknowledged'] as const)(
    'joins an alarm that is %s, sounds again and restarts its clocks',
    (state) => {
      const open = { state, presses: 3, clockFrom: t0, escalation: 2, recentPresses: 1 }
      expect(decidePress(open, 1, at(90))).toEqual({
        step: 'join',
        presses: 4,
        clockFrom: at(90),
        escalation: 0,
        sounds: true,
        escalate: null,
      })
      expect(decidePress(open, 0, at(90))).toMatchObject({ escalate: 'no-seat', escalation: 2 })
    },
  )
  test('beyond ten in a minute is counted and nothing else', () => {
    const open = { state: 'raised' as const, presses: 400, clockFrom: t0, escalation: 1, recentPresses: 10 }
    expect(decidePress(open, 0, at(30))).toEqual({
      step: 'join',
      presses: 401,
      clockFrom: t0,
      escalation: 1,
      sounds: false,
      escalate: null,
    })
  })
  test('is never lost in the count, however many come and whoever sits there', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ seats: fc.nat(3), recent: fc.nat(20) }), { maxLength: 50 }), (presses) => {
        let open: Parameters<typeof decidePress>[0] = null
        for (const [i, press] of presses.entries()) {
          const verdict = decidePress(open && { ...open, recentPresses: press.recent }, press.seats, at(i))
          open = { state: 'raised', recentPresses: 0, ...verdict }
        }
        expect(open?.presses ?? 0).toBe(presses.length)
      }),
    )
  })
})
