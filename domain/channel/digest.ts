import type { Priority } from '../alarm/kinds.ts'

/** Whoever was just told something is told what came meanwhile in one message, this long after. */
export const DIGEST_MS = 30_000

/** A message about one alarm that waits to be sent to one person (or one mailbox). */
export interface Waiting {
  id: string
  priority: Priority
  raisedAt: Date
}

/** The last message of its own to the same person. */
export interface LastMessage {
  at: Date
  priority: Priority
}

/** `lead` is sent and tells of those it `covers`; or all wait until `again`. */
export type Digest = { kind: 'send'; lead: string; covers: string[] } | { kind: 'hold'; again: Date }

const rank = { high: 0, medium: 1, low: 2 } satisfies Record<Priority, number>

/**
 * The first is told at once; what follows within `DIGEST_MS` waits and is told together, the most urgent in front and
 * of these the oldest. What is more urgent than all that was told lately waits for nothing. `waiting` is not empty.
 */
export function decideDigest(
  waiting: readonly [Waiting, ...Waiting[]],
  lately: readonly LastMessage[],
  now: Date,
): Digest {
  const inOrder = [...waiting].sort(
    (a, b) =>
      rank[a.priority] - rank[b.priority] || a.raisedAt.getTime() - b.raisedAt.getTime() || (a.id < b.id ? -1 : 1),
  )
  const lead = inOrder[0] ?? waiting[0]
  const recent = lately.filter(({ at }) => now.getTime() - at.getTime() < DIGEST_MS)
  const urgent = recent.every(({ priority }) => rank[lead.priority] < rank[priority])
  if (!urgent) {
    const last = Math.max(...recent.map(({ at }) => at.getTime()))
    return { kind: 'hold', again: new Date(last + DIGEST_MS) }
  }
  return { kind: 'send', lead: lead.id, covers: inOrder.filter(({ id }) => id !== lead.id).map(({ id }) => id) }
}
