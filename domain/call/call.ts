/** What a call was about: the platform's own lines of service (P6.1–P6.3). */
export const CALL_CATEGORIES = [
  'emergency',
  'health',
  'daily-life',
  'shopping',
  'travel',
  'complaint',
  'enquiry',
  'care-check',
  'other',
] as const
export type CallCategory = (typeof CALL_CATEGORIES)[number]

/** How it ended for the caller. */
export const CALL_OUTCOMES = [
  'settled',
  'referred',
  'alarm-handled',
  'call-back',
  'not-reached',
  'silent',
  'wrong-number',
  'other',
] as const
export type CallOutcome = (typeof CALL_OUTCOMES)[number]

export const CALL_DIRECTIONS = ['in', 'out'] as const
export type CallDirection = (typeof CALL_DIRECTIONS)[number]

/** Whom an alarm may ring beside its own people (P6.2): 急救, 公安, 消防. */
export const EMERGENCY_SERVICES = ['120', '110', '119'] as const
export type EmergencyService = (typeof EMERGENCY_SERVICES)[number]

/** What an exchange says. */
export const HOOK_EVENTS = ['ringing', 'answered', 'ended', 'missed'] as const
export type HookEvent = (typeof HOOK_EVENTS)[number]
/** And what we add: an exchange was asked to dial, or did not take it. */
export type CallEventKind = HookEvent | 'asked' | 'failed'

export interface CallEvent {
  event: CallEventKind
  /** The exchange's clock. */
  at: Date
  extension: string
}

export interface CallTimes {
  beganAt: Date
  answeredAt: Date | null
  endedAt: Date | null
  extension: string
}

/**
 * A call as all that was said of it tells it, in whatever order it was said: `ended` may come before `answered`, and
 * `ringing` last. Who answered counts before who was only rung. Null of nothing.
 */
export function foldCall(events: readonly CallEvent[]): CallTimes | null {
  const inOrder = [...events].sort((a, b) => a.at.getTime() - b.at.getTime() || compare(a, b))
  const [first] = inOrder
  if (!first) return null
  const answered = inOrder.find(({ event }) => event === 'answered')
  const over = inOrder.findLast(({ event }) => event === 'ended' || event === 'missed' || event === 'failed')
  const rung = inOrder.findLast(({ extension }) => extension !== '')
  return {
    beganAt: first.at,
    answeredAt: answered?.at ?? null,
    // Clocks of two parts of an exchange may differ: what ended did not end before it was answered.
    endedAt: over ? new Date(Math.max(over.at.getTime(), answered?.at.getTime() ?? 0)) : null,
    extension: (answered && answered.extension !== '' ? answered.extension : rung?.extension) ?? '',
  }
}

function compare(a: CallEvent, b: CallEvent): number {
  const [one, other] = [`${a.event} ${a.extension}`, `${b.event} ${b.extension}`]
  return one < other ? -1 : one > other ? 1 : 0
}

/** Nobody lets it ring longer; an exchange that went down never says that it ended. */
export const RINGS_AT_MOST_MS = 3 * 60_000
/** And nobody speaks longer. */
export const SPEAKS_AT_MOST_MS = 2 * 3_600_000

export type CallState = 'ringing' | 'speaking' | 'ended' | 'missed' | 'unsure'

/** Where a call is now. `unsure`: the exchange never said how it went on. */
export function stateOfCall(call: Pick<CallTimes, 'beganAt' | 'answeredAt' | 'endedAt'>, now: Date): CallState {
  const { beganAt, answeredAt, endedAt } = call
  if (endedAt !== null) return answeredAt === null ? 'missed' : 'ended'
  const since = now.getTime() - (answeredAt ?? beganAt).getTime()
  if (answeredAt !== null) return since > SPEAKS_AT_MOST_MS ? 'unsure' : 'speaking'
  return since > RINGS_AT_MOST_MS ? 'unsure' : 'ringing'
}

/** Seconds spoken; null while unknown, 0 where nobody answered. */
export function lengthS(call: Pick<CallTimes, 'answeredAt' | 'endedAt'>): number | null {
  if (call.endedAt === null) return null
  return call.answeredAt === null
    ? 0
    : Math.max(0, Math.round((call.endedAt.getTime() - call.answeredAt.getTime()) / 1000))
}
