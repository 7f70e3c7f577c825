/** IEEE 11073-20601: NaN, not at this resolution, +∞, −∞, reserved. Never numbers. */
const NO_NUMBERS = new Set([0x07ff, 0x0800, 0x07fe, 0x0802, 0x0801])

/**
 * A 16-bit SFLOAT: signed 4-bit exponent of ten, signed 12-bit mantissa. `shift` moves the decimal point on the way
 * (3: thousandths of the sender's unit), so that 0.0012 becomes 1.2 without a rounding in between.
 * Null for what is no number.
 */
export function sfloat(raw: number, shift = 0): number | null {
  if (NO_NUMBERS.has(raw)) return null
  const mantissa = ((raw & 0x0fff) << 20) >> 20
  const exponent = (((raw >> 12) << 28) >> 28) + shift
  return exponent < 0 ? mantissa / 10 ** -exponent : mantissa * 10 ** exponent
}
