import type { Random } from '@anju/prisma/demo/random'
import { distanceM } from '@anju/domain/place/position'
import type { RuleId } from '@anju/domain/visit/check/finding'
import { blurred, DAY, dayOf, type Draft, type Home, MINUTE, moved, plus, type Worker } from './county.ts'

/** One way to stage visits, and the rule that is there to see it. */
export interface Scheme {
  name: string
  rule: RuleId
  /** Stages it once among these workers' visits; gives the visits that are false, or null where it found no room. */
  stage(workers: readonly Worker[], random: Random): Draft[] | null
}

/** Visits of one worker that went as planned and that no scheme has touched yet, claimed for this one. */
function take(
  workers: readonly Worker[],
  n: number,
  random: Random,
  fits: (visit: Draft) => boolean = () => true,
): Draft[] | null {
  for (const worker of random.shuffled(workers)) {
    const free = worker.visits.filter(
      (visit) =>
        !visit.staged &&
        visit.beganAt &&
        visit.leftAt &&
        visit.presences.every(({ way, lent }) => way === 'tag' && !lent) &&
        fits(visit),
    )
    const taken = random.shuffled(free).slice(0, n)
    if (taken.length < n) continue
    for (const visit of taken) visit.staged = true
    return taken.sort((a, b) => a.plannedFrom.getTime() - b.plannedFrom.getTime())
  }
  return null
}

/** Each of `n` visits is changed the same way. */
const each =
  (n: number, change: (visit: Draft, random: Random) => void) =>
  (workers: readonly Worker[], random: Random): Draft[] | null => {
    const taken = take(workers, n, random)
    for (const visit of taken ?? []) change(visit, random)
    return taken
  }

/** When the ends were said to be. */
export function claim(visit: Draft, beganAt: Date, leftAt: Date): void {
  Object.assign(visit, { beganAt, leftAt, day: dayOf(beganAt) })
  for (const read of visit.presences) {
    const at = read.part === 'begin' ? beganAt : leftAt
    Object.assign(read, { at, readAt: at, deviceAt: at, receivedAt: at, position: null })
  }
  for (const photo of visit.photos) Object.assign(photo, { takenAt: plus(beganAt, 10), receivedAt: plus(beganAt, 10) })
}
const homeOf = (visit: Draft): Home | undefined => visit.worker.homes.find(({ id }) => id === visit.homeId)

/** The next visit of the same worker that day. */
const nextOf = (visit: Draft): Draft | undefined =>
  visit.worker.visits.find(
    (other) =>
      other.day === visit.day &&
      other.plannedFrom > visit.plannedFrom &&
      other.beganAt &&
      !other.staged &&
      other.leftAt,
  )

/** A visit and the one that follows it that day. */
function pair(workers: readonly Worker[], random: Random): [Draft, Draft] | null {
  const [first] = take(workers, 1, random, (visit) => nextOf(visit) !== undefined) ?? []
  const second = first && nextOf(first)
  if (!first || !second) return null
  second.staged = true
  return [first, second]
}

