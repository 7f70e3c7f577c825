import type pg from 'pg'
import type { Logger } from 'pino'
import { headPosition, LogTail, readEvents, type StoredEvent } from '@anju/prisma/log/tail'
import type { Metrics } from '../metrics.ts'
import { faultOf } from '../problem.ts'
import { eventFrame, unloggedFrame } from './frame.ts'
import type { Listener, Stream } from './stream.ts'

export const HEARTBEAT_MS = 3_000

/** A client further behind than this reloads its lists: faster for both than a long replay. */
export const RESUME_WINDOW = 10_000

/** One browser has one stream (a SharedWorker); some more are tabs without one and half-open ones of a bad line. */
export const MAX_STREAMS_PER_OWNER = 8

const REPLAY_BATCH = 500
const BREATH_BYTES = 64 * 1024
const REPLAY_WAIT_MS = 10_000
const RETRY_MS = 500

/** Which of these still stand, with the rights they began with. */
export type StillStands = (listeners: readonly Listener[]) => Promise<ReadonlySet<Listener>>

export interface HubOptions {
  pool: pg.Pool
  databaseUrl: string
  log: Logger
  metrics: Metrics
  now: () => Date
  stillStands: StillStands
  heartbeatMs?: number
}

/** How often sessions behind streams are asked after; a revoked one is heard of at once, this finds expired ones. */
const OWNERS_EVERY_BEATS = 5

/**
 * The one reader of the event log in an API process. Frames each event once and writes it to every stream that may
 * see it; streams outlive the database (their heartbeats go on), and end with their session.
 */
export class LiveHub {
  readonly #options: HubOptions
  readonly #streams = new Set<Stream>()
  #tail: LogTail | undefined
  #position: number | undefined
  #timer: NodeJS.Timeout | undefined
  #beats = 0
  #stopped = false
  #starting: Promise<void> = Promise.resolve()

