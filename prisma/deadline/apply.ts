import { newId } from '../id.ts'
import type { Tx } from '../tx.ts'

export type DeadlineKind =
  | 'alarm-shown'
  | 'alarm-unowned'
  | 'alarm-progress'
  | 'alarm-owner-gone'
  | 'alarm-shelved'
  | 'alarm-close'
  | 'device-silent'
  | 'silence-decide'
  | 'care-check-overdue'
  | 'probe-decide'
  | 'drill-over'
  | 'visit-check'
  | 'visit-due'
  | 'tap-read'
  | 'visit-plan-due'
  | 'look-over'

export interface Deadline {
  kind: DeadlineKind
  /** What it asks about: the id of an alarm, a device, an area. */
  ref: string
  /** Whose lock is taken before it is decided. */
  subject: string
  dueAt: Date
}

/**
 * Puts a question on the list. While one of the same kind about the same thing is pending nothing changes: it will
 * be decided anew when due, and re-arms itself (promise 6).
 */
export function armDeadlines(tx: Tx, deadlines: readonly Deadline[]): void {
  if (deadlines.length === 0) return
  tx.send(
    `insert into deadline (id, kind, ref, subject, due_at, state)
     select d.id, d.kind, d.ref, d.subject, d.due_at, 'pending'
     from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[]) as d (id, kind, ref, subject, due_at)
     order by d.kind, d.ref
     on conflict do nothing`,
    [
      deadlines.map((deadline) => newId(deadline.dueAt)),
      deadlines.map((deadline) => deadline.kind),
      deadlines.map((deadline) => deadline.ref),
      deadlines.map((deadline) => deadline.subject),
      deadlines.map((deadline) => deadline.dueAt),
    ],
  )
}

export function armDeadline(tx: Tx, deadline: Deadline): void {
  armDeadlines(tx, [deadline])
}

export interface DueDeadline extends Deadline {
  id: string
}

/** Checks on visits take longer and may wait: they have a lane of their own, so that no alarm's question stands behind. */
export type DeadlineLane = 'prompt' | 'check'

/** Claims one due question; nobody else can while the transaction lasts. */
export async function claimDue(tx: Tx, now: Date, lane: DeadlineLane): Promise<DueDeadline | undefined> {
  const [due] = await tx.query<DueDeadline>(
    `select id, kind, ref, subject, due_at as "dueAt" from deadline
     where state = 'pending' and due_at <= $1 and (kind = 'visit-check') = $2
     order by due_at, id limit 1 for update skip locked`,
    [now, lane === 'check'],
  )
  return due
}

/** The question was answered: done or moot, with the verdict; a new one may follow. */
export async function closeDeadline(
  tx: Tx,
  due: DueDeadline,
  state: 'done' | 'moot',
  verdict: Record<string, unknown>,
  now: Date,
): Promise<void> {
  await tx.query('update deadline set state = $2, decided_at = $3, verdict = $4 where id = $1', [
    due.id,
    state,
    now,
    JSON.stringify(verdict),
  ])
}

/** Not yet: ask again at `dueAt`. */
export async function rearm(tx: Tx, due: DueDeadline, dueAt: Date): Promise<void> {
  await tx.query('update deadline set due_at = $2 where id = $1', [due.id, dueAt])
}
