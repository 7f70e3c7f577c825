import { newId } from '../id.ts'
import type { Tx } from '../tx.ts'

/** One opening of a file outside one's duty, or one unmasking: who, what, why (promise 10). */
export interface Opening {
  userId: string | null
  /** 'elder:<id>' or 'home:<id>' */
  subject: string
  action: 'open-file' | 'unmask' | 'see-entry' | 'export-evidence'
  reason: string
  now: Date
}

/** Writes the opening down for auditors; commit it before what was opened is shown. */
export async function logOpening(tx: Tx, { userId, subject, action, reason, now }: Opening): Promise<void> {
  await tx.query('insert into access_log (id, at, user_id, subject, action, reason) values ($1, $2, $3, $4, $5, $6)', [
    newId(now),
    now,
    userId,
    subject,
    action,
    reason,
  ])
}
