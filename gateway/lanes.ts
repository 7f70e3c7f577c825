import type { LaneItem } from '@anju/prisma/message/batch'
import { openPool } from '@anju/prisma/tx'
import type { Logger } from 'pino'
import { Lane, type Storing } from './lane.ts'
import { PressThread } from './press-thread.ts'

/** Readings waiting for the database beyond which outboxes are not read on. */
const LIVE_IN_NEED = 200

/** Readings in one transaction: enough to share its cost, few enough that a press does not wait for their turn. */
const LIVE_BATCH = 256

export interface Lanes {
  choose(item: LaneItem, topic: string): Storing
  queued(): Record<string, number>
  stop(withinMs: number): Promise<void>
}

/**
 * Three lanes, each with its own connections (promise 9): presses, in a thread of their own, in batches of what arrived
 * together; life; and what outboxes held, last of all.
 */
export function openLanes(databaseUrl: string, log: Logger): Lanes {
  const pools = {
    live: openPool(databaseUrl, { max: 2, name: 'anju gateway live' }),
    backfill: openPool(databaseUrl, { max: 1, name: 'anju gateway backfill' }),
  }
  const press = new PressThread({ databaseUrl, log })
  press.start()
  const live = new Lane({ name: 'live', pool: pools.live, workers: 2, maxBatch: LIVE_BATCH, gatherMs: 4, log })
  const backfill = new Lane({
    name: 'backfill',
    pool: pools.backfill,
    workers: 1,
    maxBatch: 300,
    gatherMs: 20,
    log,
    giveWay: () => live.queued > LIVE_IN_NEED || press.queued > 0,
  })
  return {
    choose(item, topic) {
      if ('fact' in item && item.fact.fact.type === 'press') return press
      return topic === 'batch' ? backfill : live
    },
    queued: () => ({ press: press.queued, live: live.queued, backfill: backfill.queued }),
    async stop(withinMs) {
      await Promise.all([press.stop(withinMs), live.stop(withinMs), backfill.stop(withinMs)])
      await Promise.all(Object.values(pools).map((pool) => pool.end()))
    },
  }
}
