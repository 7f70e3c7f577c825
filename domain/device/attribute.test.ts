import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Assignment, attribute, attributePress, clocksDisagree, subjectOf } from './attribute.ts'

const t0 = Date.UTC(2026, 0, 1)
const at = (hour: number) => new Date(t0 + hour * 3_600_000)

const stay = (homeId: string, from: number, to: number | null, more: Partial<Assignment> = {}): Assignment => ({
  homeId,
  elderId: null,
  userNumber: null,
  areaId: 'a',
  areaPath: '/a/',
  validFrom: at(from),
  validTo: to === null ? null : at(to),
  ...more,
})

/** A device's homes one after the other, with gaps in drawers: [home, from, to). */
const moves = fc
  .uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 12 })
  .chain((hours) => {
    const sorted = hours.toSorted((a, b) => a - b)
    return fc.tuple(fc.constant(sorted), fc.array(fc.boolean(), { minLength: sorted.length, maxLength: sorted.length }))
  })
  .map(([hours, inDrawer]) =>
    hours.flatMap((from, i) => (inDrawer[i] ? [] : [stay(`home ${i}`, from, hours[i + 1] ?? null)])),
  )

test('whatever the moves and whatever the order facts arrive in, each belongs to the one stay of its own time', () => {
  const facts = fc.array(fc.double({ min: -10, max: 1010, noNaN: true }), { minLength: 1, maxLength: 50 })
  fc.assert(
    fc.property(moves, facts, fc.func(fc.integer()), (stays, hours, order) => {
      const shuffled = stays.toSorted((a, b) => order(a.homeId) - order(b.homeId))
      for (const hour of hours) {
        const when = at(hour)
        const holding = stays.filter((each) => each.validFrom <= when && (each.validTo === null || when < each.validTo))
        expect(holding.length).toBeLessThanOrEqual(1)
        expect(attribute(shuffled, when, null)).toBe(holding[0] ?? null)
      }
    }),
  )
})

test('a move takes no fact of before with it, and leaves none of after behind', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 0, max: 1000 }), (moved, hour) => {
      const stays = [stay('old', 0, moved), stay('new', moved, null)]
      expect(attribute(stays, at(hour), null)?.homeId).toBe(hour < moved ? 'old' : 'new')
    }),
  )
})

test('an outbox sent after the move goes to the former home; a press of the drawer goes where it hangs on arrival', () => {
  const stays = [stay('old', 0, 10), stay('new', 20, null)]
  expect(attributePress(stays, at(9), at(30))?.homeId).toBe('old')
  expect(attributePress(stays, at(15), at(30))?.homeId).toBe('new')
  expect(attributePress(stays, at(15), at(16))).toBeNull()
  expect(attributePress([], at(9), at(30))).toBeNull()
})

test('a meter of two gives each reading to its user at that time; one that names none is nobody’s but the home’s', () => {
  const numbered = fc.constantFrom(1, 2, null)
  fc.assert(
    fc.property(moves, moves, numbered, fc.integer({ min: 0, max: 1000 }), (ofFirst, ofSecond, userNumber, hour) => {
      const first = ofFirst.map((each) => ({ ...each, userNumber: 1, elderId: 'first' }))
      const second = ofSecond.map((each) => ({ ...each, userNumber: 2, elderId: 'second' }))
      const owner = attribute([...first, ...second], at(hour), userNumber)
      const holds = (stays: readonly Assignment[]) =>
        attribute(
          stays.map((each) => ({ ...each, userNumber: null })),
          at(hour),
          null,
        )
      const then = [holds(first), holds(second)].filter((each) => each !== null)
      if (userNumber !== null)
        expect(owner?.elderId).toBe(
          then.find((each) => each.elderId === (userNumber === 1 ? 'first' : 'second'))?.elderId,
        )
      else expect(owner?.elderId).toBe(then.length === 1 ? then[0]?.elderId : undefined)
    }),
  )
})

test('what is told of a device has a subject, whoever it belongs to', () => {
  expect(subjectOf('d', stay('h', 0, null, { elderId: 'e' }))).toBe('elder:e')
  expect(subjectOf('d', stay('h', 0, null))).toBe('home:h')
  expect(subjectOf('d', null)).toBe('device:d')
})

test('the clocks disagree where the device stood elsewhere, or with somebody else, by the time a fact came', () => {
  const stays = [stay('old', 0, 10), stay('new', 10, 20), stay('new', 20, null, { elderId: 'she' })]
  const disagree = (then: number, arrived: number) => clocksDisagree(stays, at(then), at(arrived), null)
  expect(disagree(3, 9)).toBe(false)
  expect(disagree(3, 11)).toBe(true)
  expect(disagree(11, 19)).toBe(false)
  expect(disagree(11, 21)).toBe(true)
  expect(disagree(-5, 11)).toBe(false) // before it hung anywhere its clock names nobody
  expect(clocksDisagree([stay('old', 0, 10)], at(3), at(11), null)).toBe(true) // in a drawer by then
})
