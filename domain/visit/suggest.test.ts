import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Asked, type Candidate, type OtherVisit, suggest, travelMin } from './suggest.ts'

const DAY = Date.UTC(2026, 11, 1)
const at = (h: number, m = 0) => new Date(DAY + (h * 60 + m) * 60_000)
/** `km` east of the provider. */
const place = (km: number) => ({ lon: 106 + km / 96.5, lat: 30 })
const asked: Asked = { homeId: 'h', plannedFrom: at(9), plannedTo: at(10), at: place(2), provider: place(0) }
const visit = (id: string, from: Date, to: Date, km: number | null = 2): OtherVisit => ({
  id,
  homeId: id,
  plannedFrom: from,
  plannedTo: to,
  at: km === null ? null : place(km),
})
const one = (id: string, given: Partial<Candidate> = {}): Candidate => ({
  id,
  missing: [],
  kinship: null,
  visitedBefore: 0,
  lastVisitedAt: null,
  visits: [],
  ...given,
})
const order = (...candidates: Candidate[]) =>
  suggest(asked, candidates).map(({ caregiverId, fits }) => `${caregiverId} ${fits}`)
const reason = (candidate: Candidate, code: string) =>
  suggest(asked, [candidate])[0]?.reasons.find((reason) => reason.code === code)

describe('the order', () => {
  test('whom the elder knows, then the shorter way, then the lighter week', () => {
    expect(
      order(
        one('far', { visits: [visit('v', at(7), at(8), 6)] }),
        one('laden', { visits: [visit('v', at(14), at(18), 2)] }),
        one('free'),
        one('known', { visitedBefore: 3, visits: [visit('v', at(7), at(8), 5)] }),
      ),
    ).toEqual(['known yes', 'free yes', 'laden yes', 'far yes'])
  })
  test('who would hardly get there comes after who would, and who may not be sent or is elsewhere last', () => {
    expect(
      order(
        one('unfit', { visitedBefore: 9, missing: ['medical-check'] }),
        one('elsewhere', { visitedBefore: 9, visits: [visit('v', at(9, 30), at(10, 30))] }),
        one('hurried', { visitedBefore: 9, visits: [visit('v', at(10, 5), at(11), 9)] }),
        one('stranger'),
      ),
    ).toEqual(['stranger yes', 'hurried tight', 'unfit no', 'elsewhere no'])
  })
  test('does not depend on the order they are asked in, and says something of everybody', () => {
    const some = fc.record({
      missing: fc.constantFrom([], ['exam']),
      kinship: fc.constantFrom(null, 'daughter'),
      visitedBefore: fc.nat(3),
      lastVisitedAt: fc.constant(null),
      visits: fc.array(
        fc.tuple(fc.integer({ min: 6, max: 20 }), fc.nat(9)).map(([h, km]) => visit(`v${h}`, at(h), at(h + 1), km)),
        { maxLength: 4 },
      ),
    })
    fc.assert(
      fc.property(fc.array(some, { maxLength: 8 }), fc.nat(), (given, seed) => {
        const all = given.map((each, i) => ({ id: `c${i}`, ...each }))
        const turned = [...all.slice(seed % (all.length || 1)), ...all.slice(0, seed % (all.length || 1))]
        const answer = suggest(asked, all)
        expect(suggest(asked, turned)).toEqual(answer)
        for (const { fits, reasons } of answer) {
          expect(fits === 'no').toBe(reasons.some(({ code }) => code === 'clash' || code === 'missing-credential'))
          if (fits === 'tight') expect(reasons.map(({ code }) => code)).toContain('too-far-between')
          expect(reasons.map(({ code }) => code)).toContain('load')
        }
      }),
    )
  })
})

describe('reasons', () => {
  test('kinship is told and changes nothing', () => {
    expect(reason(one('kin', { kinship: '女儿' }), 'kin')).toEqual({ code: 'kin', relation: '女儿' })
    expect(order(one('a', { kinship: '女儿' }), one('b'))).toEqual(['a yes', 'b yes'])
  })
  test('the way is from the visit before on that day, else from the provider; unknown where a home is not on the map', () => {
    expect(reason(one('a'), 'travel')).toEqual({ code: 'travel', minutes: 13, from: 'provider' })
    expect(reason(one('a', { visits: [visit('v', at(7), at(8), 2)] }), 'travel')).toEqual({
      code: 'travel',
      minutes: 0,
      from: 'visit',
    })
    expect(reason(one('a', { visits: [visit('v', at(7), at(8), null)] }), 'travel-unknown')).toBeDefined()
    expect(suggest({ ...asked, provider: null }, [one('a')])[0]?.reasons.map(({ code }) => code)).toContain(
      'travel-unknown',
    )
  })
  test('what is too far between names how long it takes and how long there is', () => {
    const hurried = one('a', { visits: [visit('v', at(8), at(8, 50), 10)] })
    expect(reason(hurried, 'too-far-between')).toEqual({
      code: 'too-far-between',
      visitId: 'v',
      needMin: 41,
      haveMin: 10,
    })
  })
})

test('the way there is the way back, and nowhere is no way', () => {
  expect([travelMin(place(0), place(3)), travelMin(place(3), place(0)), travelMin(place(1), place(1))]).toEqual([
    17, 17, 0,
  ])
  expect(travelMin(null, place(1))).toBeNull()
})
