/** What a cuff measured, in its own unit. */
export type Measurement = {
  systolic: number
  diastolic: number
  unit: 'mmHg' | 'kPa'
  pulse?: number
  /** User number of the cuff, 0 to 254. */
  user?: number
  irregular?: boolean
  motion?: boolean
  /** Device time; the frame carries local time without a zone. */
  atMs?: number
}

/**
 * IEEE 11073-20601 SFLOAT: 4 bits exponent, 12 bits mantissa, both signed, base ten, little-endian.
 * The smallest exponent that holds the value is taken, so 120 is 120e0 and 16.3 is 163e-1.
 */
export function sfloat(value: number): [number, number] {
  for (let exponent = -3; exponent <= 7; exponent++) {
    const scaled = value / 10 ** exponent
    const mantissa = Math.round(scaled)
    const exact = Math.abs(scaled - mantissa) < 1e-9 * Math.abs(scaled) || scaled === 0
    const tidy = exponent >= 0 || mantissa % 10 !== 0 // no trailing zero that a larger exponent would spare
    if (exact && tidy && mantissa >= -2046 && mantissa <= 2045) {
      const word = ((exponent & 0xf) << 12) | (mantissa & 0xfff)
      return [word & 0xff, word >> 8]
    }
  }
  throw new RangeError(`${value} does not fit an SFLOAT`)
}

/** Characteristic 2A35, Blood Pressure Measurement (Bluetooth SIG, GATT Specification Supplement), as hex. */
export function bloodPressureFrame(m: Measurement, zoneMs = 8 * 3_600_000): string {
  const hasStatus = m.irregular === true || m.motion === true
  const flags =
    (m.unit === 'kPa' ? 0x01 : 0) |
    (m.atMs === undefined ? 0 : 0x02) |
    (m.pulse === undefined ? 0 : 0x04) |
    (m.user === undefined ? 0 : 0x08) |
    (hasStatus ? 0x10 : 0)
  const step = m.unit === 'kPa' ? 0.1 : 1
  const mean = Math.round((m.diastolic + (m.systolic - m.diastolic) / 3) / step) / (1 / step)
  const bytes = [flags, ...sfloat(m.systolic), ...sfloat(m.diastolic), ...sfloat(mean)]
  if (m.atMs !== undefined) bytes.push(...dateTime(m.atMs + zoneMs))
  if (m.pulse !== undefined) bytes.push(...sfloat(m.pulse))
  if (m.user !== undefined) bytes.push(m.user)
  // Measurement Status: bit 0 body movement, bit 2 irregular pulse; 16 bits, little-endian.
  if (hasStatus) bytes.push((m.motion ? 0x01 : 0) | (m.irregular ? 0x04 : 0), 0)
  return Buffer.from(bytes).toString('hex')
}

/** A strip's result, in its own unit. */
export type StripResult = {
  value: number
  unit: 'mmol/L' | 'mg/dL'
  /** Counts the meter's measurements; two bytes. */
  sequence: number
  atMs?: number
}

/** Molar mass of glucose as meters reckon it: 1 mmol/L is 180.16 mg/L. */
const kgPerMmol = 180.16 / 1e6
/** Capillary whole blood, from a finger. */
const sampleOfFinger = 0x11

/** Characteristic 2A18, Glucose Measurement: base time, concentration with type and location, as hex. */
export function glucoseFrame(m: StripResult, zoneMs = 8 * 3_600_000): string {
  const molar = m.unit === 'mmol/L'
  const flags = 0x02 | (molar ? 0x04 : 0)
  // In mol/L or kg/L; a strip resolves 0.1 mmol/L or 1 mg/dL, that is 1e-4 mol/L or 1e-5 kg/L.
  const concentration = molar ? sfloatAt(m.value / 1_000, -4) : sfloatAt(m.value / 100_000, -5)
  const bytes = [flags, m.sequence & 0xff, (m.sequence >> 8) & 0xff, ...dateTime((m.atMs ?? 0) + zoneMs)]
  bytes.push(...concentration, sampleOfFinger)
  return Buffer.from(bytes).toString('hex')
}

/** The same blood in the other unit, as a meter rounds it. */
export function asMgPerDl(mmolPerL: number): number {
  return Math.round(mmolPerL * kgPerMmol * 1e5)
}

/** An SFLOAT whose exponent the meter's resolution fixes. */
function sfloatAt(value: number, exponent: number): [number, number] {
  const mantissa = Math.round(value / 10 ** exponent)
  if (mantissa < -2046 || mantissa > 2045) throw new RangeError(`${value} does not fit an SFLOAT`)
  const word = ((exponent & 0xf) << 12) | (mantissa & 0xfff)
  return [word & 0xff, word >> 8]
}

/** The Date Time characteristic (2A08): year in two bytes, then month, day, hour, minute, second. */
function dateTime(localMs: number): number[] {
  const d = new Date(localMs)
  const year = d.getUTCFullYear()
  const clock = [d.getUTCHours(), d.getUTCMinutes(), d.getUTCSeconds()]
  return [year & 0xff, year >> 8, d.getUTCMonth() + 1, d.getUTCDate(), ...clock]
}
