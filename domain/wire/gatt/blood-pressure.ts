import { DATE_TIME_BYTES, readDateTime, type MeterTime } from './date-time.ts'
import { Frame } from './frame.ts'
import { sfloat } from './sfloat.ts'

/** Null: the meter sent no number (NaN, out of resolution, ±∞). Absent: it sent no such field. */
export interface BloodPressureFrame {
  unit: 'mmHg' | 'kPa'
  systolic: number | null
  diastolic: number | null
  mean: number | null
  at?: MeterTime
  pulse?: number | null // per minute
  user?: number
  status?: BloodPressureStatus
}

export interface BloodPressureStatus {
  movement: boolean
  cuffLoose: boolean
  irregularPulse: boolean
  pulseRange: 'within' | 'above' | 'below' | 'unknown'
  improperPosition: boolean
  raw: number
}

export type DecodedBloodPressure = { ok: true; value: BloodPressureFrame } | { ok: false; code: 'gatt-too-short' }

const KPA = 0x01
const TIME = 0x02
const PULSE = 0x04
const USER = 0x08
const STATUS = 0x10
const PULSE_RANGES = ['within', 'above', 'below', 'unknown'] as const

/**
 * Blood Pressure Measurement (2A35), GATT Specification Supplement: flags, three SFLOATs, then what the flags
 * promise. Values are as sent; whether they are plausible is decided elsewhere.
 */
export function decodeBloodPressure(bytes: Uint8Array): DecodedBloodPressure {
  const flags = bytes[0]
  if (flags === undefined || bytes.length < promisedBytes(flags)) return { ok: false, code: 'gatt-too-short' }
  const has = (flag: number): boolean => (flags & flag) !== 0
  // A Beurer BM85 sends the user's byte with its flag clear: one byte more than promised.
  const strayUser = !has(USER) && bytes.length === promisedBytes(flags) + 1
  const frame = new Frame(bytes.subarray(1))
  const value: BloodPressureFrame = {
    unit: has(KPA) ? 'kPa' : 'mmHg',
    systolic: sfloat(frame.uint16()),
    diastolic: sfloat(frame.uint16()),
    mean: sfloat(frame.uint16()),
  }
  const at = has(TIME) ? readDateTime(frame) : undefined
  if (at) value.at = at
  let bigEndian = strayUser && !has(PULSE)
  if (has(PULSE)) {
    const raw = frame.uint16()
    bigEndian = isSwapped(raw, strayUser)
    value.pulse = sfloat(bigEndian ? swapped(raw) : raw)
  }
  if (has(USER) || strayUser) value.user = frame.uint8()
  if (has(STATUS)) value.status = readStatus(frame.uint16(bigEndian))
  return { ok: true, value }
}

function promisedBytes(flags: number): number {
  return (
    7 +
    (flags & TIME ? DATE_TIME_BYTES : 0) +
    (flags & PULSE ? 2 : 0) +
    (flags & USER ? 1 : 0) +
    (flags & STATUS ? 2 : 0)
  )
}

/**
 * Some Beurer meters send pulse and status big-endian, against the standard. A frame that follows the standard where
 * it can be read so is believed; a stray user's byte betrays the meter, so there big-endian is tried first.
 */
function isSwapped(raw: number, betrayed: boolean): boolean {
  const asSwapped = isPulse(sfloat(swapped(raw)))
  return asSwapped && (betrayed || !isPulse(sfloat(raw)))
}

function swapped(raw: number): number {
  return ((raw & 0xff) << 8) | (raw >> 8)
}

/** Per minute; wider than any heart, narrow enough to tell the byte order. */
function isPulse(value: number | null): boolean {
  return value !== null && value >= 20 && value <= 300
}

function readStatus(raw: number): BloodPressureStatus {
  return {
    movement: (raw & 0x01) !== 0,
    cuffLoose: (raw & 0x02) !== 0,
    irregularPulse: (raw & 0x04) !== 0,
    pulseRange: PULSE_RANGES[(raw >> 3) & 0x03] ?? 'unknown',
    improperPosition: (raw & 0x20) !== 0,
    raw,
  }
}
