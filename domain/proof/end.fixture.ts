import type { VisitPart } from '../visit/kinds.ts'
import type { CounterJudgement, SeenTap } from './counter.ts'
import type { EndFacts, EndTap, JudgedCode } from './grade.ts'
import type { Moment } from './moment.ts'
import type { PositionJudgement } from './position.ts'

/** Minutes after eight. */
export const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 30, 8, 0, minute * 60))

/** Tapped at that minute, sent so many minutes later, by a clock that is right. */
export const sent = (minute: number, delayMin = 0): Moment => ({
  tappedAt: at(minute),
  sentAt: at(minute + delayMin),
  receivedAt: at(minute + delayMin),
})

export const seen = (end: VisitPart): SeenTap => ({
  id: 'earlier',
  counter: 20,
  from: 'phone',
  caregiverId: 'li',
  visitId: 'v1',
  end,
  receivedAt: at(-600),
})

export const uid = '04DE5F1EACC040'
export const code = (judged: CounterJudgement = { kind: 'advance', gap: 0 }): Extract<JudgedCode, { ok: true }> => ({
  ok: true,
  uid,
  counter: 20,
  tamper: null,
  judged,
})

const measured = (
  state: 'near' | 'near-within-accuracy' | 'far' | 'too-coarse',
  metres: number,
): PositionJudgement => ({
  state,
  metres,
  accuracyM: 30,
  system: 'wgs84',
  stated: true,
  reasons: [],
})
export const positions = {
  near: measured('near', 20),
  within: measured('near-within-accuracy', 170),
  coarse: measured('too-coarse', 400),
  far: measured('far', 2300),
  missing: { state: 'missing', reason: 'position-denied' },
} as const satisfies Record<string, PositionJudgement>

export const tag: EndTap = { kind: 'tag', code: code(), home: 'same', caregiver: 'same' }

/** The end of a visit, tapped 40 minutes after its begin, with nothing against it. */
export const good: EndFacts = {
  end: 'end',
  tap: tag,
  moment: sent(40),
  position: positions.near,
  phone: 'own',
  other: { at: at(0), uid, counter: 19 },
  tapsInSending: 1,
  acknowledged: [],
}
