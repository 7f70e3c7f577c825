import { hexToBytes } from '@noble/hashes/utils.js'
import { decodeBloodPressure } from './gatt/blood-pressure.ts'
import { decodeGlucose } from './gatt/glucose.ts'
import { plausiblePressure, within } from './plausible.ts'
import type { RejectionCode } from './rejection.ts'
import type { Gatt, Reading } from './schema.ts'

export type ReadingKind = 'blood-pressure' | 'glucose' | 'spo2' | 'weight' | 'temperature'

/** A reading in the platform's units: mmHg, mmol/L, %, kg, Cel; pulse per minute. */
export interface Measurement {
  kind: ReadingKind
  plausible: boolean
  systolic: number | null
  diastolic: number | null
  pulse: number | null
  value: number | null
  meal: string | null
  userNumber: number | null
  irregular: boolean | null
  motion: boolean | null
}

/** ISO 80000-4: 1 mmHg = 133.322 387 415 Pa. */
const MMHG_PER_KPA = 1000 / 133.322387415
/** Molar mass of glucose 180.16 g/mol: 18.016 mg/dL to 1 mmol/L. */
const MGDL_PER_MMOLL = 18.016

const nothing = {
  systolic: null,
  diastolic: null,
  pulse: null,
  value: null,
  meal: null,
  userNumber: null,
  irregular: null,
  motion: null,
}

export type Measured = { ok: true; measurement: Measurement } | { ok: false; code: RejectionCode }

/** Normalises a reading that fits the schema. A value that cannot be so is kept and marked not plausible. */
export function measure(reading: Reading): Measured {
  const userNumber = reading.user ?? null
  switch (reading.kind) {
    case 'blood-pressure': {
      const factor = reading.unit === 'kPa' ? MMHG_PER_KPA : 1
      return pressure({
        systolic: reading.systolic * factor,
        diastolic: reading.diastolic * factor,
        pulse: reading.pulse ?? null,
        userNumber,
        irregular: reading.irregular ?? null,
        motion: reading.motion ?? null,
      })
    }
    case 'glucose':
      return single('glucose', reading.unit === 'mg/dL' ? reading.value / MGDL_PER_MMOLL : reading.value, {
        userNumber,
        meal: reading.meal ?? null,
      })
    case 'spo2': {
      const pulse = reading.pulse ?? null
      const measured = single('spo2', reading.value, { userNumber, pulse })
      if (pulse !== null && !within('pulse', pulse)) measured.measurement.plausible = false
      return measured
    }
    case 'weight':
      return single('weight', reading.value, { userNumber })
    case 'temperature':
      return single('temperature', reading.value, { userNumber })
    case 'gatt':
      return gatt(reading)
  }
}

function pressure(
  fields: Pick<Measurement, 'systolic' | 'diastolic' | 'pulse' | 'userNumber' | 'irregular' | 'motion'>,
): Measured {
  const systolic = rounded(fields.systolic)
  const diastolic = rounded(fields.diastolic)
  const plausible = plausiblePressure(systolic, diastolic, fields.pulse)
  return { ok: true, measurement: { ...nothing, ...fields, kind: 'blood-pressure', systolic, diastolic, plausible } }
}

function single(
  kind: Exclude<ReadingKind, 'blood-pressure'>,
  raw: number,
  fields: Partial<Pick<Measurement, 'pulse' | 'meal' | 'userNumber'>>,
): { ok: true; measurement: Measurement } {
  const value = rounded(raw)
  return { ok: true, measurement: { ...nothing, ...fields, kind, value, plausible: within(kind, value) } }
}

/** A Bluetooth frame as it came (GATT Specification Supplement: 2A35, 2A18). */
function gatt(reading: Gatt): Measured {
  const bytes = hexToBytes(reading.hex)
  switch (reading.characteristic.toUpperCase()) {
    case '2A35': {
      const frame = decodeBloodPressure(bytes)
      if (!frame.ok) return { ok: false, code: 'gatt-too-short' }
      const { unit, systolic, diastolic, pulse, user, status } = frame.value
      const factor = unit === 'kPa' ? MMHG_PER_KPA : 1
      return pressure({
        systolic: systolic === null ? null : systolic * factor,
        diastolic: diastolic === null ? null : diastolic * factor,
        pulse: pulse ?? null,
        userNumber: user ?? reading.user ?? null,
        irregular: status?.irregularPulse ?? null,
        motion: status?.movement ?? null,
      })
    }
    case '2A18': {
      const frame = decodeGlucose(bytes)
      if (!frame.ok) return { ok: false, code: 'gatt-too-short' }
      if (frame.value.controlSolution) return { ok: false, code: 'gatt-control-solution' }
      if (frame.value.value === null) return { ok: false, code: 'gatt-no-value' }
      return single('glucose', frame.value.value, { userNumber: reading.user ?? null })
    }
    default:
      return { ok: false, code: 'gatt-unknown' }
  }
}

/** Two decimals: more than any meter shows, and 18.9 kPa does not become 141.76166 mmHg. */
function rounded(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : Math.round(value * 100) / 100
}
