/** A mobile number of mainland China: eleven digits from 13 to 19. */
const MOBILE = /^1[3-9]\d{9}$/
/** An area code (区号): 010, 02x, or four digits from 03 to 09; what follows is the local number of 7 or 8 digits. */
const LANDLINE = /^(010|02\d|0[3-9]\d{2})(\d{7,8})$/
/** E.164 has at most 15 digits; three is an extension or a service number such as 120. */
const MIN_DIGITS = 3
const MAX_DIGITS = 16

/**
 * A number as an exchange, a person or a telephone writes it, as it is compared and kept: digits as dialled within
 * China, with the area code's 0 and without +86; other countries' with their +. null when there is none: withheld,
 * `anonymous`, or no number at all.
 */
export function readNumber(text: string): string | null {
  const plain = text.normalize('NFKC').trim()
  // SIP names a caller as `"Name" <sip:0731…@host>`.
  const bare = (/<([^>]*)>/.exec(plain)?.[1] ?? plain).replace(/^(sips?|tel):/i, '').split(/[@;]/)[0] ?? ''
  const compact = bare.replace(/[\s().–-]/g, '')
  if (!/^\+?\d+$/.test(compact)) return null
  const digits = domestic(compact)
  const length = digits.replace('+', '').length
  return length >= MIN_DIGITS && length <= MAX_DIGITS ? digits : null
}

function domestic(compact: string): string {
  const abroad = compact.replace(/^00(?=[1-9])/, '+')
  if (!abroad.startsWith('+')) {
    // 0 before a mobile of another city, and 86 without its +, are how exchanges write what they were given.
    const rest = abroad.replace(/^(0|86)(?=1[3-9]\d{9}$)/, '')
    return rest
  }
  if (!abroad.startsWith('+86')) return abroad
  const rest = abroad.slice(3)
  // +86 drops the area code's 0.
  return MOBILE.test(rest) || rest.startsWith('0') || rest.length < 9 ? rest : `0${rest}`
}

/** How a stored number may be written that is this one: whole, or without the area code its own village leaves out. */
export interface SameNumber {
  whole: string[]
  /** A local number without its area code; what ends so may be the same. */
  endsWith: string | null
}

/** Ways to find `number`, as `readNumber` gave it, among numbers kept as digits alone. */
export function sameNumbers(number: string): SameNumber {
  const digits = number.replace('+', '')
  const local = LANDLINE.exec(digits)?.[2]
  return {
    whole: local === undefined ? [digits] : [digits, local],
    endsWith: /^[2-8]\d{6,7}$/.test(digits) ? digits : null,
  }
}

/** The last four digits, by which people tell calls apart where the number itself is not shown. */
export function tailOf(number: string): string {
  return number.slice(-4)
}
