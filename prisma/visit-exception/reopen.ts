import type { Tx } from '../tx.ts'
import { addVisitEntry } from '../visit/entry.ts'
import type { HeldVisit } from '../visit/hold.ts'

/** The end that a fix gave was refused by a second person: what was found is open again. */
export async function reopenFixed(
  tx: Tx,
  visit: HeldVisit,
  presenceId: string,
  { userId, now }: { userId: string | null; now: Date },
): Promise<void> {
  const [fixed] = await tx.query<{ id: string; rule: string }>(
    `update visit_exception set state = 'open', decision = null, decided_by = null, decided_at = null, reason_code = null,
            note = '', row_version = row_version + 1
     where id = (select exception_id from presence where id = $1) and state = 'fixed' returning id, rule`,
    [presenceId],
  )
  if (!fixed) return
  const body = { exceptionId: fixed.id, rule: fixed.rule, was: 'fixed', presenceId }
  await addVisitEntry(tx, visit, { kind: 'exception-undo', userId, at: now, body })
}
