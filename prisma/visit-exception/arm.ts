import { armDeadlines } from '../deadline/apply.ts'
import type { Tx } from '../tx.ts'

/** What happens to a visit that the rules have something to say about. */
const TELLS = new Set([
  'began',
  'left',
  'presence',
  'attached',
  'approved',
  'end-refused',
  'served',
  'file',
  'missed',
  'turned-away',
  'evaluated',
  'corrected',
  'exception-undo',
])
/** A queue that is sent comes in one go: it is looked at once, when all of it is there. */
const SETTLES_MS = 60_000

/** After this entry the visit is looked at again. While it is on the list already nothing changes. */
export function armVisitCheck(tx: Tx, visit: { id: string; elderId: string }, kind: string, now: Date): void {
  if (TELLS.has(kind)) armVisitChecks(tx, [visit], new Date(now.getTime() + SETTLES_MS))
}

export function armVisitChecks(tx: Tx, visits: readonly { id: string; elderId: string }[], dueAt: Date): void {
  armDeadlines(
    tx,
    visits.map(({ id, elderId }) => ({ kind: 'visit-check', ref: id, subject: `elder:${elderId}`, dueAt })),
  )
}
