import type { VisitEntryKind } from '@anju/domain/visit/entry'
import { gradeEnd, type EndTap, type GradedEnd } from '@anju/domain/proof/grade'
import { verified, type Verified } from '@anju/domain/proof/verified'
import type { PresenceWay, VisitOutcome, VisitPart, VisitState } from '@anju/domain/visit/kinds'
import { minutesOf } from '@anju/domain/visit/minutes'
import { hour, midnight, localDay, type County, type PlannedElder } from './plan.ts'
import { Random } from './random.ts'
import { counterAt } from './tag-counter.ts'
import { isPresent } from './turns.ts'
import { isPlanned, type PlannedRound } from './visit-plan.ts'

const MINUTE_MS = 60_000
/** Hours of an office. */
const [OPENS, CLOSES] = [8.5, 18] as const

export interface PlannedEnd {
  part: VisitPart
  way: PresenceWay
  at: Date
  receivedAt: Date
  counter: number | null
  graded: GradedEnd
  reasonCode: 'tag-silent' | 'no-signal' | 'forgotten' | null
  /** Whose badge was read, where it was another's: an index of the county's caregivers. */
  badgeOf?: number
}

export interface PlannedEntry {
  kind: VisitEntryKind
  at: Date
  by: 'office' | 'caregiver' | 'bureau' | 'desk1' | 'desk2' | null
  body: Record<string, unknown>
}

/** A visit of the demo, with all that became of it until the county was begun. */
export interface PlannedVisit {
  id: string
  round: PlannedRound
  elder: PlannedElder
  /** Of a plan that comes back, with its day ('YYYY-MM-DD'); null: asked for today. */
  plan: { id: string; day: string } | null
  jointId: string | null
  caregiver: number
  from: Date
  to: Date
  state: VisitState
  outcome: VisitOutcome | null
  inQuestion: boolean
  ends: PlannedEnd[]
  minutes: number | null
  verdict: Verified | null
  done: string[]
  entries: PlannedEntry[]
}

/** What the demo's county accepts at each end. */
const POLICY = {
  least: { begin: 'supported', end: 'supported' },
  typedReasons: [],
  needsPosition: false,
} as const

const SAID_GOOD = ['', '', '', '细心，地扫得干净', '跟我说了好多话', '手脚麻利', '血压量了，记在本子上']
const SAID_LESS = ['来得晚了些', '没有做满一个小时', '换了人，不熟']

/** How a visit of this county went; whatever lies after `base` has not happened yet. */
export function visitsOf(county: County, round: PlannedRound, daysAgo: number): PlannedVisit[] {
  const { base, seed } = county
  const day = midnight(base, daysAgo)
  const random = new Random(seed, `visit ${round.home.address} ${localDay(day)}`)
  return made(random, county, round, { from: hour(day, round.begins), day: localDay(day) })
}

/** One that somebody asked for today, and that is under way as the county is begun, whatever the hour. */
export function visitUnderWay(county: County, round: PlannedRound): PlannedVisit[] {
  const { base, seed } = county
  for (let n = 0; n < 20; n++) {
    const random = new Random(seed, `under way ${round.home.address} ${n}`)
    const from = new Date(Math.floor((base.getTime() - random.between(12, 45) * MINUTE_MS) / 300_000) * 300_000)
    const visits = made(random, county, round, { from, day: null })
    if (visits.length > 0 && visits.every(({ state }) => state === 'in-service')) return visits
  }
  return []
}

/** One that somebody asked for today, and that begins in so many minutes. */
export function visitSoon(county: County, round: PlannedRound, minutes: number): PlannedVisit[] {
  const { base, seed } = county
  const from = new Date(Math.ceil(base.getTime() / MINUTE_MS + minutes) * MINUTE_MS)
  for (let n = 0; n < 20; n++) {
    const random = new Random(seed, `soon ${round.home.address} ${n}`)
    const visits = made(random, county, round, { from, day: null })
    if (visits.length > 0 && visits.every(({ state }) => state === 'accepted' || state === 'on-the-way')) return visits
  }
  return []
}

function made(
  random: Random,
  county: County,
  round: PlannedRound,
  { from, day }: { from: Date; day: string | null },
): PlannedVisit[] {
  const planned = round.elders.filter(({ elder }) => isPlanned(elder, from))
  const jointId = planned.length > 1 ? random.id(from) : null
  const caregiver = random.chance(0.9) ? round.caregiver : round.standIn
  const course = courseOf(random, county, round, {
    from,
    present: planned.some(({ elder }) => isPresent(elder, from)),
    asked: day === null,
  })
  return planned.map(({ elder, planId }, at): PlannedVisit => {
    const share = jointId === null || course.minutes === null ? course.minutes : halfOf(course.minutes, at)
    return {
      ...course,
      id: random.id(new Date(from.getTime() - 14 * 24 * 60 * MINUTE_MS)),
      round,
      elder,
      plan: day === null ? null : { id: planId, day },
      jointId,
      caregiver,
      from,
      to: new Date(from.getTime() + round.minutes * MINUTE_MS),
      minutes: share,
    }
  })
}

