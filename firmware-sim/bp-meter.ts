import type { BloodPressure, Command, Gatt } from '@anju/domain/wire/schema'
import type { Connect } from './connection.ts'
import { Device, type DeviceOptions, ownLanes } from './device.ts'
import { bloodPressureFrame, type Measurement } from './gatt.ts'
import { type HttpOptions, httpTransport } from './http.ts'
import type { Random } from './random.ts'

export type MeterOptions = DeviceOptions & {
  /** How it writes its readings: plain JSON, or the Bluetooth frame of its cuff as it came. */
  speaks?: 'json' | 'gatt'
}

/** A blood pressure meter with its own radio. */
export class BpMeter extends Device {
  readonly #speaks: 'json' | 'gatt'

  constructor(options: MeterOptions, connect?: Connect) {
    super(options, { lanes: ownLanes, obey }, connect)
    this.#speaks = options.speaks ?? 'json'
  }

  /**
   * A measurement is taken (or, with `atMs`, comes out of the cuff's memory). Answers the message's id; the reading is
   * on the disk when it does. Throws when the power is off.
   */
  measure(m: Measurement): string {
    const { atMs, ...values } = m
    const stamp = this.firmware.stamp(atMs)
    const head = { id: `b${stamp.boot}-${stamp.seq}`, ...stamp }
    const body: BloodPressure | Gatt =
      this.#speaks === 'json'
        ? { ...head, kind: 'blood-pressure', ...values }
        : { ...head, kind: 'gatt', characteristic: '2A35', hex: bloodPressureFrame(m) }
    this.firmware.keep('reading', head.id, body)
    return head.id
  }
}

function obey(command: Command): string {
  return command.cmd === 'test' || command.cmd === 'locate' ? 'played' : 'unsupported'
}

/** An old person's morning: mostly a little high, now and then irregular. */
export function likelyMeasurement(random: Random): Measurement {
  const systolic = random.whole(118, 158)
  return {
    systolic,
    diastolic: Math.round(systolic * random.between(0.54, 0.62)),
    unit: 'mmHg',
    pulse: random.whole(58, 92),
    ...(random.next() < 0.05 ? { irregular: true } : {}),
  }
}

/** Switches a meter on that speaks MQTT. */
export function startMeter(options: MeterOptions): BpMeter {
  const meter = new BpMeter(options)
  meter.powerOn()
  return meter
}

/** Switches a 4G meter on that posts to the HTTP ingress; `ingress` is its address, `broker` is not used. */
export function startHttpMeter(options: Omit<MeterOptions, 'broker'> & HttpOptions): BpMeter {
  const meter = new BpMeter({ ...options, broker: '' }, httpTransport(options))
  meter.powerOn()
  return meter
}
