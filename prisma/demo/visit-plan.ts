import { MADE_AHEAD_DAYS } from '@anju/domain/visit/recur'
import { DAY_MS, hour, localDay, midnight, type County, type PlannedElder, type PlannedHome, weekday } from './plan.ts'
import { Random } from './random.ts'
import { isFeast, isPresent } from './turns.ts'

/** So far ahead visits stand on the board, as plans make them. */
export const DAYS_AHEAD = MADE_AHEAD_DAYS - 1

/** Visits that come back to one home: on one weekday, at one time, with one caregiver. */
export interface PlannedRound {
  home: PlannedHome
  /** Who is visited: a couple together. */
  elders: { elder: PlannedElder; planId: string }[]
  /** Indexes of the county's caregivers: who comes, and who steps in. */
  caregiver: number
  standIn: number
  /** 1 Monday … 6 Saturday. */
  isoWeekday: number
  everyWeeks: 1 | 2 | 4
  /** Hours into the local day. */
  begins: number
  minutes: number
  /** Numbers of the annex. */
  services: string[]
}

/** Times at which a caregiver's visits begin; the way between two is within them. */
const SLOTS = [8.5, 10, 14, 15.5, 17] as const
const WORKDAYS = 6
const USUAL_MINUTES = 60

/** By class of need: four visits a month for who cannot do without, one or two for the others (P2.1). */
export function roundsOf(county: County): PlannedRound[] {
  const taken = new Map<number, number>()
  const rounds = county.homes.flatMap((home): PlannedRound[] => {
    const elders = home.elders.filter(({ mergedInto }) => mergedInto === null)
    const [caregiver, standIn] = home.visitedBy
    if (elders.length === 0 || caregiver === undefined) return []
    const n = taken.get(caregiver) ?? 0
    taken.set(caregiver, n + 1)
    const random = new Random(county.seed, `round ${home.address}`)
    return [
      {
        home,
        elders: elders.map((elder) => ({ elder, planId: random.id(home.since) })),
        caregiver,
        standIn: standIn ?? caregiver,
        isoWeekday: 1 + (n % WORKDAYS),
        everyWeeks: home.visits >= 4 ? 1 : home.visits >= 2 ? 2 : 4,
        // a caregiver has fewer homes than weekdays and times: no two at once
        begins: SLOTS[Math.floor(n / WORKDAYS) % SLOTS.length] ?? SLOTS[0],
        minutes: USUAL_MINUTES,
        services: servicesFor(random, elders),
      },
    ]
  })
  const slot = (caregiver: number, { isoWeekday, begins }: PlannedRound): string =>
    `${caregiver} ${isoWeekday} ${begins}`
  const busy = new Set(rounds.map((round) => slot(round.caregiver, round)))
  // nobody steps in who has a home of their own at that time
  return rounds.map((round) => (busy.has(slot(round.standIn, round)) ? { ...round, standIn: round.caregiver } : round))
}

/** What is planned at a home: tidying for nearly all, and what their condition asks for. */
function servicesFor(random: Random, elders: readonly PlannedElder[]): string[] {
  const sick = elders.some(({ health }) => health.length > 0)
  const frail = elders.some(({ conditions }) => conditions.includes('失能'))
  const more = random.pick([['4'], ['5'], ['14'], ['15'], ['2'], ['11'], ['16']])
  return [...new Set(['3', ...(sick ? ['6'] : []), ...(frail ? ['12'] : more)])]
}

/** The rounds of the local day `daysAgo` before the county was begun; negative: still to come. Nobody on feast days. */
export function roundsOn(county: County, rounds: readonly PlannedRound[], daysAgo: number): PlannedRound[] {
  const day = midnight(county.base, daysAgo)
  if (isFeast(day)) return []
  return rounds.filter((round) => {
    const at = hour(day, round.begins)
    return isDue(round, day) && at > round.home.since && round.elders.some(({ elder }) => isPlanned(elder, at))
  })
}

function isDue({ isoWeekday, everyWeeks, home }: PlannedRound, day: Date): boolean {
  const week = Math.floor((day.getTime() / DAY_MS + 4) / 7)
  return weekday(day) === isoWeekday && (week + home.address.length) % everyWeeks === 0
}

/** The first day of a round, from whose week on its weeks are counted ('YYYY-MM-DD'). */
export function firstDay(round: PlannedRound): string {
  const since = midnight(round.home.since, 0)
  const days = Array.from({ length: 7 * round.everyWeeks }, (_, n) => new Date(since.getTime() + n * DAY_MS))
  return localDay(days.find((day) => isDue(round, day)) ?? since)
}

/** Nobody plans a visit to who is known to be away, or dead; of an absence one hears a day later. */
export function isPlanned(elder: PlannedElder, at: Date): boolean {
  if (elder.died !== null && localDay(at) > elder.died.on) return false
  return isPresent(elder, at) || isPresent(elder, new Date(at.getTime() - DAY_MS))
}
