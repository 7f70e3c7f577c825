import { expect, test } from 'vitest'
import { planCounty } from './county.ts'
import { demoCommunities } from './place.ts'
import { HISTORY_DAYS } from './plan.ts'
import { visitsOf } from './visit-course.ts'
import { DAYS_AHEAD, roundsOf, roundsOn } from './visit-plan.ts'

const now = new Date('2026-11-25T02:20:00Z')
const county = planCounty('anju', now)
const rounds = roundsOf(county)
const days = Array.from({ length: HISTORY_DAYS + DAYS_AHEAD }, (_, i) => i - DAYS_AHEAD)
const on = (daysAgo: number, of = county) =>
  roundsOn(of, roundsOf(of), daysAgo).flatMap((round) => visitsOf(of, round, daysAgo))
const visits = days.flatMap((daysAgo) => on(daysAgo))
/** Whose contracts the first two providers have; the third is its village's alone. */
const TOWNS = ['临河镇', '青石镇']
const of = (state: string) => visits.filter((visit) => visit.state === state).length

test('the same seed makes the same visits', () => {
  expect(on(12, planCounty('anju', now))).toEqual(on(12))
})

test('a visit has one state that its ends and its story agree with, and nothing lies after the beginning', () => {
  for (const visit of visits) {
    const kinds = visit.entries.map(({ kind }) => kind)
    const given = ['in-service', 'left', 'evaluated', 'called-back', 'ready'].includes(visit.state)
    expect([visit.state, visit.ends.length > 0]).toEqual([visit.state, given])
    expect(visit.ends.every(({ at }) => at < now)).toBe(true)
    expect(visit.entries.every(({ at }) => at < now)).toBe(true)
    expect([visit.state, kinds.includes('evaluated')]).toEqual([
      visit.state,
      ['evaluated', 'called-back', 'ready'].includes(visit.state),
    ])
    expect(visit.outcome !== null).toBe(visit.state === 'refused')
  }
})

test('three months hold some of everything, and most were proved or supported and called back', () => {
  const past = visits.filter(({ to }) => to < new Date(now.getTime() - 4 * 86_400_000))
  expect(past.length).toBeGreaterThan(1200)
  const ready = past.filter(({ state }) => state === 'ready').length / past.length
  expect(ready).toBeGreaterThan(0.7)
  for (const state of ['ready', 'called-back', 'evaluated', 'refused', 'missed', 'cancelled', 'accepted'])
    expect([state, of(state) > 0]).toEqual([state, true])
  const ways = new Set(visits.flatMap(({ ends }) => ends.map(({ way }) => way)))
  expect([...ways].sort()).toEqual(['position', 'reader', 'tag', 'typed'])
  const grades = new Set(visits.flatMap(({ ends }) => ends.map(({ graded }) => graded.grade)))
  expect([...grades].sort()).toEqual(['claimed', 'proved', 'supported'])
  expect(visits.some(({ inQuestion }) => inQuestion)).toBe(true)
})

test('nobody is planned to be in two homes at once', () => {
  for (const each of Map.groupBy(rounds, ({ caregiver }) => caregiver).values()) {
    const times = each.map(({ isoWeekday, begins }) => `${isoWeekday} ${begins}`)
    expect(new Set(times).size).toBe(times.length)
  }
  // and whoever steps in is nowhere else
  const gone = visits.filter(({ state }) => !['cancelled', 'missed', 'refused'].includes(state))
  for (const each of Map.groupBy(gone, ({ caregiver }) => caregiver).values()) {
    const inOrder = each.toSorted((one, other) => one.from.getTime() - other.from.getTime())
    const clash = inOrder.find((visit, n) => {
      const before = inOrder[n - 1]
      return before && before.to > visit.from && before.round.home.id !== visit.round.home.id
    })
    expect(clash).toBeUndefined()
  }
})

test('whoever comes is of a provider with a contract there, also to who has moved to another town', () => {
  const townOf = (name: string) => demoCommunities.find((community) => community.name === name)?.town
  const visited = rounds.flatMap(({ home, caregiver, standIn }) =>
    [caregiver, standIn].map((each) => {
      const provider = county.caregivers[each]?.provider ?? -1
      const serves = provider === 2 ? home.community === '柳树村' : townOf(home.community) === TOWNS[provider]
      return [home.community, provider, serves] as const
    }),
  )
  expect(visited.filter(([, , serves]) => !serves)).toEqual([])
  const movers = rounds.filter(({ elders }) => elders.some(({ elder }) => elder.movedFrom !== null))
  expect(movers).toHaveLength(1)
  const [mover] = movers
  const before = county.homes.find(({ id }) => id === mover?.elders[0]?.elder.movedFrom?.homeId)
  expect(before?.community).not.toBe(mover?.home.community)
})

test('who needs more is visited more', () => {
  const many = (everyWeeks: number) => rounds.filter((round) => round.everyWeeks === everyWeeks)
  const a = visits.filter(({ round }) => round.everyWeeks === 1).length / many(1).length
  const b = visits.filter(({ round }) => round.everyWeeks === 4).length / many(4).length
  expect(a / b).toBeGreaterThan(3)
})
