import { Worker } from 'node:worker_threads'
import type { Stored } from '@anju/prisma/message/arrived'
import type { LaneItem } from '@anju/prisma/message/batch'
import { idOf, type LaneLog, type Storing } from './lane.ts'

export type ToThread = { item: LaneItem } | { stopWithinMs: number }
export type FromThread =
  | { id: string; stored: Stored }
  | { id: string; error: string }
  | { level: 'warn' | 'error'; fields: object; message: string }

export interface PressThreadOptions {
  databaseUrl: string
  log: LaneLog
  /** Its program; ours unless a test has it fail. */
  program?: URL
}

interface Waiting {
  item: LaneItem
  resolve(stored: Stored): void
  reject(error: Error): void
}

/** Presses the thread has at once: four full batches. More wait here, so that its small heap holds through an outage. */
const WINDOW = 400
const RESTART_MS = 100
/** A thread that does not end by itself so long after it was to have stopped is ended. */
const OVERDUE_MS = 500
/** Ten thousand idle devices leave little: a press lives too short to need a nursery, and no more than WINDOW are here. */
const MEMORY = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 64 }

/**
 * The press lane in a thread of its own: with the event loop of ten thousand readings a second, each of a transaction's
 * trips would wait for a turn; here only arrival and PUBACK do. A thread that dies is started again and given all that
 * it has not answered: what it had committed by then is a duplicate, and stored once.
 */
export class PressThread implements Storing {
  readonly #options: PressThreadOptions
  readonly #queue = new Map<string, Waiting>()
  readonly #given = new Map<string, Waiting>()
  #worker: Worker | undefined
  #restart: NodeJS.Timeout | undefined
  #stopping = false
  #ended: (() => void) | undefined

  constructor(options: PressThreadOptions) {
    this.#options = options
  }

  /** Presses not stored yet. */
  get queued(): number {
    return this.#queue.size + this.#given.size
  }

  start(): void {
    this.#restart = undefined
    const worker = new Worker(this.#options.program ?? new URL('./press-work.ts', import.meta.url), {
      argv: [this.#options.databaseUrl],
      execArgv: [],
      resourceLimits: MEMORY,
    })
    this.#worker = worker
    worker.on('message', (message: FromThread) => this.#hear(message))
    worker.on('error', (error: unknown) => this.#options.log.error({ err: error }, 'press thread failed'))
    worker.on('exit', (code) => this.#exited(code))
    for (const { item } of this.#given.values()) this.#post({ item })
    this.#giveOn()
  }

  /** Resolves after COMMIT. Rejects only when the process stops or storing even the rejection failed. */
  store(item: LaneItem): Promise<Stored> {
    if (this.#stopping) return Promise.reject(new Error('the gateway is stopping'))
    return new Promise((resolve, reject) => {
      this.#queue.set(idOf(item), { item, resolve, reject })
      this.#giveOn()
    })
  }

  /** Has the thread store what waits, unless the database is away: then the waiting are rejected. */
  async stop(withinMs: number): Promise<void> {
    this.#stopping = true
    this.#giveOn()
    clearTimeout(this.#restart)
    const worker = this.#worker
    if (worker) {
      this.#post({ stopWithinMs: withinMs })
      const overdue = setTimeout(() => void worker.terminate(), withinMs + OVERDUE_MS)
      await new Promise<void>((resolve) => (this.#ended = resolve))
      clearTimeout(overdue)
    }
    for (const waiting of [...this.#given.values(), ...this.#queue.values()]) {
      waiting.reject(new Error('the gateway stopped'))
    }
    this.#given.clear()
    this.#queue.clear()
  }

  #giveOn(): void {
    if (!this.#worker) return
    for (const [id, waiting] of this.#queue) {
      if (this.#given.size >= WINDOW && !this.#stopping) return
      this.#queue.delete(id)
      this.#given.set(id, waiting)
      this.#post({ item: waiting.item })
    }
  }

  #post(message: ToThread): void {
    this.#worker?.postMessage('item' in message ? { item: withBytes(message.item, alone) } : message)
  }

  #hear(message: FromThread): void {
    if ('level' in message) return this.#options.log[message.level](message.fields, message.message)
    const waiting = this.#given.get(message.id)
    if (!waiting) return
    this.#given.delete(message.id)
    if ('stored' in message) waiting.resolve(message.stored)
    else waiting.reject(new Error(message.error))
    this.#giveOn()
  }

  #exited(code: number): void {
    this.#worker = undefined
    if (this.#stopping) return this.#ended?.()
    this.#options.log.error({ code, unanswered: this.#given.size }, 'press thread ended, starting another')
    this.#restart = setTimeout(() => this.start(), RESTART_MS)
  }
}

/** The same item, its bytes as `each` makes them. */
export function withBytes(item: LaneItem, each: (bytes: Buffer) => Buffer): LaneItem {
  if ('rejected' in item) return { rejected: { ...item.rejected, body: each(item.rejected.body) } }
  return { fact: { ...item.fact, sha256: each(item.fact.sha256), body: each(item.fact.body) } }
}

/** Posted, a slice takes all with it that its socket once read. */
function alone(bytes: Buffer): Buffer {
  return Buffer.from(new Uint8Array(bytes).buffer)
}
