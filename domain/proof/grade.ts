import type { VisitPart } from '../visit/kinds.ts'
import type { CounterJudgement } from './counter.ts'
import { minutes, momentLimits, timingOf, type Moment, type Timing } from './moment.ts'
import type { PositionJudgement } from './position.ts'
import {
  lower,
  reasons,
  type Effect,
  type Grade,
  type Reason,
  type ReasonCode,
  type ReasonValues,
  type TypedReason,
} from './reason.ts'
import type { SunVerdict } from './sun.ts'
import type { Tamper } from './tamper.ts'

/** A code that was verified, with what its counter says; or why it was not. */
export type JudgedCode =
  | { ok: true; uid: string; counter: number; tamper: Tamper | null; judged: CounterJudgement }
  | Extract<SunVerdict, { ok: false }>

export type HomeMatch = 'same' | 'other' | 'unknown'
/** `lent`: somebody else's badge, declared. */
export type CaregiverMatch = 'same' | 'lent' | 'other' | 'unknown'

/** What speaks for a position beside itself. */
export const alongsideKinds = ['photo', 'signature', 'call', 'device'] as const
export type Alongside = (typeof alongsideKinds)[number]

export type EndTap =
  /** The phone opened the door tag's address, or a door reader read the badge's own code. `home`: the tag's or reader's. */
  | {
      kind: 'tag' | 'reader-sun'
      code: JudgedCode
      home: HomeMatch
      caregiver: CaregiverMatch
      /** It replaces a tag that was torn off or broken, and no second person has confirmed that yet. */
      unconfirmed?: boolean
    }
  | { kind: 'reader-plain'; home: HomeMatch; caregiver: CaregiverMatch }
  | { kind: 'position'; caregiver: CaregiverMatch; alongside: readonly Alongside[] }
  | { kind: 'typed'; reason: TypedReason | null; by: string; approvedBy: string | null; refusedBy?: string }

export interface EndFacts {
  end: VisitPart
  tap: EndTap
  moment: Moment
  /** null: no phone was there to be asked (door reader). */
  position: PositionJudgement | null
  /** null: no phone. */
  phone: 'own' | 'shared-declared' | 'shared-undeclared' | null
  /** The visit's other end, if it is there: when it was by our clock (`timingOf`), and the code it was proved with. */
  other: { at: Date | null; uid: string | null; counter: number | null } | null
  /** Taps of this tag that came in the same sending, with this one. */
  tapsInSending: number
  /** Contradictions that a person looked at and acknowledged. */
  acknowledged: readonly ReasonCode[]
}

export const presenceLimits = {
  ...momentLimits,
  /** Nothing that is served takes less, a meal at the door included; taps in a burst are closer. */
  leastApartMin: 2,
  /** A visit has two ends. What one phone queued of one tag beyond that was kept for other visits. */
  tapsInSending: 2,
} as const
export type PresenceLimits = { [limit in keyof typeof presenceLimits]: number }

export interface GradedEnd {
  grade: Grade
  /** Something contradicts it: no proof, and a person is asked. */
  inQuestion: boolean
  reasons: Reason[]
  rule: 'P5.2'
  version: number
}

/** Raised whenever the same facts could give another grade. */
export const gradeVersion = 1

type Said = [code: ReasonCode, values?: ReasonValues]

/**
 * How well one end of a visit is proved (P5.2). Each fact gives reasons, each reason lets some grade stand, the lowest
 * counts: nothing can be outweighed, and there is no score. SUN carries no time, so a code proves presence only with
 * the arrival, the order and the spacing beside it.
 */
export function gradeEnd(facts: EndFacts, limits: PresenceLimits = presenceLimits): GradedEnd {
  const timing = timingOf(facts.moment, limits)
  const said = [
    ...ofTap(facts),
    ...ofPhone(facts.phone),
    ...ofTiming(timing, facts, limits),
    ...ofOtherEnd(timing, facts, limits),
    ...ofPosition(facts.position),
  ]
  const found = said.map(([code, values]) => weighed(code, values ?? {}, facts.acknowledged))
  return {
    grade: found.reduce<Grade>((grade, { atMost }) => lower(grade, atMost), 'proved'),
    inQuestion: found.some(({ reason }) => reason.effect === 'contradicts'),
    reasons: found.map(({ reason }) => reason),
    rule: 'P5.2',
    version: gradeVersion,
  }
}

function weighed(code: ReasonCode, values: ReasonValues, acknowledged: readonly ReasonCode[]) {
  const weight: { effect: Effect; atMost: Grade; acknowledged?: Grade } = reasons[code]
  if (weight.acknowledged !== undefined && acknowledged.includes(code)) {
    const reason: Reason = { code, effect: 'limits', acknowledged: true, ...values }
    return { atMost: weight.acknowledged, reason }
  }
  const reason: Reason = { code, effect: weight.effect, ...values }
  return { atMost: weight.atMost, reason }
}

