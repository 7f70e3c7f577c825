import { Refusal } from '@anju/domain/error'
import type { Tx } from '../tx.ts'

/** What a change that can be taken back keeps of how; the API shows it to nobody. */
export const UNDO = 'undo'

/**
 * The newest of a subject's changes of these two kinds, if it is one of `done` and not already `undone`. Refuses
 * `nothing-to-undo`.
 */
export async function lastDone<Undo>(tx: Tx, subject: string, done: string, undone: string): Promise<Undo> {
  const [last] = await tx.query<{ action: string; undo: Undo | null }>(
    `select action, after -> '${UNDO}' as undo from record_change
     where subject = $1 and action in ($2, $3) order by at desc, id desc limit 1`,
    [subject, done, undone],
  )
  if (last?.action !== done || last.undo === null) throw new Refusal('nothing-to-undo')
  return last.undo
}
