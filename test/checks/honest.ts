import { distanceM } from '@anju/domain/place/position'
import type { RuleId } from '@anju/domain/visit/check/finding'
import { CHECK_POLICY } from '@anju/domain/visit/check/policy'
import type { Random } from '@anju/prisma/demo/random'
import { blurred, DAY, dayOf, type Draft, FIRST, type Home, moved, plus, type Read, type Worker } from './county.ts'

/** What really was so at a visit, and the rule that should say it. */
export interface Truth {
  scheme: string
  rule: RuleId
  visits: readonly string[]
}

/** Everybody's credentials, as they should be. */
const CREDENTIALS = CHECK_POLICY.everybody.map((kind) => ({ kind, from: '2025-01-01', to: null }))
const HOURS = [8.5, 10, 13.5, 15]

/** What happens to honest people, by its share of visits. */
const NOISE = {
  lateBus: 0.02,
  leftEarly: 0.008,
  stayedOn: 0.003,
  forgotToEnd: 0.006,
  missed: 0.008,
  deadPhone: 0.03, // both ends typed in the same day
  noPosition: 0.2,
  coarsePosition: 0.03,
  secondPhoto: 0.5,
  lentBadge: 0.004,
  childTaps: 0.004, // a tap for each finger
  visitorTap: 0.1,
}

/** A worker's honest month, written into `worker.visits`; and what in it the rules should say. */
export function workMonth(worker: Worker, random: Random): Truth[] {
  const truths: Truth[] = []
  let turn = 0
  for (let day = 0; day < 31; day++) {
    const date = new Date(FIRST + day * DAY)
    if ([0, 6].includes(date.getUTCDay())) continue
    let freeAt = date
    let place: Home | undefined
    let late = false
    for (const hour of HOURS) {
      const home = worker.homes[turn++ % worker.homes.length]
      if (!home) continue
      const planned = plus(date, hour * 60)
      const visit = draft(worker, home, planned)
      worker.visits.push(visit)
      const tell = (scheme: string, rule: RuleId): number => truths.push({ scheme, rule, visits: [visit.id] })
      if (random.chance(NOISE.missed)) {
        Object.assign(visit, { state: 'missed', beganAt: null, leftAt: null })
        tell('nobody came', 'missed')
        continue
      }
      const bus = random.chance(NOISE.lateBus) ? random.between(16, 60) : 0
      late ||= bus > 0
      const arrival = plus(planned, random.around(-3, 3) + bus)
      const walked = place ? plus(freeAt, 3 + distanceM(place.at, home.at) / random.between(350, 600)) : arrival
      const beganAt = new Date(Math.max(arrival.getTime(), walked.getTime()))
      if (late && beganAt.getTime() - planned.getTime() >= 15 * 60_000) tell('late bus', 'late')
      const early = random.chance(NOISE.leftEarly)
      const longer = !early && random.chance(NOISE.stayedOn)
      const minutes = early ? random.between(20, 46) : longer ? random.between(122, 200) : random.around(63, 6)
      if (early) tell('left early', 'too-short')
      if (longer) tell('stayed on', 'too-long')
      const leftAt = plus(beganAt, minutes)
      Object.assign(visit, { beganAt, leftAt, day: dayOf(beganAt) })
      happen(visit, home, random, tell)
      late ||= longer // whoever stays on comes late to the next
      freeAt = leftAt
      place = home
    }
  }
  return truths
}

function draft(worker: Worker, home: Home, planned: Date): Draft {
  return {
    id: `${home.id}-${planned.getTime()}`,
    homeId: home.id,
    providerId: worker.providerId,
    jointId: null,
    state: 'evaluated',
    outcome: null,
    plannedFrom: planned,
    plannedTo: plus(planned, 60),
    beganAt: null,
    leftAt: null,
    day: dayOf(planned),
    corrected: { begin: false, end: false },
    home: home.pinned,
    caregiver: { id: worker.id, credentials: CREDENTIALS },
    elder: { id: home.elderId, diedOn: null, absences: [] },
    suspensions: [],
    roster: 'on',
    done: [{ code: '3', minMinutes: 30, credentials: [], required: [], said: {} }],
    presences: [],
    photos: [],
    worker,
    staged: false,
  }
}

