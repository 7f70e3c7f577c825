/**
 * The life of a visit (P5): planned → assigned → accepted → on the way → in service → left → evaluated → called back →
 * ready for settlement; beside it cancelled, refused at the door, missed. That it is in question stands beside its state.
 */
export const VISIT_STATES = [
  'planned',
  'assigned',
  'accepted',
  'on-the-way',
  'in-service',
  'left',
  'evaluated',
  'called-back',
  'ready',
  'cancelled',
  'refused',
  'missed',
] as const
export type VisitState = (typeof VISIT_STATES)[number]

export function isVisitState(text: string): text is VisitState {
  return VISIT_STATES.some((state) => state === text)
}

/** Before anybody came to the door. */
export const AHEAD = ['planned', 'assigned', 'accepted', 'on-the-way'] as const satisfies readonly VisitState[]
/** Somebody is going there or is inside. */
export const UNDER_WAY = ['on-the-way', 'in-service'] as const satisfies readonly VisitState[]
/** Its flow is not ended: its caregiver begins no other (P5.3). */
export const UNFINISHED = ['on-the-way', 'in-service', 'left'] as const satisfies readonly VisitState[]
/** Somebody was inside. */
export const GIVEN = [
  'in-service',
  'left',
  'evaluated',
  'called-back',
  'ready',
] as const satisfies readonly VisitState[]

const isOne =
  <S extends VisitState>(states: readonly S[]) =>
  (state: VisitState): state is S =>
    states.some((one) => one === state)
export const isAhead = isOne(AHEAD)
export const isUnfinished = isOne(UNFINISHED)
export const isGiven = isOne(GIVEN)

/** What a caregiver met at the door in place of a visit; each has its own rule (`domain/visit/outcome`). */
export const VISIT_OUTCOMES = ['refused', 'not-home', 'in-hospital', 'sent-away'] as const
export type VisitOutcome = (typeof VISIT_OUTCOMES)[number]

/** How surely one end of a visit is known. */
export const GRADES = ['proved', 'supported', 'claimed'] as const
export type Grade = (typeof GRADES)[number]

export const VISIT_PARTS = ['begin', 'end'] as const
export type VisitPart = (typeof VISIT_PARTS)[number]

/** By what an end of a visit is known: a tag the phone read, a door reader that read a badge, a position, a word. */
export const PRESENCE_WAYS = ['tag', 'reader', 'position', 'typed'] as const
export type PresenceWay = (typeof PRESENCE_WAYS)[number]
