import { addMinutes, DATE_TIME_BYTES, readDateTime, type MeterTime } from './date-time.ts'
import { Frame } from './frame.ts'
import { sfloat } from './sfloat.ts'

export interface GlucoseFrame {
  sequence: number
  /** Base time and offset added; absent when the meter's clock is no time. */
  at?: MeterTime
  /** mmol/L; null when the frame carries no number. */
  value: number | null
  /** As sent: 1 kg/L is 100,000 mg/dL, 1 mol/L is 1,000 mmol/L. */
  raw?: { value: number | null; unit: 'kg/L' | 'mol/L' }
  /** GATT Specification Supplement: 1 capillary whole blood … 10 control solution. */
  sampleType?: number
  /** 1 finger, 2 alternate site, 3 earlobe, 4 control solution, 15 not available. */
  location?: number
  /** Not the elder's blood. */
  controlSolution: boolean
  /** Sensor Status Annunciation, as sent. */
  status?: number
  contextFollows: boolean
}

export type DecodedGlucose = { ok: true; value: GlucoseFrame } | { ok: false; code: 'gatt-too-short' }

const OFFSET = 0x01
const CONCENTRATION = 0x02
const MOL_PER_LITRE = 0x04
const STATUS = 0x08
const CONTEXT = 0x10

const CONTROL_SOLUTION = 10
const GRAMS_PER_MOL = 180.16
const OFFSET_UNKNOWN = [0x7fff, -0x8000] // overrun and underrun

/** Glucose Measurement (2A18): flags, sequence, base time, then what the flags promise. */
export function decodeGlucose(bytes: Uint8Array): DecodedGlucose {
  const flags = bytes[0]
  if (flags === undefined || bytes.length < promisedBytes(flags)) return { ok: false, code: 'gatt-too-short' }
  const frame = new Frame(bytes.subarray(1))
  const sequence = frame.uint16()
  const base = readDateTime(frame)
  const offset = flags & OFFSET ? frame.int16() : 0
  const at = base && !OFFSET_UNKNOWN.includes(offset) ? addMinutes(base, offset) : undefined
  const concentration = flags & CONCENTRATION ? readConcentration(frame, (flags & MOL_PER_LITRE) !== 0) : nothing
  return {
    ok: true,
    value: {
      sequence,
      ...(at && { at }),
      ...concentration,
      ...(flags & STATUS ? { status: frame.uint16() } : {}),
      contextFollows: (flags & CONTEXT) !== 0,
    },
  }
}

function promisedBytes(flags: number): number {
  return 3 + DATE_TIME_BYTES + (flags & OFFSET ? 2 : 0) + (flags & CONCENTRATION ? 3 : 0) + (flags & STATUS ? 2 : 0)
}

type Concentration = Pick<GlucoseFrame, 'value' | 'raw' | 'sampleType' | 'location' | 'controlSolution'>

const nothing: Concentration = { value: null, controlSolution: false }

function readConcentration(frame: Frame, molar: boolean): Concentration {
  const bits = frame.uint16()
  const place = frame.uint8()
  const sampleType = place & 0x0f
  const milligrams = sfloat(bits, 6) // mg/L
  return {
    value: molar ? sfloat(bits, 3) : milligrams === null ? null : milligrams / GRAMS_PER_MOL,
    raw: { value: sfloat(bits), unit: molar ? 'mol/L' : 'kg/L' },
    sampleType,
    location: place >> 4,
    controlSolution: sampleType === CONTROL_SOLUTION,
  }
}
