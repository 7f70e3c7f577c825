import { newId } from '../id.ts'
import type { Tx } from '../tx.ts'

/** One change of a file: what it was, what it became, by whom and why. */
export interface RecordChange {
  /** 'elder:<id>' | 'home:<id>' | 'device:<id>' | 'user:<id>' | 'area:<id>' | 'caregiver:<id>' … */
  subject: string
  /** registered, changed, moved, died … */
  action: string
  /** Only the fields that changed; identity numbers masked. */
  before: Record<string, unknown>
  after: Record<string, unknown>
  reason: string
  /** null: a program, or Anju itself. */
  userId: string | null
  now: Date
}

/** Writes a change down beside the change itself; nothing ever takes it away again. */
export async function recordChange(tx: Tx, change: RecordChange): Promise<void> {
  await tx.query(
    `insert into record_change (id, at, user_id, subject, action, before, after, reason)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      newId(change.now),
      change.now,
      change.userId,
      change.subject,
      change.action,
      JSON.stringify(change.before),
      JSON.stringify(change.after),
      change.reason,
    ],
  )
}
