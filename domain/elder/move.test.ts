import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decideMove, type Going, type OpenStay } from './move.ts'

const person = fc.constantFrom('she', 'he', null)
const stays = fc
  .uniqueArray(
    fc.record({ device: fc.nat(5), userNumber: fc.constantFrom(1, 2, null), elderId: person, here: fc.boolean() }),
    {
      selector: ({ device, userNumber }) => `${device} ${userNumber}`,
    },
  )
  .map((drawn) =>
    drawn.map(({ device, userNumber, elderId, here }, i): OpenStay => ({
      id: String(i),
      deviceId: `d${device}`,
      homeId: here ? 'old' : 'elsewhere',
      elderId,
      userNumber,
      validFrom: new Date(0),
    })),
  )
const going: fc.Arbitrary<Going> = fc.oneof(
  fc.constantFrom<Going>('stay', 'with'),
  fc.uniqueArray(fc.nat(5).map((n) => `d${n}`)),
)
const move = (all: readonly OpenStay[], which: Going) =>
  decideMove(all, { elderId: 'she', fromHomeId: 'old', toHomeId: 'new', going: which })

test('no device stands in both homes after a move, and nothing in other homes is touched', () => {
  fc.assert(
    fc.property(stays, going, (all, which) => {
      const steps = new Map(move(all, which).map((step) => [step.stay.id, step.becomes]))
      for (const each of all) if (each.homeId === 'elsewhere') expect(steps.has(each.id)).toBe(false)
      for (const ofDevice of Map.groupBy(
        all.filter((each) => each.homeId === 'old'),
        (each) => each.deviceId,
      ).values()) {
        const homes = ofDevice.flatMap((each) => {
          const becomes = steps.get(each.id)
          return becomes === null ? [] : [becomes?.homeId ?? each.homeId]
        })
        expect(new Set(homes).size).toBeLessThanOrEqual(1)
      }
    }),
  )
})

test('nothing in the home she left is hers any more, and nothing of others has become hers', () => {
  fc.assert(
    fc.property(stays, going, (all, which) => {
      const steps = new Map(move(all, which).map((step) => [step.stay.id, step.becomes]))
      for (const each of all.filter(({ homeId }) => homeId === 'old')) {
        const becomes = steps.has(each.id) ? steps.get(each.id) : { homeId: each.homeId, elderId: each.elderId }
        if (becomes?.homeId === 'old') expect(becomes.elderId).not.toBe('she')
        if (becomes?.elderId === 'she') expect(each.elderId).toBe('she')
      }
    }),
  )
})

test('without being named, what is also another’s stays', () => {
  const shared = [1, 2].map((n) => ({
    id: `${n}`,
    deviceId: 'd',
    homeId: 'old',
    elderId: n === 1 ? 'she' : 'he',
    userNumber: n,
    validFrom: new Date(0),
  }))
  expect(move(shared, 'with').map(({ stay, becomes }) => [stay.id, becomes])).toEqual([
    ['1', { homeId: 'old', elderId: null }],
  ])
  expect(move(shared, ['d']).map(({ stay, becomes }) => [stay.id, becomes])).toEqual([
    ['1', { homeId: 'new', elderId: 'she' }],
    ['2', null],
  ])
})