/** A couple's minutes, shared; the odd one is the first's. */
const halfOf = (minutes: number, at: number): number => Math.floor(minutes / 2) + (at === 0 ? minutes % 2 : 0)

type Course = Pick<
  PlannedVisit,
  'state' | 'outcome' | 'inQuestion' | 'ends' | 'minutes' | 'verdict' | 'done' | 'entries'
>

function courseOf(
  random: Random,
  { base }: County,
  round: PlannedRound,
  { from, present, asked }: { from: Date; present: boolean; asked: boolean },
): Course {
  const after = (at: Date, minutes: number): Date => new Date(at.getTime() + Math.round(minutes * MINUTE_MS))
  const entries: PlannedEntry[] = []
  const tell = (
    kind: VisitEntryKind,
    at: Date,
    by: PlannedEntry['by'],
    body: Record<string, unknown> = {},
  ): boolean => {
    if (at >= base) return false
    entries.push({ kind, at, by, body })
    return true
  }
  const over = (state: VisitState, more: Partial<Course> = {}): Course => ({
    state,
    outcome: null,
    inQuestion: false,
    ends: [],
    minutes: null,
    verdict: null,
    done: [],
    ...more,
    entries,
  })
  tell('planned', after(from, -14 * 24 * 60 + random.between(0, 400)), 'office')
  tell('assigned', after(from, -13 * 24 * 60), 'office')
  const accepted = tell('accepted', after(from, -12 * 24 * 60 + random.between(0, 600)), 'caregiver')
  tell('confirmed', after(from, -random.between(60, 1200)), 'office', { spokeWith: '本人', note: '' })
  if (random.chance(0.012)) {
    if (tell('cancelled', after(from, -random.between(120, 900)), 'office', { reason: '老人要去走亲戚，改下次' }))
      return over('cancelled')
  }
  if (random.chance(0.005) && after(from, 60) < base) {
    tell('missed', after(from, 60), null, { afterMin: 60 })
    return over('missed')
  }
  if (!tell('set-out', after(from, -random.between(8, 25)), 'caregiver'))
    return over(accepted ? 'accepted' : 'assigned')
  const came = after(from, random.chance(0.014) ? random.between(8, 28) : random.between(-6, 6))
  const outcome = metAtTheDoor(random, present)
  if (outcome !== null) {
    if (!tell('turned-away', after(came, 3), 'caregiver', { outcome, said: '' })) return over('on-the-way')
    return over('refused', { outcome })
  }
  if (came >= base) return over('on-the-way')
  const way = wayOf(random, round)
  const counted = (part: 1 | 2): number => counterAt(round, from, part) + (asked ? 2 : 0)
  const begin = endOf(random, { part: 'begin', way, at: came, counter: counted(1), begin: null })
  tell('began', begin.receivedAt, 'caregiver', { way, grade: begin.graded.grade })
  const stays = random.chance(0.005) ? random.between(24, 40) : random.chance(0.03) ? random.between(75, 85) : null
  const left = after(came, stays ?? random.around(round.minutes + 4, 5))
  if (left >= base) return over('in-service', { ends: [begin] })
  const leaves = random.chance(0.94) ? way : 'typed'
  const end = endOf(random, { part: 'end', way: leaves, at: left, counter: counted(2), begin })
  const ends = [begin, end]
  const questioned = ends.some(({ graded }) => graded.inQuestion) || random.chance(0.012)
  const minutes = minutesOf(came, left)
  const verdict = verdictOf(begin, end)
  const given = { ends, minutes, verdict, inQuestion: questioned, done: round.services }
  tell('served', after(left, -4), 'caregiver', { services: [] })
  tell('left', end.receivedAt, 'caregiver', { way: end.way, grade: end.graded.grade })
  const face = random.chance(0.93) ? 'good' : random.chance(0.7) ? 'fair' : 'bad'
  const signed = { how: random.chance(0.8) ? 'signature' : 'thumb', by: '本人', witness: '', fileId: null }
  const said = random.pick(face === 'good' ? SAID_GOOD : SAID_LESS)
  if (!tell('evaluated', after(left, 2), 'caregiver', { face, said, signed, propertyChecked: true }))
    return over('left', given)
  if (questioned) tell('questioned', after(left, 60 * 20), 'bureau', { reason: '时间与设备记录不一致，需核实' })
  const called = inOfficeHours(after(left, random.between(4, 60) * 60))
  const reached = random.chance(0.94)
  const satisfied = !reached ? null : face === 'good' ? 'yes' : face === 'fair' ? 'partly' : 'no'
  const call = { reached, satisfied, note: reached ? '' : '两次无人接听', next: '照原定时间' }
  if (random.chance(0.04) || !tell('called-back', called, 'office', call)) return over('evaluated', given)
  const ready = verdict.verified && !questioned
  if (ready) tell('ready', called, 'office', { kept: [] })
  return over(ready ? 'ready' : 'called-back', given)
}

