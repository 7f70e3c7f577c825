import { seeded } from '../random.ts'
import { coldness, dayMs, dayNumber, festival } from './calendar.ts'
import type { Person } from './person.ts'

/** A stay begins within each stretch of this many days, or does not. */
const stretchDays = 30
const longestStayDays = 12

/** Whether a person is in hospital that day: more often in winter and with a weak heart or lungs. */
export function inHospital(person: Person, day: number): boolean {
  const now = dayNumber(day)
  const stretch = Math.floor(now / stretchDays)
  return [stretch - 1, stretch].some((each) => {
    const random = seeded(person.seed, `${person.name}/hospital/${each}`)
    const begins = each * stretchDays + random.whole(0, stretchDays - 1)
    const lasts = random.whole(4, longestStayDays)
    const weak = person.conditions.has('heart-failure') || person.conditions.has('copd')
    const cold = coldness(day - (now - begins) * dayMs)
    const chance = (weak ? 0.05 : 0.014) * (1 + 0.5 * cold)
    return random.next() < chance && now >= begins && now < begins + lasts
  })
}

/** Whether the children have fetched the person for Spring Festival. */
export function atChildren(person: Person, day: number): boolean {
  if (festival(day) !== 'spring-festival') return false
  const year = new Date(day + 10 * dayMs).getUTCFullYear() // New Year's Eve belongs to the year it opens
  return seeded(person.seed, `${person.name}/fetched/${year}`).next() < person.habits.fetchedForFestival
}
