/** A test press has this long to be stored, and once stored this long to be painted by a present desk. */
export const PROBE_WITHIN_MS = 10_000

/** What became of a test press; `no-seat`: it was stored, and there was no desk to show it. */
export const PROBE_VERDICTS = ['shown', 'not-shown', 'not-stored', 'no-seat'] as const
export type ProbeVerdict = (typeof PROBE_VERDICTS)[number]

export const PROBE_RULE = 'probe/1'

export interface AskedProbe {
  pressedAt: Date
  /** When its alarm was raised; null: it has not arrived. */
  raisedAt: Date | null
  /** When a seat first painted it. */
  shownAt: Date | null
  /** Seats that would have heard it when it was raised and would hear it now: somebody was there all along. */
  seats: number
}

/** How a test press went, or when to ask again. Asked by its deadline, anew each time (promise 6). */
export function decideProbe(
  probe: AskedProbe,
  now: Date,
): { kind: 'again'; dueAt: Date } | { kind: 'is'; verdict: ProbeVerdict } {
  const { pressedAt, raisedAt, shownAt, seats } = probe
  if (shownAt !== null) return { kind: 'is', verdict: 'shown' }
  const dueAt = new Date((raisedAt ?? pressedAt).getTime() + PROBE_WITHIN_MS)
  if (now < dueAt) return { kind: 'again', dueAt }
  if (raisedAt === null) return { kind: 'is', verdict: 'not-stored' }
  return { kind: 'is', verdict: seats > 0 ? 'not-shown' : 'no-seat' }
}

/** Whether somebody must be told: the way of a press is broken somewhere. */
export function failed(verdict: ProbeVerdict): verdict is 'not-shown' | 'not-stored' {
  return verdict === 'not-shown' || verdict === 'not-stored'
}