/** Nobody is telephoned at night: what falls there is done the next morning, one after the other. */
function inOfficeHours(at: Date): Date {
  const today = midnight(at, 0)
  const hours = (at.getTime() - today.getTime()) / (60 * MINUTE_MS)
  if (hours < OPENS) return hour(today, OPENS + (2 * hours) / OPENS)
  return hours < CLOSES ? at : hour(midnight(at, -1), OPENS + (2 * (hours - CLOSES)) / (24 - CLOSES))
}

/** Whether both ends are worth what the demo's county accepts. */
export const verdictOf = (begin: PlannedEnd, end: PlannedEnd): Verified => verified(begin.graded, end.graded, POLICY)

function metAtTheDoor(random: Random, present: boolean): VisitOutcome | null {
  if (!present) return random.pick(['not-home', 'in-hospital'] as const)
  if (!random.chance(0.022)) return null
  return random.weighed([
    ['refused', 3],
    ['not-home', 5],
    ['sent-away', 1],
  ] as const)
}

function wayOf(random: Random, { home }: PlannedRound): PresenceWay {
  const reader = home.devices.some(({ kind, revokedAt, silentSince }) => {
    return kind === 'door-reader' && revokedAt === null && silentSince === null
  })
  if (reader && random.chance(0.6)) return 'reader'
  return random.weighed([
    ['tag', 88],
    ['position', 7],
    ['typed', 5],
  ] as const)
}

/** One end as it would have been graded: by the platform's own rule, from what a phone or reader would have said. */
function endOf(
  random: Random,
  said: { part: VisitPart; way: PresenceWay; at: Date; counter: number; begin: PlannedEnd | null },
): PlannedEnd {
  const { part, way, at, begin } = said
  // a village without signal: the phone keeps it until it is back on the road
  const later = way !== 'reader' && random.chance(0.008)
  const receivedAt = new Date(at.getTime() + (later ? random.between(20, 160) * MINUTE_MS : random.between(700, 9000)))
  const reasonCode = way === 'typed' ? random.pick(['tag-silent', 'no-signal', 'forgotten'] as const) : null
  const metres = random.whole(3, 45)
  const accuracyM = random.whole(8, 40)
  return gradedEnd({ part, way, at, receivedAt, counter: said.counter, begin, reasonCode, metres, accuracyM })
}

/** By the platform's own rule. */
export function gradedEnd(said: {
  part: VisitPart
  way: PresenceWay
  at: Date
  receivedAt: Date
  counter: number | null
  begin: PlannedEnd | null
  reasonCode?: PlannedEnd['reasonCode']
  badgeOf?: number
  metres?: number
  accuracyM?: number
}): PlannedEnd {
  const { part, way, at, receivedAt, begin, badgeOf, reasonCode = way === 'typed' ? 'forgotten' : null } = said
  const counter = way === 'tag' ? said.counter : null
  const metres = said.metres ?? 20
  const near = { metres, accuracyM: said.accuracyM ?? 20, system: 'wgs84', stated: true, reasons: [] } as const
  const graded = gradeEnd({
    end: part,
    tap: tapOf(way, counter, reasonCode, badgeOf === undefined ? 'same' : 'other'),
    moment: { tappedAt: at, sentAt: way === 'reader' ? null : receivedAt, receivedAt },
    position: way === 'reader' || way === 'typed' ? null : { state: 'near', ...near, reasons: [] },
    phone: way === 'reader' ? null : 'own',
    other: begin === null ? null : { at: begin.at, uid: null, counter: begin.counter },
    tapsInSending: 1,
    acknowledged: [],
  })
  return { part, way, at, receivedAt, counter, graded, reasonCode, ...(badgeOf === undefined ? {} : { badgeOf }) }
}

function tapOf(
  way: PresenceWay,
  counter: number | null,
  reason: PlannedEnd['reasonCode'],
  caregiver: 'same' | 'other',
): EndTap {
  switch (way) {
    case 'tag': {
      const code = { ok: true, uid: '', counter: counter ?? 0, tamper: null, judged: { kind: 'first' } } as const
      return { kind: 'tag', code, home: 'same', caregiver: 'same' }
    }
    case 'reader':
      return { kind: 'reader-plain', home: 'same', caregiver }
    case 'position':
      return { kind: 'position', caregiver: 'same', alongside: ['photo', 'signature'] }
    case 'typed':
      return { kind: 'typed', reason, by: 'caregiver', approvedBy: 'office' }
  }
}
