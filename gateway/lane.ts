import type { Stored } from '@anju/prisma/message/arrived'
import { asRejected, asUnreadable, commitBatch, type LaneItem } from '@anju/prisma/message/batch'
import { classOf, isAway, isDataFault, isRetryable } from '@anju/prisma/sqlstate'
import type pg from 'pg'

/** A queue before the database. */
export interface Storing {
  readonly queued: number
  /** Resolves after COMMIT. */
  store(item: LaneItem): Promise<Stored>
  stop(withinMs: number): Promise<void>
}

/** What a lane needs of a logger; pino's fits. */
export interface LaneLog {
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface LaneOptions {
  name: string
  pool: pg.Pool
  /** Transactions under way at once, each on its own connection. */
  workers: number
  /** Items in one transaction at most. */
  maxBatch: number
  /** How long a first item waits for company; 0: only for what the same turn of the event loop brings. */
  gatherMs: number
  log: LaneLog
  /** Waits while another lane is in need: backfill never competes with life. */
  giveWay?: () => boolean
}

interface Waiting {
  item: LaneItem
  resolve(stored: Stored): void
  reject(error: Error): void
}

const AWAY_FIRST_MS = 50
const AWAY_MOST_MS = 1000
const GIVE_WAY_MS = 20

/**
 * A queue before the database with its own connections: what arrives together is stored together, and each item is
 * answered once its transaction is committed. While the database is away a batch is tried again whole, for ever:
 * nobody is told that a thing is stored which is not.
 */
export class Lane implements Storing {
  readonly #options: LaneOptions
  readonly #queue: Waiting[] = []
  #busy = 0
  #gathering: NodeJS.Timeout | NodeJS.Immediate | undefined
  #stopping = false
  #idle: (() => void) | undefined

  constructor(options: LaneOptions) {
    this.#options = options
  }

  /** Items that wait, those under way not counted. */
  get queued(): number {
    return this.#queue.length
  }

  /** Resolves after COMMIT. Rejects only when the process stops or storing even the rejection failed. */
  store(item: LaneItem): Promise<Stored> {
    if (this.#stopping) return Promise.reject(new Error('the gateway is stopping'))
    return new Promise((resolve, reject) => {
      this.#queue.push({ item, resolve, reject })
      this.#gather()
    })
  }

  /** Stores what waits, unless the database is away: then the waiting are rejected, and their devices keep them. */
  async stop(withinMs: number): Promise<void> {
    this.#stopping = true
    this.#begin()
    if (this.#busy > 0 || this.#queue.length > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, withinMs)
        this.#idle = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    for (const waiting of this.#queue.splice(0)) waiting.reject(new Error('the gateway stopped'))
  }

  #gather(): void {
    if (this.#gathering || this.#busy === this.#options.workers) return
    const begin = () => {
      this.#gathering = undefined
      this.#begin()
    }
    const { gatherMs } = this.#options
    this.#gathering = gatherMs === 0 ? setImmediate(begin) : setTimeout(begin, gatherMs)
  }

  #begin(): void {
    while (this.#queue.length > 0 && this.#busy < this.#options.workers) {
      const batch = this.#queue.splice(0, this.#options.maxBatch)
      this.#busy++
      void this.#work(batch).finally(() => {
        this.#busy--
        if (this.#queue.length > 0) this.#begin()
        else if (this.#busy === 0) this.#idle?.()
      })
    }
  }

  async #work(batch: Waiting[]): Promise<void> {
    while (this.#options.giveWay?.() && !this.#stopping) await pause(GIVE_WAY_MS)
    let waitMs = AWAY_FIRST_MS
    for (;;) {
      try {
        const stored = await commitBatch(
          this.#options.pool,
          batch.map((waiting) => waiting.item),
        )
        for (const waiting of batch) waiting.resolve(stored.get(idOf(waiting.item)) ?? { is: 'stored' })
        return
      } catch (error) {
        if (isCulprits(error)) return this.#divide(batch, error)
        this.#options.log.warn(
          { lane: this.#options.name, batch: batch.length, err: error },
          'batch not stored, trying again',
        )
        if (this.#stopping) {
          for (const waiting of batch) waiting.reject(new Error('the gateway stopped, database away'))
          return
        }
        await pause(waitMs)
        waitMs = Math.min(waitMs * 2, AWAY_MOST_MS)
      }
    }
  }

  /** Something in the batch is at fault: halves find the culprit, so that the others go on. */
  async #divide(batch: Waiting[], error: unknown): Promise<void> {
    const [only] = batch
    if (batch.length > 1) {
      const middle = batch.length >> 1
      await this.#work(batch.slice(0, middle))
      return this.#work(batch.slice(middle))
    }
    if (!only) return
    this.#options.log.error({ lane: this.#options.name, fact: idOf(only.item), err: error }, 'item cannot be stored')
    const instead = lastResort(only.item)
    if (instead) return this.#work([{ ...only, item: instead }])
    only.reject(error instanceof Error ? error : new Error(String(error)))
  }
}

/** A press is tried once more as bytes alone; any other fact is kept as rejected; a rejection has nothing below it. */
function lastResort(item: LaneItem): LaneItem | null {
  if (!('fact' in item)) return null
  const bytes = asUnreadable(item.fact)
  return bytes ? { fact: bytes } : { rejected: asRejected(item.fact, 'unstorable') }
}

/** Bad data, or a rule that threw: the same batch would fail for ever. All else is the database's, and passes. */
function isCulprits(error: unknown): boolean {
  return isDataFault(error) || (classOf(error) === undefined && !isAway(error) && !isRetryable(error))
}

/** The id that follows an item through everything. */
export function idOf(item: LaneItem): string {
  return 'fact' in item ? item.fact.factId : item.rejected.id
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
