import { deviceBack, type Heard, recordHeard } from '@anju/prisma/device/liveness'
import { transact } from '@anju/prisma/tx'
import type pg from 'pg'
import type { Logger } from 'pino'

/** Silence is told in minutes, so a few seconds of delay cost nothing and save a write for every message. */
const FLUSH_MS = 3000
const FLUSH_ROWS = 5000

/** Remembers when devices were last heard and writes it in batches. What a crash forgets, the next message repeats. */
export class HeardDevices {
  readonly #pool: pg.Pool
  readonly #log: Logger
  #heard = new Map<string, Date>()
  #timer: NodeJS.Timeout | undefined
  #flushing: Promise<void> = Promise.resolve()

  constructor(pool: pg.Pool, log: Logger) {
    this.#pool = pool
    this.#log = log
  }

  note(deviceId: string, at: Date): void {
    this.#heard.set(deviceId, at)
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#flushing = this.#flushing.then(() => this.#flush())
    }, FLUSH_MS)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#flushing
    await this.#flush()
  }

  async #flush(): Promise<void> {
    const heard: Heard[] = [...this.#heard].map(([deviceId, at]) => ({ deviceId, at }))
    this.#heard = new Map()
    for (let i = 0; i < heard.length; i += FLUSH_ROWS) {
      const part = heard.slice(i, i + FLUSH_ROWS)
      try {
        const back = await transact(this.#pool, (tx) => recordHeard(tx, part))
        for (const deviceId of back) await transact(this.#pool, (tx) => deviceBack(tx, deviceId, new Date()))
      } catch (error) {
        this.#log.warn({ err: error, devices: part.length }, 'liveness not written, trying again')
        for (const { deviceId, at } of part) if (!this.#heard.has(deviceId)) this.#heard.set(deviceId, at)
      }
    }
  }
}
