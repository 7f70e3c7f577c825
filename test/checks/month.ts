import { Random } from '@anju/prisma/demo/random'
import { type Draft, makeWorker, type Worker } from './county.ts'
import { countTaps, type Truth, workMonth } from './honest.ts'
import { HABITS } from './habits.ts'
import { SCHEMES } from './schemes.ts'

export interface Month {
  visits: readonly Draft[]
  /** What is staged, by whom it should be seen. */
  staged: Truth[]
  /** What is so by honest noise, and is rightly said. */
  noise: Truth[]
  /** Visits of workers in whose month nothing is staged: what is said of them beyond the noise is a false alarm. */
  honest: ReadonlySet<string>
}

export interface Size {
  honest: number
  stagers: number
  /** How often each scheme is tried. */
  times: number
}
export const COUNTY: Size = { honest: 26, stagers: 16, times: 3 }

/** A county's month of visits that follows from the seed: honest ones with all their noise, and each scheme among others. */
export function makeMonth(seed: number, { honest, stagers, times }: Size = COUNTY): Month {
  const random = new Random(`visits ${seed}`)
  const noise: Truth[] = []
  const people = (what: string, n: number): Worker[] =>
    Array.from({ length: n }, (_, i) => {
      const own = random.stream(`${what} ${i}`)
      const worker = makeWorker(`${what}-${seed}-${i}`, seed, own)
      noise.push(...workMonth(worker, own))
      return worker
    })
  const good = people('honest', honest)
  // Two colleagues with one phone between them, as they declared.
  const [one, other] = good
  if (one && other) sharePhone(one, other, noise)
  const bad = people('stager', stagers)
  const staged: Truth[] = []
  for (const scheme of SCHEMES) {
    const own = random.stream(scheme.name)
    for (let i = 0; i < times; i++) {
      const visits = scheme.stage(bad, own) ?? scheme.stage(bad, own) ?? scheme.stage(bad, own)
      if (visits) staged.push({ scheme: scheme.name, rule: scheme.rule, visits: visits.map(({ id }) => id) })
    }
  }
  const spoilt: Worker[] = []
  for (const { name, rule, spoil } of HABITS) {
    for (const worker of people(`habit-${rule}`, Math.min(2, stagers))) {
      spoil(worker, random.stream(worker.id))
      staged.push({ scheme: name, rule, visits: worker.visits.map(({ id }) => id) })
      spoilt.push(worker)
    }
  }
  const visits = [...good, ...bad, ...spoilt].flatMap((worker) => worker.visits)
  noise.push(...countTaps(visits, random.stream('counters')))
  return { visits, staged, noise, honest: new Set(good.flatMap((worker) => worker.visits.map(({ id }) => id))) }
}

function sharePhone(one: Worker, other: Worker, noise: Truth[]): void {
  const phone = { id: `${one.id}-shared`, sharedSince: new Date(0) }
  // Who shares a phone works in the same villages, by turns: one in the morning, one in the afternoon.
  other.visits = other.visits.filter(({ plannedFrom }) => plannedFrom.getUTCHours() >= 13)
  one.visits = one.visits.filter(({ plannedFrom }) => plannedFrom.getUTCHours() < 13)
  const near = new Map(other.homes.map((home, i) => [home.id, one.homes[i]]))
  for (const visit of [...one.visits, ...other.visits]) {
    const home = near.get(visit.homeId)
    if (home) visit.home = home.pinned
    for (const read of visit.presences) {
      Object.assign(read, { phone, ...(home && { position: null }) })
    }
  }
  // The rule speaks of the later of two hands.
  for (const { id, beganAt } of other.visits) {
    if (beganAt) noise.push({ scheme: 'a shared phone, declared', rule: 'two-caregivers-one-phone', visits: [id] })
  }
}
