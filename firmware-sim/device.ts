import { once, EventEmitter } from 'node:events'
import type { DeviceTopic } from '@anju/domain/wire/schema'
import type { BackoffOptions } from './backoff.ts'
import type { Battery } from './battery.ts'
import type { Character, Gauges, Heard, Lane } from './character.ts'
import { type Clock, realClock } from './clock.ts'
import { type Connect, mqttTransport, type MqttOptions } from './connection.ts'
import { wipeDisk } from './disk.ts'
import type { ReceiptHeard } from './downlink.ts'
import { Firmware } from './firmware.ts'
import type { Item } from './outbox.ts'
import { type Air, signalAt, throughAir } from './radio.ts'
import { seeded } from './random.ts'

export type DeviceOptions = MqttOptions & {
  /** The device's disk; kept over power cuts and restarts of the process. */
  outboxDir: string
  /** The device's own time. */
  clock?: Clock
  /** Time of the network, where it differs: a day told in a minute still waits real seconds for an answer. */
  network?: Clock
  seed?: number
  heartbeatMs?: number
  receiptTimeoutMs?: number
  hasClock?: boolean
  duplicates?: number
  backoff?: BackoffOptions
  battery?: Battery
  /** Signal where it stands, in dBm. */
  dBm?: number
  /** Weather between it and the platform. */
  air?: Air
  /** Firmware version. */
  version?: string
  /** Connects only to send. */
  sleeps?: boolean
  /** Subscribes before it sends. */
  listensFirst?: boolean
  /** Messages of one lane under way at a time; 1 unless given. */
  window?: number
}

type DeviceEvents = {
  online: [boot: number]
  offline: [reason: string]
  /** An item is on the disk and waits. */
  kept: [item: Item]
  /** An item left the outbox: its message was answered (or, for a hub by option, named in a receipt). */
  acknowledged: [item: Item]
  receipt: [receipt: ReceiptHeard]
  heard: [heard: Heard]
  /** The battery is empty and the device dead. */
  flat: []
  /** Any of the above. */
  change: []
}

/** A device that stands on a table: its disk, its switch, and a ledger of what happened that outlives every power cut. */
export class Device {
  readonly id: string
  readonly events = new EventEmitter<DeviceEvents>().setMaxListeners(0)
  /** Ids of facts (not of command answers) in the order the platform acknowledged them. */
  readonly acknowledged: string[] = []
  /** Ids named in receipts. */
  readonly receipts: string[] = []
  readonly heard: Heard[] = []
  online = false
  #caseOpen: boolean | undefined
  readonly clock: Clock
  readonly #gauges: Gauges
  readonly #options: DeviceOptions
  readonly #character: Character
  readonly #connect: Connect
  #firmware: Firmware | undefined
  #switchedOn = 0

  constructor(options: DeviceOptions, character: Character, connect: Connect = mqttTransport(options)) {
    this.id = options.id
    this.clock = options.clock ?? realClock
    this.#options = options
    this.#character = character
    const own = seeded(options.seed ?? 1, `${options.id}/body`)
    this.#connect = options.air ? throughAir(connect, options.air, own, options.network ?? this.clock) : connect
    const place = { dBm: options.dBm ?? -own.whole(52, 78), phase: own.next() }
    const usual = own.whole(60, 100)
    this.#gauges = {
      battery: (nowMs) => (character.mains ? undefined : (options.battery?.level(nowMs) ?? usual)),
      rssi: (nowMs, random) => signalAt(place, nowMs, random),
      tamper: () => this.#caseOpen,
    }
  }

  /** Whether the power is on. */
  get on(): boolean {
    return this.#firmware !== undefined
  }

  /** Nothing happens when it is on already. */
  powerOn(): void {
    if (this.#firmware) return
    const o = this.#options
    this.#firmware = new Firmware({
      folder: o.outboxDir,
      clock: this.clock,
      network: o.network ?? this.clock,
      random: seeded(o.seed ?? 1, `${o.id}/${++this.#switchedOn}`),
      connect: this.#connect,
      character: this.#character,
      gauges: this.#gauges,
      version: o.version ?? 'sim-1.0.0',
      heartbeatMs: o.heartbeatMs ?? 30_000,
      sleeps: o.sleeps ?? false,
      listensFirst: o.listensFirst ?? false,
      receiptTimeoutMs: o.receiptTimeoutMs ?? 30_000,
      hasClock: o.hasClock ?? true,
      duplicates: o.duplicates ?? 0,
      ...(o.backoff ? { backoff: o.backoff } : {}),
      watcher: {
        online: (boot) => this.#note('online', () => (this.online = true), boot),
        offline: (reason) => this.#note('offline', () => (this.online = false), reason),
        kept: (item) => this.#note('kept', () => {}, item),
        acknowledged: (item) =>
          this.#note('acknowledged', () => item.type !== 'ack' && this.acknowledged.push(item.id), item),
        receipt: (receipt) => this.#note('receipt', () => this.receipts.push(...receipt.ids), receipt),
        flat: () => this.#note('flat', () => void this.powerCut()),
        heard: (heard) => this.#note('heard', () => this.heard.push(heard), heard),
      },
    })
    this.#firmware.start()
  }

  /** Says goodbye and stops; the disk stays. */
  async stop(): Promise<void> {
    const firmware = this.#firmware
    this.#firmware = undefined
    await firmware?.stop()
  }

  /** Socket destroyed, memory gone, what was not forced to the disk perhaps torn. */
  async powerCut(): Promise<void> {
    const firmware = this.#firmware
    this.#firmware = undefined
    await firmware?.powerCut()
  }

  /** While it is off: an empty disk, so that boot and message ids begin anew. */
  changeBattery(): void {
    if (this.#firmware) throw new Error(`${this.id} is on`)
    this.#options.battery?.change(this.clock.now())
    wipeDisk(this.#options.outboxDir)
  }

  /** The part that lives while the power is on. Throws when it is off. */
  get firmware(): Firmware {
    if (!this.#firmware) throw new Error(`${this.id} is off`)
    return this.#firmware
  }

  /** Somebody opens its case, or closes it; its next state says so. */
  openCase(open: boolean): void {
    this.#caseOpen = open
  }

  /** What waits in the outbox, oldest first. Throws when the device is off. */
  pending(): Item[] {
    return this.firmware.outbox.items()
  }

  /** Resolves once `fact` holds; it is asked again whenever something happens to the device. */
  async until(fact: (device: this) => boolean): Promise<void> {
    while (!fact(this)) await once(this.events, 'change')
  }

  /** Resolves when nothing waits any more. */
  settled(): Promise<void> {
    return this.until((device) => device.pending().length === 0)
  }

  #note<K extends keyof DeviceEvents>(name: K, record: () => void, ...what: DeviceEvents[K]): void {
    record()
    const events: EventEmitter = this.events
    events.emit(name, ...what)
    events.emit('change')
  }
}

/** A lane that sends single messages, `window` at a time, each on the topic of its own type. */
export function singly(takes: Lane['takes'], window = 1): Lane {
  return {
    takes,
    window,
    settledBy: 'answer',
    pack(waiting) {
      for (const item of waiting) {
        const topic: DeviceTopic = item.type
        return { topic, payload: item.body, items: [item] }
      }
      return undefined
    },
  }
}

/** Presses have a lane of their own; everything else waits its turn, up to `window` messages under way. */
export function ownLanes(window = 1): Lane[] {
  return [singly((item) => item.type === 'press', window), singly((item) => item.type !== 'press', window)]
}
