import { checkMonth, checkVisit } from '@anju/domain/visit/check/check'
import type { VisitFacts } from '@anju/domain/visit/check/facts'
import { Random } from '@anju/prisma/demo/random'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AS_OF } from './county.ts'
import { makeMonth } from './month.ts'

const SMALL = { honest: 3, stagers: 2, times: 1 }
const seed = fc.integer({ min: 1, max: 1_000_000 })
const check = (visits: readonly VisitFacts[]) => checkMonth({ visits, asOf: AS_OF })
const runs = { numRuns: 12 }

test('the order in which facts are given does not matter', () => {
  fc.assert(
    fc.property(seed, seed, (month, order) => {
      const { visits } = makeMonth(month, SMALL)
      const random = new Random(`order ${order}`)
      const shuffled = random.shuffled(visits).map((visit) => ({
        ...visit,
        presences: random.shuffled(visit.presences),
        photos: random.shuffled(visit.photos),
        done: random.shuffled(visit.done),
      }))
      expect(check(shuffled)).toEqual(check(visits))
    }),
    runs,
  )
})

test('visits of other people in other homes change nothing', () => {
  fc.assert(
    fc.property(seed, seed, (month, other) => {
      fc.pre(month !== other)
      const { visits } = makeMonth(month, SMALL)
      const strangers = makeMonth(other, { ...SMALL, honest: 1 }).visits
      const own = new Set(visits.map(({ id }) => id))
      expect(check([...visits, ...strangers]).filter(({ visitId }) => own.has(visitId))).toEqual(check(visits))
    }),
    runs,
  )
})

test('a visit alone, with its caregiver’s month and what stands around, reads as within the whole county’s', () => {
  const { visits } = makeMonth(7, { honest: 4, stagers: 4, times: 1 })
  const all = check(visits)
  const odd = [...new Set(all.filter(({ severity }) => severity !== 'notice').map(({ visitId }) => visitId))].slice(
    0,
    60,
  )
  expect(odd.length).toBeGreaterThan(30)
  for (const id of odd) {
    const caregiver = visits.find((visit) => visit.id === id)?.caregiver?.id
    const own = visits.filter((visit) => visit.caregiver?.id === caregiver)
    const others = visits.filter((visit) => visit.caregiver?.id !== caregiver)
    const around = {
      presences: others.flatMap(({ id: visitId, home, presences }) =>
        presences.map((presence) => ({ ...presence, visitId, home })),
      ),
      photos: others.flatMap(({ id: visitId, homeId, providerId, jointId, photos }) =>
        photos.map((photo) => ({ ...photo, visitId, homeId, providerId, jointId })),
      ),
    }
    expect(checkVisit(id, { visits: own, around, asOf: AS_OF })).toEqual(all.filter(({ visitId }) => visitId === id))
  }
})
