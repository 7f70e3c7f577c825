import type { Command, DeviceTopic } from '@anju/domain/wire/schema'
import type { BackoffOptions } from './backoff.ts'
import type { Clock } from './clock.ts'
import type { Connect } from './connection.ts'
import type { ReceiptHeard } from './downlink.ts'
import type { Item } from './outbox.ts'
import type { Random } from './random.ts'

/** What one PUBLISH or POST carries. */
export type Parcel = { topic: DeviceTopic; payload: string; items: Item[] }

export type Lane = {
  takes(item: Item): boolean
  pack(waiting: Iterable<Item>): Parcel | undefined
  /** Whether an item is done by the answer to its message, or only by the platform's receipt. */
  settledBy: 'answer' | 'receipt'
  /** Messages under way at a time; 1 unless given. */
  window?: number
}

/** What makes a button a button and a hub a hub. */
export type Character = {
  /** Each lane has messages of its own under way, so that a press never waits behind a reading. */
  lanes: Lane[]
  /** Further messages of the moment with each heartbeat: a hub's children. Not kept when they fail. */
  beat?(now: Stamp): { topic: DeviceTopic; payload: string }[]
  /** Runs on the mains: has no battery to tell of. */
  mains?: boolean
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
  kept(item: Item): void
  acknowledged(item: Item): void
  receipt(receipt: ReceiptHeard): void
  heard(heard: Heard): void
  /** The battery gave its last. */
  flat(): void
}

/** What the body of a device tells its firmware. */
export type Gauges = {
  /** Percent; undefined on the mains. */
  battery(nowMs: number): number | undefined
  /** dBm */
  rssi(nowMs: number, random: Random): number
  /** The contact in its case; undefined without one. */
  tamper(): boolean | undefined
}

export type FirmwareOptions = {
  folder: string
  /** The device's own time, which its messages carry. */
  clock: Clock
  /** Time of the network: time-outs, back-off, heartbeats. */
  network: Clock
  random: Random
  connect: Connect
  character: Character
  watcher: Watcher
  gauges: Gauges
  version: string
  heartbeatMs: number
  /** Connects only to send and then sleeps, as what runs on small cells does; checks in once a `heartbeatMs`. */
  sleeps: boolean
  /** Subscribes before it sends, so that a receipt follows every message. */
  listensFirst: boolean
  receiptTimeoutMs: number
  /** A device without a clock sends neither `at` nor `ago`. */
  hasClock: boolean
  /** How often an answered message is sent once more, 0 to 1: a modem that lost the answer. */
  duplicates: number
  backoff?: BackoffOptions
}
