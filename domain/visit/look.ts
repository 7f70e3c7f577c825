/** Columns and rows of the grey picture a look is taken from. */
export const LOOK_COLUMNS = 9
export const LOOK_ROWS = 8
export const LOOK_BITS = 64

/**
 * What a picture looks like, in 64 bits (difference hash): of each neighbouring pair in a row whether the right one is
 * brighter. Saving anew, other sizes and other brightness move few bits; another scene moves half of them.
 * @param grey 72 brightnesses, row by row, of the picture drawn 9 wide and 8 high; any one scale.
 * @returns 8 bytes, one a row, the leftmost pair in the highest bit.
 */
export function lookOf(grey: ArrayLike<number>): Uint8Array {
  if (grey.length !== LOOK_COLUMNS * LOOK_ROWS)
    throw new RangeError(`a look is taken from 72 values, not ${grey.length}`)
  const look = new Uint8Array(LOOK_ROWS)
  for (let row = 0; row < LOOK_ROWS; row++) {
    let bits = 0
    for (let column = 0; column < LOOK_COLUMNS - 1; column++) {
      const at = row * LOOK_COLUMNS + column
      bits = (bits << 1) | Number((grey[at + 1] ?? 0) > (grey[at] ?? 0))
    }
    look[row] = bits
  }
  return look
}

const ones = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length)

/** Bits in which two looks differ, 0 to 64 (Hamming distance). */
export function differingBits(a: Uint8Array, b: Uint8Array): number {
  let bits = 0
  for (let i = 0; i < LOOK_ROWS; i++) bits += ones[(a[i] ?? 0) ^ (b[i] ?? 0)] ?? 0
  return bits
}

/** Bits that are set: a picture of one colour has none or all. */
export function setBits(look: Uint8Array): number {
  return look.reduce((bits, byte) => bits + (ones[byte] ?? 0), 0)
}
