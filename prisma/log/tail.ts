import pg from 'pg'
import { LOG_CHANNEL } from './append.ts'

export interface StoredEvent {
  position: number
  at: Date
  topic: string
  name: string
  areaPath: string | null
  subject: string
  body: Record<string, unknown>
}

/** Events after `position`, oldest first. */
export async function readEvents(pool: pg.Pool, position: number, limit: number): Promise<StoredEvent[]> {
  const result = await pool.query<StoredEvent>(
    `select position, at, topic, name, area_path as "areaPath", subject, body
     from event where position > $1 order by position limit $2`,
    [position, limit],
  )
  return result.rows
}

export async function headPosition(pool: pg.Pool): Promise<number> {
  const result = await pool.query<{ position: number }>('select position from log_head')
  return result.rows[0]?.position ?? 0
}

export interface TailOptions {
  /** Where to begin; undefined: from the head as it is when the database is first reached. */
  after?: number
  /** Called with each batch in order; the next batch waits for it. A failure is tried again with the same batch. */
  onEvents(events: StoredEvent[]): Promise<void> | void
  onError?(error: Error): void
  /** Backstop when a notification is lost with its connection. */
  pollMs?: number
  batchSize?: number
}

/** A server that says nothing must not hold us: polling goes on beside a line that cannot be had. */
const LINE = { keepAlive: true, connectionTimeoutMillis: 5000 }

/**
 * Follows the log: woken by NOTIFY, with polling behind it, through lost connections. Because position order is
 * commit order, no event is ever skipped.
 */
export class LogTail {
  readonly #pool: pg.Pool
  readonly #url: string
  readonly #options: TailOptions
  readonly #began = Promise.withResolvers<void>()
  #position: number | undefined
  #listener: pg.Client | undefined
  #wake: (() => void) | undefined
  #woken = false
  #stopped = false
  #running: Promise<void> | undefined

  constructor(pool: pg.Pool, url: string, options: TailOptions) {
    this.#pool = pool
    this.#url = url
    this.#options = options
    this.#position = options.after
  }

  get position(): number | undefined {
    return this.#position
  }

  /** Answers once the place to begin is known: whatever is committed from then on is told. */
  get began(): Promise<void> {
    return this.#began.promise
  }

  start(): void {
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#poke()
    await this.#running
    await this.#listener?.end().catch(() => undefined)
  }

  #poke(): void {
    this.#woken = true
    this.#wake?.()
  }

  async #run(): Promise<void> {
    const batchSize = this.#options.batchSize ?? 500
    while (!this.#stopped) {
      let more = false
      try {
        await this.#listen()
        this.#woken = false
        this.#position ??= await headPosition(this.#pool)
        this.#began.resolve()
        const events = await readEvents(this.#pool, this.#position, batchSize)
        const last = events.at(-1)
        if (last) {
          await this.#options.onEvents(events)
          this.#position = last.position
        }
        more = events.length === batchSize
      } catch (error) {
        this.#options.onError?.(error instanceof Error ? error : new Error(String(error)))
      }
      if (!more) await this.#rest()
    }
  }

  async #listen(): Promise<void> {
    if (this.#listener) return
    const client = new pg.Client({ connectionString: this.#url, application_name: 'anju log tail', ...LINE })
    const lost = () => {
      // Only a line that stood wakes us: one that could not be had is tried again after a rest.
      if (this.#listener !== client) return
      this.#listener = undefined
      this.#poke()
    }
    client.on('error', lost)
    client.on('end', lost)
    client.on('notification', () => this.#poke())
    try {
      await client.connect()
      await client.query(`listen ${LOG_CHANNEL}`)
    } catch (error) {
      await client.end().catch(() => undefined)
      throw error
    }
    this.#listener = client
  }

  async #rest(): Promise<void> {
    if (this.#woken || this.#stopped) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#options.pollMs ?? 500)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = undefined
  }
}