/** Its taps and photos, as an honest visit leaves them behind. */
function happen(visit: Draft, home: Home, random: Random, tell: (scheme: string, rule: RuleId) => unknown): void {
  const { beganAt, leftAt } = visit
  if (!beganAt || !leftAt) return
  const typed = random.chance(NOISE.deadPhone)
  const forgot = !typed && random.chance(NOISE.forgotToEnd)
  const sentLater = !home.signal && random.chance(0.5) ? random.between(20, 300) : 0
  if (sentLater >= 30) tell('no signal in the valley', 'backfilled')
  if (visit.worker.clockMs >= 5 * 60_000 && !typed) tell('a phone whose clock is off', 'clock-off')
  visit.presences = [
    tapped(visit, home, { part: 'begin', at: beganAt, typed, sentLater }, random),
    ...(forgot ? [] : [tapped(visit, home, { part: 'end', at: leftAt, typed, sentLater }, random)]),
  ]
  if (typed) {
    const entered = plus(leftAt, random.between(2, 200))
    for (const read of visit.presences) read.receivedAt = plus(entered, random.between(0, 3))
    tell('both ends typed in one go', 'backfilled')
  }
  if (forgot) {
    Object.assign(visit, { leftAt: null, state: 'in-service' })
    tell('forgot to tap', 'no-end')
  }
  if (random.chance(NOISE.lentBadge)) {
    const badge = { way: 'reader', phone: null, tagId: null, position: null, lent: true }
    for (const read of visit.presences) Object.assign(read, { ...badge, caregiverId: `${visit.worker.id}-colleague` })
    tell('a lent badge, declared', 'badge-at-wrong-door')
  }
  const photos = random.chance(NOISE.secondPhoto) ? 2 : 1
  for (let i = 0; i < photos; i++) {
    const takenAt = plus(beganAt, random.between(0.1, 0.9) * 55)
    visit.photos.push({
      id: `${visit.id}-photo-${i}`,
      digest: random.hex(16),
      look: blurred(home.look, random.between(0.1, 0.35), random),
      takenAt: new Date(takenAt.getTime() + visit.worker.clockMs),
      receivedAt: plus(takenAt, sentLater),
    })
  }
}

interface End {
  part: 'begin' | 'end'
  at: Date
  typed: boolean
  sentLater: number
}

function tapped(visit: Draft, home: Home, { part, at, typed, sentLater }: End, random: Random): Read {
  const { worker } = visit
  const deviceAt = new Date(at.getTime() + worker.clockMs)
  // What comes at once is dated by our clock, what is sent later by the phone's.
  const stated = sentLater > 0 ? deviceAt : at
  const typedAt = typed ? new Date(Math.round(at.getTime() / 300_000) * 300_000) : stated
  const coarse = random.chance(NOISE.coarsePosition)
  const accuracyM = coarse ? random.between(2100, 5000) : random.between(8, 120)
  const position = { ...moved(home.at, Math.abs(random.around(0, accuracyM * 0.6)), random.between(0, 7)), accuracyM }
  return {
    id: `${visit.id}-${part}`,
    part,
    way: typed ? 'typed' : 'tag',
    at: typedAt,
    deviceAt: typed ? null : deviceAt,
    receivedAt: plus(stated, sentLater),
    caregiverId: worker.id,
    homeId: typed ? null : home.id,
    tagId: typed ? null : home.tagId,
    counter: null,
    phone: worker.phone,
    position: typed || random.chance(NOISE.noPosition) ? null : position,
    lent: false,
    readAt: at,
    repeats: null,
  }
}

/** The tags count what was read, in the order in which it was, visitors and children too. */
export function countTaps(visits: readonly Draft[], random: Random): Truth[] {
  const truths: Truth[] = []
  const reads = visits.flatMap((visit) => visit.presences.map((read) => ({ read, visitId: visit.id })))
  const ofTags = Map.groupBy(
    reads.filter(({ read }) => read.tagId !== null && read.repeats === null),
    ({ read }) => read.tagId,
  )
  for (const own of ofTags.values()) {
    let counter = random.whole(0, 40)
    for (const { read, visitId } of own.sort((a, b) => a.read.readAt.getTime() - b.read.readAt.getTime())) {
      const children = random.chance(NOISE.childTaps) ? random.whole(5, 12) : 0
      if (children > 0) truths.push({ scheme: 'a child that taps', rule: 'counter-gap', visits: [visitId] })
      counter += 1 + children + Number(random.chance(NOISE.visitorTap))
      read.counter = counter
    }
  }
  for (const { read } of reads) if (read.repeats !== null) read.counter = read.repeats.counter
  return truths
}
