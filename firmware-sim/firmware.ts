import type { Ack, Command, State } from '@anju/domain/wire/schema'
import { Backoff } from './backoff.ts'
import type { FirmwareOptions, Lane, Stamp } from './character.ts'
import { rfc3339 } from './clock.ts'
import { CommandMemory } from './commands.ts'
import type { Connection } from './connection.ts'
import { nextBoot } from './disk.ts'
import { isCommand, isReceipt, parse } from './downlink.ts'
import { type Item, type ItemType, Outbox } from './outbox.ts'

const asleep = 'asleep'
/** A sleeper stays this long after its last answer, for commands that waited. */
const lingerMs = 1_500
/** A press does not wait longer than this for another attempt. */
const hurryMs = 250

/** What runs between power-on and power-off: all of it is memory and goes with the power; the folder stays. */
export class Firmware {
  readonly #o: FirmwareOptions
  readonly #outbox: Outbox
  readonly #commands: CommandMemory
  readonly #off = new AbortController()
  readonly #boot: number
  readonly #sinceMs: number
  /** Facts and states count apart, so that a fact's body does not depend on how often the link broke. */
  #facts = 0
  #states = 0
  #connection: Connection | undefined
  #change = Promise.withResolvers<void>()
  /** Ends the present rest: between heartbeats, and between attempts to connect. */
  #wakeBeat: (() => void) | undefined
  /** Pressed since the last rest: the attempt that just failed may have begun before. */
  #pressed = false
  #wakeRadio: (() => void) | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(options: FirmwareOptions) {
    this.#o = options
    this.#boot = nextBoot(options.folder)
    this.#outbox = Outbox.open(options.folder)
    this.#commands = new CommandMemory(options.folder)
    this.#sinceMs = options.clock.now()
  }

  start(): void {
    this.#running = this.#run()
  }

  get outbox(): Outbox {
    return this.#outbox
  }

  /** Percent; undefined on the mains. */
  get battery(): number | undefined {
    return this.#o.gauges.battery(this.#o.clock.now())
  }

  /** The next counter and the device's time; `atMs` for what a meter remembers from earlier. */
  stamp(atMs = this.#o.clock.now()): Stamp {
    return { boot: this.#boot, seq: ++this.#facts, ...this.#time(atMs) }
  }

  /** The same for a state. */
  stampState(): Stamp {
    return { boot: this.#boot, seq: ++this.#states, ...this.#time(this.#o.clock.now()) }
  }

  #time(atMs: number): { at?: string } {
    return this.#o.hasClock ? { at: rfc3339(atMs) } : {}
  }

  /** Keeps a message until the platform has answered for it; on the disk when this returns. */
  keep(type: ItemType, id: string, body: object, device?: string): Item {
    const text = JSON.stringify(body)
    const item = this.#outbox.put({ type, id, body: text, ...(device === undefined ? {} : { device }) })
    this.#o.watcher.kept(item)
    this.#changed()
    if (type === 'press') {
      this.#pressed = true
      this.#wakeRadio?.()
    }
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
      if (reason === asleep) {
        backoff.reset()
        if (this.#outbox.size === 0)
          await this.#rest(this.#o.heartbeatMs, this.#off.signal, (wake) => this.#onWork(wake))
      } else {
        // A press does not sit out a wait that was meant for readings.
        const waitMs = this.#pressed ? Math.min(hurryMs, backoff.next()) : backoff.next()
        this.#pressed = false
        await this.#rest(waitMs, this.#off.signal, (wake) => (this.#wakeRadio = wake))
        this.#wakeRadio = undefined
      }
    }
  }

  #onWork(wake: () => void): void {
    void this.#change.promise.then(wake)
  }

  /** Sleeps on the network's clock until the time is over, `end` aborts, or whoever was given `wake` calls it. */
  async #rest(ms: number, end: AbortSignal, give: (wake: () => void) => void): Promise<void> {
    const rest = new AbortController()
    const wake = (): void => rest.abort()
    end.addEventListener('abort', wake, { once: true })
    give(wake)
    if (!end.aborted) await this.#o.network.sleep(ms, rest.signal)
    end.removeEventListener('abort', wake)
  }

  /** One link, from connecting to its loss. Answers why it ended. */
  async #session(backoff: Backoff): Promise<string> {
    const will = JSON.stringify({ online: false, boot: this.#boot } satisfies State)
    const hear = (topic: string, payload: Buffer): void => this.#hear(topic, payload)
    try {
      const connection = await this.#o.connect({ clock: this.#o.network, will, hear, off: this.#off.signal })
      this.#connection = connection
      const lost = new Promise<never>((_, reject) => {
        const gone = (): void => {
          this.#changed() // wakes the lanes, which see the loss
          reject(connection.lost.reason instanceof Error ? connection.lost.reason : new Error('lost'))
        }
        if (connection.lost.aborted) gone()
        else connection.lost.addEventListener('abort', gone, { once: true })
      })
      const said = Promise.withResolvers<void>()
      const work: Promise<void>[] = []
      try {
        if (this.#o.listensFirst) await Promise.race([lost, connection.listen()])
        for (const lane of this.#o.character.lanes) work.push(...this.#drain(lane, connection, backoff))
        const listening = this.#o.listensFirst ? Promise.resolve() : connection.listen()
        work.push(listening, this.#beat(connection, listening, said.resolve))
        const rested = this.#o.sleeps ? [this.#untilIdle(connection, said.promise)] : []
        await Promise.race([lost, Promise.all(work), ...rested])
        if (this.#o.sleeps && !connection.lost.aborted) {
          await connection.goodbye()
          return asleep
        }
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

  #drain(lane: Lane, connection: Connection, backoff: Backoff): Promise<void>[] {
    const underWay = new Set<number>()
    const carry = async (): Promise<void> => {
      while (!connection.lost.aborted) {
        const change = this.#change.promise
        const parcel = lane.pack(this.#outbox.waiting((item) => lane.takes(item) && !underWay.has(item.n)))
        if (!parcel) {
          await change
          continue
        }
        for (const item of parcel.items) underWay.add(item.n)
        await connection.publish(parcel.topic, parcel.payload)
        if (connection.lost.aborted) return
        backoff.reset()
        if (lane.settledBy === 'answer') this.#settle(parcel.items)
        else await this.#receipts(parcel.items, connection)
        if (this.#o.duplicates > 0 && this.#o.random.next() < this.#o.duplicates) {
          await connection.publish(parcel.topic, parcel.payload)
        }
        for (const item of parcel.items) underWay.delete(item.n)
      }
    }
    return Array.from({ length: lane.window ?? 1 }, carry)
  }

  /** Everything was said and answered, and nobody had an order. */
  async #untilIdle(connection: Connection, said: Promise<void>): Promise<void> {
    await said
    while (!connection.lost.aborted) {
      const change = this.#change.promise
      if (this.#outbox.size > 0) await change
      else {
        await this.#rest(lingerMs, connection.lost, (wake) => void change.then(wake))
        if (this.#outbox.size === 0) return
      }
    }
  }

  /** Waits until the platform's receipt has named every item; those it has not in time are sent again. */
  async #receipts(items: Item[], connection: Connection): Promise<void> {
    const enough = new AbortController()
    const late = this.#o.network.sleep(this.#o.receiptTimeoutMs, enough.signal).then(() => enough.abort())
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

  async #beat(connection: Connection, listening: Promise<void>, said: () => void): Promise<void> {
    let first = true
    while (!connection.lost.aborted) {
      await connection.publish('state', JSON.stringify(this.#state(true)))
      await listening // only who hears commands is wholly there
      if (first) this.#o.watcher.online(this.#boot)
      first = false
      for (const more of this.#o.character.beat?.(this.stampState()) ?? [])
        await connection.publish(more.topic, more.payload)
      said()
      // Devices of one delivery must not beat as one.
      const ms = this.#o.heartbeatMs * this.#o.random.between(0.9, 1.1)
      await this.#rest(ms, connection.lost, (wake) => (this.#wakeBeat = wake))
      this.#wakeBeat = undefined
      if (this.battery === 0) this.#o.watcher.flat()
    }
  }

  #state(online: boolean): State {
    const { boot, seq, at } = this.stampState()
    const battery = this.battery
    const tamper = this.#o.gauges.tamper()
    return {
      ...(at === undefined ? {} : { at }),
      online,
      boot,
      seq,
      ...(battery === undefined ? {} : { battery }),
      rssi: this.#o.gauges.rssi(this.#o.clock.now(), this.#o.random),
      firmware: this.#o.version,
      uptime: Math.max(0, Math.round((this.#o.clock.now() - this.#sinceMs) / 1000)),
      ...(tamper === undefined ? {} : { tamper }),
    }
  }

  #hear(topic: string, payload: Buffer): void {
    if (this.#off.signal.aborted) return
    const message: unknown = parse(payload)
    if (topic === 'cmd' && isCommand(message)) this.#command(message)
    if (topic === 'receipt' && isReceipt(message)) {
      this.#o.watcher.receipt(message)
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
      if (command.cmd === 'test') this.#wakeBeat?.() // battery, signal and version are half of a test's answer
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
