import { UP_AFTER_BEAT_MS } from '@anju/domain/silence/silence'
import { beatGateway } from '@anju/prisma/device/liveness'
import { newId } from '@anju/prisma/id'
import { transact } from '@anju/prisma/tx'
import type pg from 'pg'

/**
 * When this gateway and its database were up together: only then could a device be let in and heard, and all else is our
 * own downtime (promise 5). After a gap in its beats, as a machine that slept or a database that was away leaves one, a
 * new run begins.
 */
export class GatewayRun {
  #run: { id: string; startedAt: Date; beatAt: Date } | undefined

  /** Rejects while the database is away. */
  async beat(pool: pg.Pool, now: Date): Promise<void> {
    const last = this.#run
    const goesOn = last !== undefined && now.getTime() - last.beatAt.getTime() <= UP_AFTER_BEAT_MS
    const run = goesOn ? last : { id: newId(now), startedAt: now }
    await transact(pool, (tx) => beatGateway(tx, { id: run.id, startedAt: run.startedAt, now }))
    this.#run = { ...run, beatAt: now }
  }
}
