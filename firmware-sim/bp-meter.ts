import type { Connect } from './connection.ts'
import type { Measurement } from './gatt.ts'
import { type HttpOptions, httpTransport } from './http.ts'
import { Meter, type MeterOptions } from './meter.ts'
import type { Random } from './random.ts'

/** A blood pressure meter with its own radio. */
export class BpMeter extends Meter {
  constructor(options: MeterOptions, connect?: Connect) {
    super(options, connect)
  }

  /** As {@link Meter.take}, of a cuff's measurement. */
  measure({ atMs, ...values }: Measurement): string {
    return this.take({ kind: 'blood-pressure', ...values }, atMs)
  }
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
