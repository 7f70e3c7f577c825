import type { Press, Reading, State } from '@anju/domain/wire/schema'
import { Device, type DeviceOptions, singly } from './device.ts'
import type { Lane, Stamp } from './firmware.ts'
import type { Measurement } from './gatt.ts'
import type { Item } from './outbox.ts'

/** The contract's limit for a `batch`, in bytes. */
const maxBatchBytes = 64 * 1024
const maxBatchItems = 2000

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
  constructor(options: HubOptions) {
    const settledBy = options.keepUntil === 'receipt' ? 'receipt' : 'answer'
    super(options, {
      lanes: [
        { takes: (item) => item.type === 'press', pack, settledBy },
        { takes: (item) => item.type === 'reading' || item.type === 'tap', pack, settledBy },
        singly((item) => item.type === 'ack'),
      ],
      beat: (now) => (options.children.length === 0 ? [] : [childrenAlive(options.children, now)]),
    })
  }

  /** A child's button was pressed. Answers the message's id; on the disk when it does. */
  press(child: string): string {
    const stamp = this.firmware.stamp()
    const body: Press = { id: `h${stamp.boot}-${stamp.seq}`, ...stamp, button: 'sos' }
    return this.firmware.keep('press', body.id, item('press', child, body), child).id
  }

  /** A child took a reading. Answers the message's id; on the disk when it does. */
  measure(child: string, m: Measurement): string {
    const { atMs, ...values } = m
    const stamp = this.firmware.stamp(atMs)
    const body: Reading = { id: `h${stamp.boot}-${stamp.seq}`, ...stamp, kind: 'blood-pressure', ...values }
    return this.firmware.keep('reading', body.id, item('reading', child, body), child).id
  }
}

function item(type: 'press' | 'reading', device: string, body: Press | Reading): object {
  return { type, device, ...body }
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
function childrenAlive(children: string[], now: Stamp): { topic: 'batch'; payload: string } {
  const state: State = { ...now, online: true }
  return {
    topic: 'batch',
    payload: JSON.stringify({ items: children.map((device) => ({ type: 'state', device, ...state })) }),
  }
}

/** Switches a hub on. */
export function startHub(options: HubOptions): Hub {
  const hub = new Hub(options)
  hub.powerOn()
  return hub
}
