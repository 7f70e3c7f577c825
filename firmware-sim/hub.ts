import type { Command, Press, Reading, State, Tap } from '@anju/domain/wire/schema'
import type { Lane, Stamp } from './character.ts'
import type { Child, Frame } from './child.ts'
import { Device, type DeviceOptions, singly } from './device.ts'
import type { Measurement } from './gatt.ts'
import type { Value } from './meter.ts'
import type { Item } from './outbox.ts'

/** The contract's limit for a `batch`, in bytes. */
const maxBatchBytes = 64 * 1024
const maxBatchItems = 2000
/** A child has one frame under way, and a press may overtake it: eight are plenty. */
const rememberedFrames = 8

export type HubOptions = DeviceOptions & {
  /** Ids of the devices bound to it, for which it may speak. */
  children: string[]
  /**
   * When an item leaves the outbox: at the PUBACK, which suffices with Anju's own broker, or only at the platform's
   * receipt, as behind any other broker, whose PUBACK proves no storage.
   */
  keepUntil?: 'puback' | 'receipt'
}

/** A gateway in the living room: hears small devices over short radio, keeps what they say, sends it in batches. */
export class Hub extends Device {
  /** Frames heard of each child: an answer that was lost makes the child say it again. Memory, not disk. */
  readonly #heardOf = new Map<string, number[]>()
  readonly #around: Map<string, Child>
  /** Ids of the devices it may speak for. */
  readonly children: readonly string[]

  constructor(options: HubOptions) {
    const settledBy = options.keepUntil === 'receipt' ? 'receipt' : 'answer'
    const around = new Map<string, Child>()
    super(options, {
      mains: true,
      lanes: [
        { takes: (item) => item.type === 'press', pack, settledBy },
        { takes: (item) => item.type === 'reading' || item.type === 'tap', pack, settledBy },
        singly((item) => item.type === 'ack'),
      ],
      beat: (now) =>
        options.children.length === 0 ? [] : [childrenAlive(options.children, around, now, this.clock.now())],
      obey,
    })
    this.#around = around
    this.children = options.children
  }

  /** Puts a child's battery into what the hub tells of it. */
  meet(child: Child): void {
    this.#around.set(child.id, child)
  }

  /** Short radio: false while the power is off. A frame said again is answered again and kept once. */
  hear(child: string, frame: Frame): boolean {
    if (!this.on) return false
    const heard = this.#heardOf.get(child) ?? []
    if (heard.includes(frame.count)) return true
    this.#heardOf.set(child, [...heard.slice(1 - rememberedFrames), frame.count])
    if (frame.says === 'press') this.press(child, frame.atMs, frame.count)
    else if (frame.says === 'reading') this.take(child, frame.value, frame.atMs, frame.count)
    else this.tap(child, frame.uid, frame.atMs, frame.count)
    return true
  }

  override async powerCut(): Promise<void> {
    this.#heardOf.clear()
    await super.powerCut()
  }

  /** A child's button was pressed. Answers the message's id; on the disk when it does. */
  press(child: string, atMs?: number, count?: number): string {
    const body: Press = { ...this.#head(child, atMs, count), button: 'sos' }
    return this.firmware.keep('press', body.id, { type: 'press', device: child, ...body }, child).id
  }

  /** A child took a reading. Answers the message's id; on the disk when it does. */
  take(child: string, value: Value, atMs?: number, count?: number): string {
    const body: Reading = { ...this.#head(child, atMs, count), ...value }
    return this.firmware.keep('reading', body.id, { type: 'reading', device: child, ...body }, child).id
  }

  /** The same of a cuff. */
  measure(child: string, { atMs, ...values }: Measurement): string {
    return this.take(child, { kind: 'blood-pressure', ...values }, atMs)
  }

  /** A child saw a badge. Answers the message's id; on the disk when it does. */
  tap(child: string, uid: string, atMs?: number, count?: number): string {
    const body: Tap = { ...this.#head(child, atMs, count), uid }
    return this.firmware.keep('tap', body.id, { type: 'tap', device: child, ...body }, child).id
  }

  /**
   * Id, counters and time of a child's fact. The child's own `count`, where it has one, names the fact, so that its body
   * does not depend on which child was heard first.
   */
  #head(child: string, atMs?: number, count?: number): Stamp & { id: string } {
    const stamp = this.firmware.stamp(atMs)
    if (count === undefined) return { id: `h${stamp.boot}-${stamp.seq}`, ...stamp }
    return { id: `h${stamp.boot}-${this.children.indexOf(child)}.${count}`, ...stamp, seq: count }
  }
}

/** What its loudspeaker does: it speaks for the buttons that have none. */
function obey(command: Command): string {
  if (command.cmd === 'config') return 'unsupported'
  return command.cmd === 'silence' ? 'silenced' : 'played'
}

/** As many of the oldest items as fit one batch; each keeps its own bytes. */
function pack(waiting: Iterable<Item>): ReturnType<Lane['pack']> {
  const items: Item[] = []
  let bytes = '{"items":[]}'.length
  for (const next of waiting) {
    const more = Buffer.byteLength(next.body) + (items.length > 0 ? 1 : 0)
    if (bytes + more > maxBatchBytes || items.length === maxBatchItems) break
    bytes += more
    items.push(next)
  }
  if (items.length === 0) return undefined
  return { topic: 'batch', payload: `{"items":[${items.map((one) => one.body).join(',')}]}`, items }
}

/** The hub heard each child lately; it says so with the hub's counters, which only grow. */
function childrenAlive(
  children: string[],
  around: ReadonlyMap<string, Child>,
  now: Stamp,
  nowMs: number,
): { topic: 'batch'; payload: string } {
  const items = children.map((device) => {
    const battery = around.get(device)?.battery?.level(nowMs)
    const state: State = { ...now, online: true, ...(battery === undefined ? {} : { battery }) }
    return { type: 'state', device, ...state }
  })
  return { topic: 'batch', payload: JSON.stringify({ items: items.filter((item) => item.battery !== 0) }) }
}

/** Switches a hub on. */
export function startHub(options: HubOptions): Hub {
  const hub = new Hub(options)
  hub.powerOn()
  return hub
}
