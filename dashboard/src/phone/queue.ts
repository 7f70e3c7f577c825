/**
 * The rules of what waits in a phone to be sent. Pure: no clock, no storage. Facts go in the order in which they were
 * said (`n`, never by a clock: that of a phone may be a year off), one after the other within a visit, each once
 * (`key`). A refusal is kept and shown; nothing is ever dropped.
 */
export const FACT_KINDS = [
  'answer',
  'set-out',
  'presence',
  'services',
  'reading',
  'photo',
  'signature',
  'turn-away',
  'evaluation',
  'note',
  'distress',
  'errand',
  'dispute',
] as const
export type FactKind = (typeof FACT_KINDS)[number]

export interface NewFact {
  kind: FactKind
  visitId: string | null
  path: string
  body: Record<string, unknown>
  /** What it is of, kept with its receipt: the address a tag opened, a photo's service. */
  same?: string
  /** The fact whose answer's id goes into this one's `signed.fileId`. */
  fileFrom?: string
}

export interface Fact extends NewFact {
  n: number
  /** This phone's own number for it, and its Idempotency-Key: sent twice it is one. */
  key: string
  userId: string
  /** RFC 3339, by the phone's clock. */
  madeAt: string
  state: 'waiting' | 'sent' | 'refused'
  /** How often it left this phone. */
  tries: number
  /** Of the answer, by the phone's clock. */
  answeredAt?: string
  refusal?: { status: number; code: string }
  /** What the answer named: a file's id, an alarm's. */
  answerId?: string
}

export type Outcome =
  | { kind: 'taken'; id: string | null }
  | { kind: 'refused'; status: number; code: string }
  /** No answer, or a fault of the platform's: the same again, later. */
  | { kind: 'silent'; reached: boolean }
  /** Too much at once. */
  | { kind: 'wait'; forS: number }
  /** Kept until somebody signs in. */
  | { kind: 'signed-out' }

export function outcomeOf({
  status,
  code,
  retryAfterS,
}: {
  status: number
  code: string
  retryAfterS?: number
}): Outcome {
  if (status === 401) return { kind: 'signed-out' }
  if (status === 429) return { kind: 'wait', forS: retryAfterS ?? 30 }
  // 0: no answer; 408 and 425: heard, and not looked at
  if (status === 0 || status >= 500 || status === 408 || status === 425)
    return { kind: 'silent', reached: status !== 0 }
  return { kind: 'refused', status, code }
}

/** What is sent one after the other. A call for help waits for nothing. */
export function laneOf({ kind, visitId, key }: Pick<Fact, 'kind' | 'visitId' | 'key'>): string {
  return kind === 'distress' ? key : (visitId ?? 'none')
}

/**
 * What is sent next: a call for help before all else, then whatever was said first; never past a fact of the same visit
 * that still waits, and never what somebody else said who used this phone.
 */
export function nextToSend(facts: readonly Fact[], userId: string, held: ReadonlySet<string> = new Set()): Fact | null {
  const waiting = facts
    .filter((fact) => fact.state === 'waiting' && fact.userId === userId)
    .toSorted((one, other) => urgency(one) - urgency(other) || one.n - other.n)
  // The first of each lane stands for it: while it is held, so is what comes after it.
  const seen = new Set<string>()
  for (const fact of waiting) {
    const lane = laneOf(fact)
    if (seen.has(lane)) continue
    seen.add(lane)
    if (!held.has(lane)) return fact
  }
  return null
}

const urgency = ({ kind }: Fact): number => (kind === 'distress' ? 0 : 1)

/** The fact after an answer, or after none. */
export function answered(fact: Fact, outcome: Outcome, at: string): Fact {
  switch (outcome.kind) {
    case 'taken':
      // what it said is the platform's now; only its receipt stays here
      return {
        ...fact,
        state: 'sent',
        tries: fact.tries + 1,
        body: {},
        answeredAt: at,
        ...(outcome.id !== null && { answerId: outcome.id }),
      }
    case 'refused':
      return {
        ...fact,
        state: 'refused',
        tries: fact.tries + 1,
        answeredAt: at,
        refusal: { status: outcome.status, code: outcome.code },
      }
    case 'silent':
    case 'wait':
      return { ...fact, tries: fact.tries + 1 }
    case 'signed-out':
      return fact
  }
}

/** A person wants a refused fact sent again: with the same key, in its old place. */
export function again(fact: Fact): Fact {
  const { refusal: _refusal, answeredAt: _answeredAt, ...rest } = fact
  return fact.state === 'refused' ? { ...rest, state: 'waiting' } : fact
}

/**
 * The body as it is sent: a signature's picture was sent before it, and is named by the id it was given; who came or left
 * says the phone's clock at the sending too, so that a delay is known however wrong that clock is.
 */
export function bodyOf(fact: Fact, facts: readonly Fact[], sentAt: string): Record<string, unknown> {
  if (fact.kind === 'presence') return { ...fact.body, sentAt }
  if (fact.fileFrom === undefined) return fact.body
  const fileId = facts.find(({ key }) => key === fact.fileFrom)?.answerId ?? null
  const { signed } = fact.body
  return { ...fact.body, signed: { ...(typeof signed === 'object' ? signed : {}), fileId } }
}

/** The Idempotency-Key. A presence is once by its own number: its body says another `sentAt` each time. */
export function idempotencyOf({ kind, key }: Pick<Fact, 'kind' | 'key'>): { key?: string } {
  return kind === 'presence' ? {} : { key }
}

/** How long to wait after `quiet` times without an answer: from 2 s, doubling, to a minute. */
export function pauseMs(quiet: number, chance: number): number {
  return Math.min(60_000, 2000 * 2 ** Math.min(quiet, 5)) * (0.75 + chance / 2)
}

/** Receipts stay until there are so many; what waits or was refused stays for good. */
export const RECEIPTS_AT_MOST = 200
export function outlived(facts: readonly Fact[]): Fact[] {
  const sent = facts.filter(({ state }) => state === 'sent').toSorted((one, other) => other.n - one.n)
  return sent.slice(RECEIPTS_AT_MOST)
}

/** What a phone's clock says beside the platform's, where it matters: beyond two minutes. null: it goes right. */
export function clockOff(offsetMs: number): { minutes: number; ahead: boolean } | null {
  const minutes = Math.round(Math.abs(offsetMs) / 60_000)
  return minutes < 2 ? null : { minutes, ahead: offsetMs < 0 }
}
