import type { Ack, Command, DeviceTopic, State } from '@anju/domain/wire/schema'
import { Backoff, type BackoffOptions } from './backoff.ts'
import { type Clock, rfc3339 } from './clock.ts'
import { CommandMemory } from './commands.ts'
import type { Connect, Connection } from './connection.ts'
import { nextBoot } from './disk.ts'
import { type Item, type ItemType, Outbox } from './outbox.ts'
import type { Random } from './random.ts'

/** What one PUBLISH or POST carries. */
export type Parcel = { topic: DeviceTopic; payload: string; items: Item[] }

export type Lane = {
  takes(item: Item): boolean
  pack(waiting: Iterable<Item>): Parcel | undefined
  /** Whether an item is done by the answer to its message, or only by the platform's receipt. */
  settledBy: 'answer' | 'receipt'
}

/** What makes a button a button and a hub a hub. */
export type Character = {
  /** Each lane has one message under way at a time, so that a press never waits behind a reading. */
  lanes: Lane[]
  /** Further messages of the moment with each heartbeat: a hub's children. Not kept when they fail. */
  beat?(now: Stamp): { topic: DeviceTopic; payload: string }[]
  /** Carries out a command that is new and not expired; answers the result. */
  obey?(command: Command): string
}

/** The counters and the time that go with a message. */
export type Stamp = { boot: number; seq: number; at?: string }

export type Heard = { id: string; cmd: string; result: string; atMs: number }
/** What a firmware tells the world around it (a test, a scenario); no device could hear itself so well. */
export type Watcher = {
  online(boot: number): void
  offline(reason: string): void
  acknowledged(item: Item): void
  receipt(ids: string[], rejected: { id: string | null; code: string }[]): void
  heard(heard: Heard): void
}

export type FirmwareOptions = {
  folder: string
  clock: Clock
  random: Random
  connect: Connect
  character: Character
  watcher: Watcher
  heartbeatMs: number
  receiptTimeoutMs: number
  /** A device without a clock sends neither `at` nor `ago`. */
  hasClock: boolean
  /** How often an answered message is sent once more, 0 to 1: a modem that lost the answer. */
  duplicates: number
  backoff?: BackoffOptions
}

/** What runs between power-on and power-off: all of it is memory and goes with the power; the folder stays. */
export class Firmware {
  readonly #o: FirmwareOptions
  readonly #outbox: Outbox
  readonly #commands: CommandMemory
  readonly #off = new AbortController()
  readonly #boot: number
  readonly #sinceMs: number
  #seq = 0
  /** Percent. */
  readonly battery: number
  #connection: Connection | undefined
  #change = Promise.withResolvers<void>()
  #running: Promise<void> = Promise.resolve()

  constructor(options: FirmwareOptions) {
    this.#o = options
    this.#boot = nextBoot(options.folder)
    this.#outbox = Outbox.open(options.folder)
    this.#commands = new CommandMemory(options.folder)
    this.#sinceMs = options.clock.now()
    this.battery = options.random.whole(60, 100)
  }

  start(): void {
    this.#running = this.#run()
  }

  get outbox(): Outbox {
    return this.#outbox
  }

