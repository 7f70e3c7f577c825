import type { MeterKind, Value } from '../meter.ts'
import { type Random, seeded } from '../random.ts'
import { atChildren, inHospital } from './absence.ts'
import { calmer, calmMs, glucoseAt, pressureAt, spo2At, temperatureAt, weightAt } from './body.ts'
import { dayNumber, festival, isMarketDay, minuteMs, weekday } from './calendar.ts'
import type { Person } from './person.ts'

/** One thing somebody does with a device. */
export type Act = { atMs: number; device: string } & (
  | { does: 'press'; why: 'need' | 'again' | 'slip' | 'try' }
  | { does: 'measure'; value: Value }
  | { does: 'tap'; uid: string; way: 'in' | 'out' }
)

/** What stands in a home. */
export type Tool = { device: string; kind: MeterKind | 'button' | 'door-reader' }

export type Household = {
  id: string
  seed: number
  people: readonly Person[]
  tools: readonly Tool[]
  /** The row of days on which the town holds its market. */
  market: 0 | 1 | 2
}

/**
 * What happens in a household on one day, in order of time. It follows from the household and the day alone.
 * Caregivers' taps are no part of it: their rounds cross households.
 */
export function planDay(household: Household, day: number): Act[] {
  const acts: Act[] = []
  household.people.forEach((person, index) => {
    if (inHospital(person, day) || atChildren(person, day)) return
    const random = seeded(household.seed, `${person.name}/day/${dayNumber(day)}`)
    acts.push(...measurements(household, person, index, day, random), ...presses(household, person, day, random))
  })
  return acts.toSorted((a, b) => a.atMs - b.atMs)
}

function measurements(household: Household, person: Person, index: number, day: number, random: Random): Act[] {
  const { habits, conditions } = person
  const off = isMarketDay(day, household.market) && random.next() < habits.goesToMarket
  const at = (minute: number, spread = 12): number =>
    day + Math.round((minute + random.between(-spread, spread)) * minuteMs)
  const due = (chance: number): boolean => random.next() < chance * habits.diligence
  const acts: Act[] = []
  const take = (kind: MeterKind, atMs: number, measure: (atMs: number, random: Random) => Value): void => {
    const tool = household.tools.find((each) => each.kind === kind)
    if (tool) acts.push(...withMistakes(household, person, index, tool.device, atMs, measure, random))
  }
  const morning = habits.wakesMin + random.whole(15, 40) + (off ? 240 : 0) // back from the market
  const pressure = (atMs: number, chance: Random): Value =>
    pressureAt(person, atMs, chance, chance.next() < habits.movesWhileMeasuring)
  const [high, sweet] = [conditions.has('hypertension'), conditions.has('diabetes')]
  if (due(high ? 1 : 0.4)) take('bp-meter', at(morning), pressure)
  if (due(high ? 0.45 : 0.05)) take('bp-meter', at(habits.sleepsMin - 60, 20), pressure)
  const glucose = (atMs: number, chance: Random): Value => glucoseAt(person, atMs, chance)
  if (due(sweet ? 0.9 : 0.06)) take('glucose-meter', at(habits.breakfastMin - 16, 6), glucose)
  if (due(sweet ? 0.4 : 0.02)) take('glucose-meter', at(habits.lunchMin + 120, 10), glucose)
  const breath = conditions.has('copd') ? 0.9 : 0.15
  if (due(breath)) take('oximeter', at(morning + 6, 3), (atMs, chance) => spo2At(person, atMs, chance))
  const heavy = conditions.has('heart-failure') ? 0.9 : weekday(day) === 1 ? 0.7 : 0.05
  if (due(heavy)) take('scale', at(habits.wakesMin + 12, 6), (atMs, chance) => weightAt(person, atMs, chance))
  if (due(0.07)) take('thermometer', at(14 * 60, 90), (atMs, chance) => temperatureAt(person, atMs, chance))
  return acts
}

/** The cuff slipped, the button of the wrong user was pressed, and it was measured again to be sure. */
function withMistakes(
  { people }: Household,
  person: Person,
  index: number,
  device: string,
  atMs: number,
  measure: (atMs: number, random: Random) => Value,
  random: Random,
): Act[] {
  const { habits } = person
  const others = people.length - 1
  const mixedUp = others > 0 && random.next() < habits.takesWrongUser
  const user = people.length > 1 ? { user: (mixedUp ? (index + 1) % people.length : index) + 1 } : {}
  const first = measure(atMs, random)
  const moved = first.kind === 'blood-pressure' && first.motion === true
  const acts: Act[] = [{ atMs, device, does: 'measure', value: { ...first, ...user } }]
  if (moved || random.next() < habits.measuresTwice) {
    const again = { ...calmer(first, random), ...user }
    acts.push({ atMs: atMs + calmMs, device, does: 'measure', value: again })
  }
  return acts
}

/** Of what goes wrong, so much goes wrong at night. */
const wakesInNeed = 0.35

function presses(household: Household, person: Person, day: number, random: Random): Act[] {
  const tool = household.tools.find((each) => each.kind === 'button')
  if (!tool) return []
  const { habits } = person
  const awake = (): number => day + Math.round(random.between(habits.wakesMin, habits.sleepsMin) * minuteMs)
  const night = (): number => day + Math.round(random.between(60, habits.wakesMin) * minuteMs)
  const acts: Act[] = []
  const press = (atMs: number, why: 'need' | 'slip' | 'try'): void =>
    void acts.push(...pressing(tool.device, atMs, why, random))
  if (random.next() < habits.needs) press(random.next() < wakesInNeed ? night() : awake(), 'need')
  if (random.next() < habits.slips) press(awake(), 'slip')
  const guests = weekday(day) % 6 === 0 || festival(day) !== undefined
  if (guests && random.next() < habits.visited * 0.03) press(awake(), 'try') // a grandchild finds the red button
  return acts
}

/** A press, and mostly, when it is meant, a second one half a minute later: did it work? */
export function pressing(device: string, atMs: number, why: 'need' | 'slip' | 'try', random: Random): Act[] {
  const first: Act = { atMs, device, does: 'press', why }
  const doubts = random.next() < (why === 'need' ? 0.5 : 0.08)
  if (!doubts) return [first]
  return [first, { atMs: atMs + random.whole(15_000, 50_000), device, does: 'press', why: 'again' }]
}