  constructor(options: HubOptions) {
    this.#options = options
    options.metrics.gauge('anju_api_streams', 'Open event streams', () => this.#streams.size)
    options.metrics.gauge('anju_api_log_position', 'Last event handed to streams', () => this.#position)
  }

  /** The last position handed to the streams; undefined until the database was first reached. */
  get position(): number | undefined {
    return this.#position
  }

  get streams(): ReadonlySet<Stream> {
    return this.#streams
  }

  /** Returns at once; follows the log as soon as the database answers. */
  start(): void {
    this.#starting = this.#follow()
    this.#timer = setInterval(() => this.#beat(), this.#options.heartbeatMs ?? HEARTBEAT_MS)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#timer)
    await this.#starting
    await this.#tail?.stop()
    for (const stream of this.#streams) stream.end()
    this.#streams.clear()
  }

  async #follow(): Promise<void> {
    while (!this.#stopped && this.#position === undefined) {
      this.#position = await headPosition(this.#options.pool).catch(() => undefined)
      if (this.#position === undefined) await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
    if (this.#position === undefined) return
    this.#tail = new LogTail(this.#options.pool, this.#options.databaseUrl, {
      after: this.#position,
      onEvents: async (events) => this.#hand(events),
      onError: (error) => this.#options.log.warn({ fault: faultOf(error) }, 'event log cannot be read'),
    })
    this.#tail.start()
  }

  async #hand(events: readonly StoredEvent[]): Promise<void> {
    let written = 0
    for (const event of events) {
      const frame = eventFrame(event)
      written += frame.length
      if (written > BREATH_BYTES) {
        // Sockets take nothing while this loop runs; without a pause a burst would look like readers that do not read.
        await new Promise((resolve) => setImmediate(resolve))
        written = frame.length
      }
      this.#position = event.position
      if (event.topic === 'session') this.#end(`session:${String(event.body['sessionId'])}`, frame)
      if (event.areaPath !== null) for (const stream of this.#streams) stream.pass(event, frame)
      const { alarmId, facts } = event.body
      if (facts !== undefined) {
        // the fact's id, as the gateway logged it at arrival
        this.#options.log.info(
          { facts, alarm: alarmId, event: event.name, position: event.position },
          'told to screens',
        )
      }
    }
  }

  /** Writes a frame that is not in the log to the streams chosen. */
  tell(frame: string, chosen: (stream: Stream) => boolean): void {
    for (const stream of this.#streams) if (chosen(stream)) stream.write(frame)
  }

  /**
   * Takes a stream in: first what was logged after its position, then live, with no event between lost or repeated.
   * A position out of reach gets `reset`. With the database away it waits: a stream that stands is a desk that hears
   * heartbeats, and of presses that cannot be stored.
   *
   * Between the moment its request was let in and this one its rights may have changed, and the event that says so was
   * handed on already. From here on the event finds it; what was stored before is asked for, before anything is told.
   */
  async join(stream: Stream): Promise<void> {
    this.#makeRoom(stream)
    this.#streams.add(stream)
    let resumed = false
    while (!resumed && !stream.ended && !this.#stopped) {
      try {
        await this.#endFallen([stream])
        await this.#resume(stream)
        resumed = true
      } catch (error) {
        this.#options.log.warn({ fault: faultOf(error) }, 'stream cannot resume yet')
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    }
    if (this.#stopped) stream.end()
    // Its client may have left before anybody listened for that.
    if (stream.ended) this.leave(stream)
  }

  leave(stream: Stream): void {
    this.#streams.delete(stream)
  }

  async #resume(stream: Stream): Promise<void> {
    const { pool } = this.#options
    const head = await headPosition(pool)
    const reachable = stream.position <= head && head - stream.position <= RESUME_WINDOW
    if (!reachable) this.#reset(stream, head)
    while (!stream.ended && !this.#stopped) {
      const events = await readEvents(pool, stream.position, REPLAY_BATCH)
      // Positions have no gaps, so one here is a month that was let go of.
      if (events[0] && events[0].position > stream.position + 1) this.#reset(stream, head)
      else stream.replay(events)
      await stream.drained(REPLAY_WAIT_MS)
      // Nothing awaits between this look and going live, so no event can slip through.
      if (this.#position !== undefined && stream.position >= this.#position) return stream.goLive()
      if (events.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  #reset(stream: Stream, position: number): void {
    stream.position = position
    stream.write(unloggedFrame('reset', { position }))
  }

  /** The oldest stream of the same owner gives way: the newest is the one somebody looks at. */
  #makeRoom(stream: Stream): void {
    const own = [...this.#streams].filter(({ listener }) => listener.owner === stream.listener.owner)
    for (const old of own.slice(0, Math.max(0, own.length + 1 - MAX_STREAMS_PER_OWNER))) {
      this.leave(old)
      old.end()
    }
  }

  #end(owner: string, lastFrame = ''): void {
    for (const stream of this.#streams) {
      if (stream.listener.owner !== owner) continue
      this.leave(stream)
      stream.end(lastFrame)
    }
  }

  /** Ends the streams whose session or key is over, or has other rights now: their clients ask anew who they are. */
  async #endFallen(streams: readonly Stream[]): Promise<void> {
    const standing = await this.#options.stillStands(streams.map(({ listener }) => listener))
    for (const stream of streams) {
      if (standing.has(stream.listener)) continue
      this.leave(stream)
      stream.end(unloggedFrame('session.changed', {}))
    }
  }

  #beat(): void {
    const at = this.#options.now().toISOString()
    const frame = unloggedFrame('heartbeat', { at, position: this.#position ?? null })
    for (const stream of this.#streams) stream.beat(frame)
    if (++this.#beats % OWNERS_EVERY_BEATS === 0) void this.#checkOwners()
  }

  async #checkOwners(): Promise<void> {
    if (this.#streams.size === 0) return
    try {
      await this.#endFallen([...this.#streams])
    } catch (error) {
      // With the database away streams stay: a desk that goes quiet now would be the worse fault.
      this.#options.log.debug({ fault: faultOf(error) }, 'sessions of streams cannot be checked')
    }
  }
}