  /** The next counter and the device's time; `atMs` for what a meter remembers from earlier. */
  stamp(atMs = this.#o.clock.now()): Stamp {
    return { boot: this.#boot, seq: ++this.#seq, ...(this.#o.hasClock ? { at: rfc3339(atMs) } : {}) }
  }

  /** Keeps a message until the platform has answered for it; on the disk when this returns. */
  keep(type: ItemType, id: string, body: object, device?: string): Item {
    const text = JSON.stringify(body)
    const item = this.#outbox.put({ type, id, body: text, ...(device === undefined ? {} : { device }) })
    this.#changed()
    return item
  }

  /** Switched off by hand: says `online: false`, disconnects; what waits stays on the disk. */
  async stop(): Promise<void> {
    const connection = this.#connection
    if (connection && !connection.lost.aborted) {
      try {
        await connection.publish('state', JSON.stringify(this.#state(false)))
        await connection.goodbye()
      } catch {
        // the link went first; the platform learns it from the will
      }
    }
    this.#off.abort()
    this.#changed()
    await this.#running
    this.#outbox.close()
  }

  /** Memory and link are gone at once; of the disk, what was not forced may be torn. */
  async powerCut(): Promise<void> {
    this.#off.abort()
    this.#connection?.destroy()
    this.#outbox.powerCut(this.#o.random)
    this.#changed()
    await this.#running
  }

  async #run(): Promise<void> {
    const backoff = new Backoff(this.#o.random, this.#o.backoff)
    while (!this.#off.signal.aborted) {
      const reason = await this.#session(backoff)
      this.#o.watcher.offline(reason)
      await this.#o.clock.sleep(backoff.next(), this.#off.signal)
    }
  }

  /** One link, from connecting to its loss. Answers why it ended. */
  async #session(backoff: Backoff): Promise<string> {
    const will = JSON.stringify({ online: false, boot: this.#boot } satisfies State)
    const hear = (topic: string, payload: Buffer): void => this.#hear(topic, payload)
    try {
      const connection = await this.#o.connect({ clock: this.#o.clock, will, hear, off: this.#off.signal })
      this.#connection = connection
      const lost = new Promise<never>((_, reject) => {
        const gone = (): void => {
          this.#changed() // wakes the lanes, which see the loss
          reject(connection.lost.reason instanceof Error ? connection.lost.reason : new Error('lost'))
        }
        if (connection.lost.aborted) gone()
        else connection.lost.addEventListener('abort', gone, { once: true })
      })
      const work = [
        ...this.#o.character.lanes.map((lane) => this.#drain(lane, connection, backoff)),
        this.#beat(connection),
        connection.listen(),
      ]
      try {
        await Promise.race([lost, Promise.all(work)])
      } finally {
        connection.destroy()
        lost.catch(() => {})
        await Promise.allSettled(work)
        this.#connection = undefined
      }
      return 'switched off'
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  async #drain(lane: Lane, connection: Connection, backoff: Backoff): Promise<void> {
    while (!connection.lost.aborted) {
      const change = this.#change.promise
      const parcel = lane.pack(this.#outbox.waiting((item) => lane.takes(item)))
      if (!parcel) {
        await change
        continue
      }
      await connection.publish(parcel.topic, parcel.payload)
      if (connection.lost.aborted) return
      backoff.reset()
      if (lane.settledBy === 'answer') this.#settle(parcel.items)
      else await this.#receipts(parcel.items, connection)
      if (this.#o.duplicates > 0 && this.#o.random.next() < this.#o.duplicates) {
        await connection.publish(parcel.topic, parcel.payload)
      }
    }
  }

  /** Waits until the platform's receipt has named every item; those it has not in time are sent again. */
  async #receipts(items: Item[], connection: Connection): Promise<void> {
    const enough = new AbortController()
    const late = this.#o.clock.sleep(this.#o.receiptTimeoutMs, enough.signal).then(() => enough.abort())
    while (!connection.lost.aborted && !enough.signal.aborted && items.some((item) => this.#outbox.has(item.n))) {
      await Promise.race([this.#change.promise, late])
    }
    enough.abort()
  }

  #settle(items: Item[]): void {
    this.#outbox.done(items.map((item) => item.n))
    for (const item of items) this.#o.watcher.acknowledged(item)
    this.#changed()
  }

  async #beat(connection: Connection): Promise<void> {
    let first = true
    while (!connection.lost.aborted) {
      await connection.publish('state', JSON.stringify(this.#state(true)))
      if (first) this.#o.watcher.online(this.#boot)
      first = false
      for (const more of this.#o.character.beat?.(this.stamp()) ?? [])
        await connection.publish(more.topic, more.payload)
      await this.#o.clock.sleep(this.#o.heartbeatMs, connection.lost)
    }
  }

  #state(online: boolean): State {
    const { boot, seq, at } = this.stamp()
    return {
      ...(at === undefined ? {} : { at }),
      online,
      boot,
      seq,
      battery: this.battery,
      rssi: -this.#o.random.whole(48, 82),
      firmware: 'sim-1.0.0',
      uptime: Math.max(0, Math.round((this.#o.clock.now() - this.#sinceMs) / 1000)),
    }
  }

  #hear(topic: string, payload: Buffer): void {
    if (this.#off.signal.aborted) return
    const message: unknown = parse(payload)
    if (topic === 'cmd' && isCommand(message)) this.#command(message)
    if (topic === 'receipt' && isReceipt(message)) {
      this.#o.watcher.receipt(message.ids, message.rejected)
      const named = new Set([...message.ids, ...message.rejected.map((one) => one.id)])
      const lanes = this.#o.character.lanes.filter((lane) => lane.settledBy === 'receipt')
      const settled = (item: Item): boolean => named.has(item.id) && lanes.some((lane) => lane.takes(item))
      if (lanes.length > 0) this.#settle(this.#outbox.items().filter(settled))
    }
  }

  #command(command: Command): void {
    const before = this.#commands.resultOf(command.id)
    const result = before ?? this.#carryOut(command)
    if (before === undefined) this.#commands.remember(command.id, result)
    const waits = this.#outbox.items().some((item) => item.type === 'ack' && item.id === command.id)
    if (!waits) this.keep('ack', command.id, { id: command.id, result } satisfies Ack)
    if (before === undefined) {
      this.#o.watcher.heard({ id: command.id, cmd: command.cmd, result, atMs: this.#o.clock.now() })
    }
  }

  #carryOut(command: Command): string {
    // An hour-old “help is coming” is worse than none. A device without a clock trusts that the platform sends none.
    if (this.#o.hasClock && !(this.#o.clock.now() < Date.parse(command.expires))) return 'expired'
    return this.#o.character.obey?.(command) ?? 'unsupported'
  }

  #changed(): void {
    const change = this.#change
    this.#change = Promise.withResolvers<void>()
    change.resolve()
  }
}

function parse(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'))
  } catch {
    return undefined // firmware has nobody to complain to
  }
}

function isCommand(value: unknown): value is Command {
  return (
    isObject(value) &&
    typeof value.id === 'string' &&
    typeof value.cmd === 'string' &&
    typeof value.expires === 'string'
  )
}

function isReceipt(value: unknown): value is { ids: string[]; rejected: { id: string | null; code: string }[] } {
  return isObject(value) && Array.isArray(value.ids) && Array.isArray(value.rejected)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