export const SCHEMES: readonly Scheme[] = [
  {
    name: 'orders filled in at the end of the month',
    rule: 'backfilled',
    stage: each(6, (visit, random) => {
      const entered = Date.UTC(2026, 2, 31, 17)
      const began = new Date(Math.round(visit.plannedFrom.getTime() / 300_000) * 300_000)
      claim(visit, began, plus(began, 60))
      for (const read of visit.presences) {
        Object.assign(read, { way: 'typed', tagId: null, homeId: null, deviceAt: null })
        read.receivedAt = new Date(entered + random.between(0, 40) * MINUTE)
      }
    }),
  },
  {
    name: 'links harvested in one afternoon and sent later, true visits between',
    rule: 'cloned-tag',
    stage: (workers, random) => {
      const taken = take(workers, 1, random)
      const home = taken?.[0] && homeOf(taken[0])
      if (!taken?.[0] || !home) return null
      const own = taken[0].worker.visits.filter(
        ({ homeId, beganAt, leftAt }) => homeId === home.id && beganAt && leftAt,
      )
      // All later visits to that home but every second one; all their links are read at the first.
      const false_ = own.filter(
        (visit, i) => visit.plannedFrom > (taken[0]?.plannedFrom ?? 0) && i % 2 === 1 && !visit.staged,
      )
      if (false_.length === 0) return null
      for (const [i, visit] of false_.entries()) {
        visit.staged = true
        claim(visit, visit.beganAt ?? visit.plannedFrom, visit.leftAt ?? visit.plannedTo)
        for (const read of visit.presences)
          read.readAt = plus(taken[0].leftAt ?? taken[0].plannedTo, i + (read.part === 'end' ? 0.5 : 0))
      }
      return false_
    },
  },
  {
    name: 'one link sent for two visits',
    rule: 'replayed-tag',
    stage: (workers, random) => {
      const [first] = take(workers, 1, random) ?? []
      const again = first?.worker.visits.find(
        (visit) =>
          visit.homeId === first.homeId &&
          visit.plannedFrom > first.plannedFrom &&
          visit.beganAt &&
          visit.leftAt &&
          !visit.staged,
      )
      const link = first?.presences[0]
      if (!again?.beganAt || !again.leftAt || !link) return null
      again.staged = true
      claim(again, again.beganAt, again.leftAt)
      for (const read of again.presences.slice(0, 1))
        Object.assign(read, { repeats: link, tagId: link.tagId, way: 'tag' })
      return [again]
    },
  },
  {
    name: 'a copied tag tapped at the worker’s own home, with position',
    rule: 'cloned-tag',
    stage: (workers, random) => {
      const [first, second] = pair(workers, random) ?? []
      const [home, tap] = [first && homeOf(first), first?.presences.at(-1)]
      if (!first?.leftAt || !second || !home || !tap) return null
      const began = plus(first.leftAt, 8)
      claim(second, began, plus(began, 60))
      tap.position = { ...home.at, accuracyM: 20 }
      const away = moved(home.at, random.between(12_000, 25_000), random.between(0, 7))
      Object.assign(second, { homeId: home.id, home: home.pinned })
      for (const read of second.presences) {
        Object.assign(read, { homeId: home.id, tagId: home.tagId, position: { ...away, accuracyM: 25 } })
      }
      return [second]
    },
  },
  {
    name: 'a colleague checks in by one’s own phone',
    rule: 'two-caregivers-one-phone',
    stage: (workers, random) => {
      const taken = take(workers, 1, random)
      const present = workers.filter((worker) => worker !== taken?.[0]?.worker)
      const friend = present.length > 0 ? random.pick(present) : undefined
      const [visit] = taken ?? []
      if (!visit || !friend) return null
      for (const read of visit.presences) read.phone = friend.phone
      return friend.visits.some(({ day, beganAt }) => day === visit.day && beganAt) ? [visit] : null
    },
  },
  {
    name: 'one account used on ever other phones',
    rule: 'one-caregiver-many-phones',
    stage: (workers, random) => {
      const taken = take(workers, 1, random)
      const from = taken?.[0]
      if (!from) return null
      const week = from.worker.visits.filter(
        ({ plannedFrom, beganAt }) =>
          beganAt && plannedFrom >= from.plannedFrom && plannedFrom.getTime() < from.plannedFrom.getTime() + 5 * DAY,
      )
      if (week.length < 8) return null
      for (const [i, visit] of week.entries()) {
        visit.staged = true
        for (const read of visit.presences) read.phone = { id: `${visit.worker.id}-phone-${i % 4}`, sharedSince: null }
      }
      return week
    },
  },
  {
    name: 'a posed photo sent again',
    rule: 'photo-seen-before',
    stage: photoAgain((photo) => ({ digest: photo.digest, look: photo.look })),
  },
  {
    name: 'a posed photo saved anew',
    rule: 'photo-seen-before',
    stage: photoAgain((photo, random) => ({
      digest: random.hex(16),
      look: photo.look && blurred(photo.look, 0.02, random),
    })),
  },
  {
    name: 'a posed photo cut smaller',
    rule: 'photo-seen-before',
    stage: photoAgain((photo, random) => ({
      digest: random.hex(16),
      look: photo.look && blurred(photo.look, 0.1, random),
    })),
  },
  {
    name: 'photos from days ago',
    rule: 'photo-older-than-visit',
    stage: each(3, (visit, random) => {
      for (const photo of visit.photos) photo.takenAt = plus(visit.plannedFrom, -random.between(30, 9000))
    }),
  },
  {
    name: 'visits to somebody who has died',
    rule: 'after-death',
    stage: each(2, (visit) => {
      visit.elder = { ...visit.elder, diedOn: dayOf(plus(visit.plannedFrom, -3 * 24 * 60)) }
    }),
  },
  {
    name: 'visits while in hospital',
    rule: 'elder-away',
    stage: each(2, (visit) => {
      const absences = [{ kind: 'hospital', from: plus(visit.plannedFrom, -2000), to: plus(visit.plannedTo, 3000) }]
      visit.elder = { ...visit.elder, absences }
    }),
  },
  {
    name: 'two homes, no time between',
    rule: 'impossible-travel',
    stage: (workers, random) => {
      const [first, second] = pair(workers, random) ?? []
      if (!first?.leftAt || !first.home || !second) return null
      const began = plus(first.leftAt, random.between(0, 5))
      claim(second, began, plus(began, 60))
      second.home = moved(first.home, random.between(6000, 25_000), random.between(0, 7))
      return distanceM(first.home, second.home) > 0 ? [second] : null
    },
  },
  {
    name: 'two homes at once',
    rule: 'overlap',
    stage: (workers, random) => {
      const [first, second] = pair(workers, random) ?? []
      if (!first?.leftAt || !second) return null
      const began = plus(first.leftAt, -random.between(3, 55))
      claim(second, began, plus(began, 60))
      return [second]
    },
  },
  {
    name: 'a tag taken off its door, tapped elsewhere',
    rule: 'far-from-home',
    stage: each(3, (visit, random) => {
      const home = homeOf(visit)
      for (const read of visit.presences) {
        // Three in ten switch the position off; then this rule has nothing to see.
        const away = home && moved(home.at, random.between(500, 15_000), random.between(0, 7))
        read.position = away && random.chance(0.7) ? { ...away, accuracyM: random.between(10, 60) } : null
      }
    }),
  },
  {
    name: 'the badge held to a neighbour’s reader',
    rule: 'badge-at-wrong-door',
    stage: each(2, (visit) => {
      for (const read of visit.presences)
        Object.assign(read, { way: 'reader', tagId: null, homeId: `${visit.homeId}-next` })
    }),
  },
  {
    name: 'goods handed out door to door',
    rule: 'batch-taps',
    stage: (workers, random) => {
      const taken = take(workers, 4, random)
      if (!taken?.[0]) return null
      const from = plus(new Date(taken[0].day), 16 * 60)
      for (const [i, visit] of taken.entries()) {
        const at = plus(from, i * random.between(1.5, 3))
        claim(visit, at, plus(at, 60 + random.between(0, 3)))
      }
      return taken
    },
  },
  {
    name: 'a quarter of an hour for an hour',
    rule: 'too-short',
    stage: each(3, (visit, random) => {
      const began = visit.beganAt ?? visit.plannedFrom
      claim(visit, began, plus(began, random.between(4, 27)))
    }),
  },
  {
    name: 'a phone’s clock put back for a visit that was not',
    rule: 'backfilled',
    stage: each(2, (visit, random) => {
      for (const read of visit.presences) read.receivedAt = plus(read.at, random.between(180, 600))
    }),
  },
  {
    name: 'a phone’s clock put forward',
    rule: 'clock-off',
    stage: each(2, (visit, random) => {
      for (const read of visit.presences) read.deviceAt = plus(read.receivedAt, random.between(20, 180))
    }),
  },
  {
    name: 'a worker whose medical check has run out',
    rule: 'service-without-credential',
    stage: each(2, (visit) => {
      const credentials = (visit.caregiver?.credentials ?? []).map((one) =>
        one.kind === 'medical-check' ? { ...one, to: '2026-02-20' } : one,
      )
      visit.caregiver = { id: visit.worker.id, credentials }
    }),
  },
  {
    name: 'a bath without the family',
    rule: 'service-without-condition',
    stage: each(2, (visit, random) => {
      const required = [{ condition: 'family-present', substitute: null }] as const
      const said = random.chance(0.5) ? { 'family-present': { met: false } } : {}
      visit.done = [{ code: '12', minMinutes: 30, credentials: [], required, said }]
    }),
  },
  {
    name: 'service under a suspended contract',
    rule: 'after-suspension',
    stage: each(2, (visit) => {
      visit.suspensions = [{ whose: 'provider', from: dayOf(plus(visit.plannedFrom, -2000)), to: null }]
    }),
  },
  {
    name: 'service to somebody off the roster',
    rule: 'outside-roster',
    stage: each(2, (visit) => {
      visit.roster = 'off'
    }),
  },
  {
    name: 'an end without a begin',
    rule: 'no-begin',
    stage: each(2, (visit) => {
      visit.presences = visit.presences.filter(({ part }) => part === 'end')
      visit.beganAt = null
    }),
  },
]

type Photo = Draft['photos'][number]
/** A photo of one visit stands in for the photos of two others, in other homes. */
function photoAgain(made: (photo: Photo, random: Random) => Pick<Photo, 'digest' | 'look'>) {
  return (workers: readonly Worker[], random: Random): Draft[] | null => {
    const [first, ...others] = take(workers, 3, random) ?? []
    const [photo] = first?.photos ?? []
    if (!first || !photo) return null
    const elsewhere = others.filter(({ homeId }) => homeId !== first.homeId)
    for (const visit of elsewhere) {
      for (const own of visit.photos.slice(0, 1)) Object.assign(own, made(photo, random))
    }
    return elsewhere.length > 0 ? elsewhere : null
  }
}
