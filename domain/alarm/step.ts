/** What may be done about an alarm, in the order of P6.2, and how each can end. */
export const STEP_OUTCOMES = {
  speak: ['spoke', 'no-answer', 'not-understood'],
  family: ['reached', 'no-answer', 'busy', 'wrong-number'],
  ambulance: ['called', 'not-needed', 'refused'],
  hospital: ['admitted', 'seen-and-home', 'guidance-given'],
  police: ['called', 'at-the-door', 'not-needed'],
  fire: ['called', 'at-the-door', 'not-needed'],
  helper: ['accepted', 'arrived', 'no-answer', 'declined'],
  caregiver: ['reached', 'no-answer', 'busy', 'wrong-number'],
  provider: ['reached', 'no-answer', 'busy', 'wrong-number'],
  'in-person': ['arrived', 'not-found', 'turned-back'],
} as const satisfies Record<string, readonly string[]>
export type StepKind = keyof typeof STEP_OUTCOMES
export const stepKinds = Object.keys(STEP_OUTCOMES).filter(isStepKind)
/** Any step may also be left off: somebody else did it, or it was begun by mistake. */
export const LEFT_OFF = 'left-off'
export type StepOutcome = (typeof STEP_OUTCOMES)[StepKind][number] | typeof LEFT_OFF

export function isStepKind(text: string): text is StepKind {
  return Object.hasOwn(STEP_OUTCOMES, text)
}
export function outcomesOf(step: StepKind): readonly StepOutcome[] {
  return [...STEP_OUTCOMES[step], LEFT_OFF]
}
export function isOutcomeOf(step: StepKind, outcome: string): boolean {
  return outcomesOf(step).some((one) => one === outcome)
}

/** Where the ambulance is, as told by 120; never as we would wish it. */
export const AMBULANCE_STATES = [
  'called',
  'under-way',
  'at-the-door',
  'to-hospital',
  'at-hospital',
  'cancelled',
] as const
export type AmbulanceState = (typeof AMBULANCE_STATES)[number]

/** An entry of the alarm's story, as far as steps are told by it. */
export interface StepEntry {
  id: string
  at: Date
  kind: string
  userId: string | null
  body: Readonly<Record<string, unknown>>
}

export interface Step {
  id: string
  step: StepKind
  begunAt: Date
  begunBy: string | null
  contactId: string | null
  caregiverId: string | null
  /** The device that is talked through. */
  deviceId: string | null
  /** null: under way. */
  endedAt: Date | null
  outcome: StepOutcome | null
  note: string
}

/** The steps taken, folded from the story in its order: `step` begins one, `step-ended` ends it, once. */
export function stepsOf(entries: readonly StepEntry[]): Step[] {
  const steps = new Map<string, Step>()
  for (const { id, at, kind, userId, body } of entries) {
    if (kind === 'step') {
      const step = wordOf(body, 'step') ?? ''
      if (!isStepKind(step)) continue
      steps.set(id, {
        id,
        step,
        begunAt: at,
        begunBy: userId,
        contactId: wordOf(body, 'contactId'),
        caregiverId: wordOf(body, 'caregiverId'),
        deviceId: wordOf(body, 'deviceId'),
        endedAt: null,
        outcome: null,
        note: '',
      })
    }
    const begun = kind === 'step-ended' ? steps.get(wordOf(body, 'stepId') ?? '') : undefined
    const outcome = begun && outcomesOf(begun.step).find((one) => one === body['outcome'])
    if (begun && outcome !== undefined && begun.endedAt === null) {
      steps.set(begun.id, { ...begun, endedAt: at, outcome, note: wordOf(body, 'text') ?? '' })
    }
  }
  return [...steps.values()]
}

/** When somebody stood at the door: the first step that ended so. */
export function onSceneAt(steps: readonly Step[]): Date | null {
  const arrivals = steps.filter(({ outcome }) => outcome === 'arrived' || outcome === 'at-the-door')
  return arrivals.reduce<Date | null>(
    (first, { endedAt }) => (endedAt !== null && (first === null || endedAt < first) ? endedAt : first),
    null,
  )
}

function wordOf(body: Readonly<Record<string, unknown>>, key: string): string | null {
  const value = body[key]
  return typeof value === 'string' ? value : null
}
