import type { Tx } from '../tx.ts'

/** The counter only rises: of two who send one address at the same instant one raises it. */
export async function raiseCounter(tx: Tx, tagId: string, counter: number, now: Date): Promise<void> {
  await tx.query(
    `update tag set counter = $2, written_at = coalesce(written_at, $3) where id = $1 and (counter is null or counter < $2)`,
    [tagId, counter, now],
  )
}
