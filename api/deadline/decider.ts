import { isAway } from '@anju/prisma/sqlstate'
import type { DeadlineLane } from '@anju/prisma/deadline/apply'
import { decideNext } from '@anju/prisma/deadline/decide'
import { transact } from '@anju/prisma/tx'
import type { MasterKey } from '@anju/prisma/key'
import type pg from 'pg'
import type { Logger } from 'pino'

/** Questions decided in one go before the loop looks up. */
const AT_MOST = 500

/** Decides all deadlines due at `now`, one transaction each; answers how many. Any number of processes may do so at once. */
export async function decideDue(
  pool: pg.Pool,
  now: Date,
  log: Logger,
  key?: MasterKey,
  lane: DeadlineLane = 'prompt',
): Promise<number> {
  for (let count = 0; count < AT_MOST; count++) {
    const decided = await transact(pool, (tx) => decideNext(tx, now, key, lane))
    if (!decided) return count
    const { kind, ref } = decided.due
    if (decided.error === undefined) log.debug({ deadline: kind, ref }, 'deadline decided')
    else log.error({ deadline: kind, ref, err: decided.error }, 'deadline could not be decided, asked again later')
    if (isAway(decided.error)) throw decided.error
  }
  return AT_MOST
}