function ofTap({ tap, end, position }: EndFacts): Said[] {
  switch (tap.kind) {
    case 'tag':
    case 'reader-sun':
      return [
        ...ofCode(tap.code, tap.kind, end),
        ...(tap.unconfirmed === true ? [['tag-unconfirmed'] satisfies Said] : []),
        ...ofHome(tap.home),
        ...ofCaregiver(tap.caregiver),
      ]
    case 'reader-plain':
      return [['badge-seen'], ...ofHome(tap.home), ...ofCaregiver(tap.caregiver)]
    case 'position': {
      const supported = position?.state === 'near' && tap.alongside.length > 0
      return [[supported ? 'position-alongside' : 'position-alone'], ...ofCaregiver(tap.caregiver)]
    }
    case 'typed':
      return ofTyped(tap)
  }
}

function ofCode(code: JudgedCode, kind: 'tag' | 'reader-sun', end: VisitPart): Said[] {
  if (!code.ok) return [[code.code === 'sun-mac-mismatch' ? 'sun-forged' : 'sun-unreadable', { sun: code.code }]]
  return [
    [kind === 'tag' ? 'tag-read' : 'badge-read'],
    ...ofCounter(code.judged, end),
    ...(code.tamper === null ? [] : ofWire(code.tamper)),
  ]
}

function ofCounter(judged: CounterJudgement, end: VisitPart): Said[] {
  switch (judged.kind) {
    case 'first':
      return []
    case 'advance':
      return judged.gap > 0 ? [['counter-gap', { taps: judged.gap }]] : []
    case 'reload':
      return [[judged.of.end === end ? 'tap-repeated' : 'tap-of-other-end', { tapId: judged.of.id }]]
    case 'replay':
      return [[judged.seen ? 'counter-replayed' : 'counter-overtaken', judged.of ? { tapId: judged.of.id } : {}]]
  }
}

function ofWire({ ever, now }: Tamper): Said[] {
  if (ever === 'open' || now === 'open') return [['wire-broken']]
  return ever === 'closed' ? [] : [['wire-not-enabled']]
}

function ofHome(home: HomeMatch): Said[] {
  return home === 'same' ? [] : [[home === 'other' ? 'home-differs' : 'home-unknown']]
}

function ofCaregiver(caregiver: CaregiverMatch): Said[] {
  const codes = { same: null, lent: 'badge-lent', other: 'caregiver-differs', unknown: 'caregiver-unknown' } as const
  const code = codes[caregiver]
  return code === null ? [] : [[code]]
}

function ofTyped({ reason, by, approvedBy, refusedBy }: Extract<EndTap, { kind: 'typed' }>): Said[] {
  const why: Said = reason === null ? ['typed-without-reason'] : ['typed-in', { typed: reason }]
  if (refusedBy !== undefined) return [why, ['approval-refused']]
  return [why, [approvedBy === null ? 'approval-missing' : approvedBy === by ? 'approval-own' : 'approval-given']]
}

function ofPhone(phone: EndFacts['phone']): Said[] {
  if (phone === 'shared-declared') return [['phone-shared']]
  return phone === 'shared-undeclared' ? [['phone-shared-undeclared']] : []
}

function ofTiming(
  { delayMin, later, clockOffMin }: Timing,
  { tapsInSending }: EndFacts,
  limits: PresenceLimits,
): Said[] {
  return [
    ...(delayMin === null ? [['clock-unknown'] satisfies Said] : []),
    ...(later ? [['sent-later', { minutes: delayMin ?? 0 }] satisfies Said] : []),
    ...(clockOffMin === null ? [] : [['clock-off', { minutes: clockOffMin }] satisfies Said]),
    ...(later && tapsInSending > limits.tapsInSending
      ? [['taps-in-one-sending', { taps: tapsInSending }] satisfies Said]
      : []),
  ]
}

/** Links harvested in one afternoon have valid codes; what they lack is a begin and an end that lie apart in order. */
function ofOtherEnd({ at }: Timing, { end, tap, other }: EndFacts, { leastApartMin }: PresenceLimits): Said[] {
  if (other === null) return []
  const said: Said[] = []
  if (at !== null && other.at !== null) {
    const apart = end === 'end' ? minutes(other.at, at) : minutes(at, other.at)
    if (apart < 0) said.push(['ends-out-of-order', { minutes: Math.round(-apart) }])
    else if (apart < leastApartMin) said.push(['ends-too-close', { minutes: Math.floor(apart) }])
  }
  const code = 'code' in tap && tap.code.ok ? tap.code : null
  if (code !== null && other.counter !== null && code.uid === other.uid && code.judged.kind !== 'reload') {
    const risen = end === 'end' ? code.counter - other.counter : other.counter - code.counter
    if (risen <= 0) said.push(['ends-counters-disagree'])
  }
  return said
}

function ofPosition(position: PositionJudgement | null): Said[] {
  if (position === null) return []
  if (position.state === 'missing') return [['position-missing', { position: position.reason }]]
  const {
    metres,
    accuracyM,
    reasons: [why],
  } = position
  const values = { metres, ...(accuracyM === null ? {} : { accuracyM }), ...(why ? { position: why } : {}) }
  const codes = {
    near: 'position-near',
    'near-within-accuracy': 'position-within-accuracy',
    'too-coarse': 'position-too-coarse',
    far: 'position-far',
  } as const
  return [[codes[position.state], values]]
}
