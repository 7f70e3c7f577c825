import { decideDigest, DIGEST_MS, type LastMessage, type Waiting } from '@anju/domain/channel/digest'
import type { Tx } from '../tx.ts'

/**
 * Folds what waits for each person into one message, or puts it off, before a channel to people is leased. The caller
 * holds the lock `digest:<channel>`: of several workers one folds at a time. What is rehearsed is told apart.
 */
export async function bundleWaiting(tx: Tx, channel: string, now: Date): Promise<void> {
  const rows = await tx.query<Waiting & { whom: string }>(
    `select n.id, alarm.priority, alarm.raised_at as "raisedAt", n.recipient || (alarm.drill_id is not null) as whom
     from notification n join alarm on alarm.id = n.alarm_id
     where n.channel = $1 and n.state = 'waiting' and n.bundled_at is null and n.next_at <= $2
     order by n.id for no key update of n`,
    [channel, now],
  )
  if (rows.length === 0) return
  const lately = await tx.query<LastMessage & { whom: string }>(
    `select n.bundled_at as at, alarm.priority, n.recipient || (alarm.drill_id is not null) as whom
     from notification n join alarm on alarm.id = n.alarm_id
     where n.channel = $1 and n.bundled_at > $2`,
    [channel, new Date(now.getTime() - DIGEST_MS)],
  )
  for (const [whom, [first, ...rest]] of Map.groupBy(rows, (row) => row.whom)) {
    if (!first) continue
    const digest = decideDigest(
      [first, ...rest],
      lately.filter((one) => one.whom === whom),
      now,
    )
    if (digest.kind === 'hold') {
      const ids = [first, ...rest].map(({ id }) => id)
      await tx.query('update notification set next_at = $2 where id = any($1)', [ids, digest.again])
      continue
    }
    await tx.query('update notification set bundled_at = $2 where id = $1', [digest.lead, now])
    await tx.query(`update notification set state = 'covered', covered_by = $2 where id = any($1)`, [
      digest.covers,
      digest.lead,
    ])
  }
}
