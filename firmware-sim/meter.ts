import type {
  BloodPressure,
  Command,
  Gatt,
  Glucose,
  Reading,
  Spo2,
  Temperature,
  Weight,
} from '@anju/domain/wire/schema'
import type { Connect } from './connection.ts'
import { Device, type DeviceOptions, ownLanes } from './device.ts'
import { bloodPressureFrame, glucoseFrame } from './gatt.ts'
import { type HttpOptions, httpTransport } from './http.ts'

type Bare<R> = R extends unknown ? Omit<R, 'id' | 'at' | 'ago' | 'boot' | 'seq'> : never
/** What a meter found, in its own unit. */
export type Value = Bare<BloodPressure | Glucose | Spo2 | Weight | Temperature>

export const meterKinds = ['bp-meter', 'glucose-meter', 'oximeter', 'scale', 'thermometer'] as const
export type MeterKind = (typeof meterKinds)[number]
export const isMeterKind = (kind: string): kind is MeterKind => meterKinds.some((each) => each === kind)

export type MeterOptions = DeviceOptions & {
  /** How it writes its readings: plain JSON, or, of a cuff or a glucose meter, the Bluetooth frame as it came. */
  speaks?: 'json' | 'gatt'
}

/** A meter with its own radio: cuff, glucose meter, oximeter, scale or thermometer. */
export class Meter extends Device {
  readonly #speaks: 'json' | 'gatt'

  constructor(options: MeterOptions, connect?: Connect) {
    super(options, { lanes: ownLanes(options.window), obey }, connect)
    this.#speaks = options.speaks ?? 'json'
  }

  /**
   * A measurement is taken (or, with `atMs`, comes out of the meter's memory). Answers the message's id; the reading
   * is on the disk when it does. Throws when the power is off.
   */
  take(value: Value, atMs?: number): string {
    const stamp = this.firmware.stamp(atMs)
    const head = { id: `b${stamp.boot}-${stamp.seq}`, ...stamp }
    const frame = this.#speaks === 'gatt' ? frameOf(value, stamp.seq, atMs) : undefined
    const body: Reading = frame === undefined ? { ...head, ...value } : { ...head, ...frame }
    this.firmware.keep('reading', head.id, body)
    return head.id
  }
}

/** The Bluetooth frame of a value; undefined where meters of its kind are not read by frame. */
function frameOf(value: Value, sequence: number, atMs?: number): Bare<Gatt> | undefined {
  const time = atMs === undefined ? {} : { atMs }
  if (value.kind === 'blood-pressure') {
    return { kind: 'gatt', characteristic: '2A35', hex: bloodPressureFrame({ ...value, ...time }) }
  }
  if (value.kind === 'glucose') {
    return { kind: 'gatt', characteristic: '2A18', hex: glucoseFrame({ ...value, ...time, sequence }) }
  }
  return undefined
}

function obey(command: Command): string {
  return command.cmd === 'test' || command.cmd === 'locate' ? 'played' : 'unsupported'
}

/** A 4G meter that posts to the HTTP ingress; `ingress` is its address, `broker` is not used. It is off. */
export function httpMeter(options: Omit<MeterOptions, 'broker'> & HttpOptions): Meter {
  return new Meter({ ...options, broker: '' }, httpTransport(options))
}
