const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const checks = '10X98765432'

/**
 * A resident identity number (公民身份号码, GB 11643-1999): six digits of region, eight of birth date, three of
 * sequence and a check digit by ISO 7064 MOD 11-2. Answers it in its written form (a capital X), or null.
 */
export function parseIdNumber(text: string): string | null {
  return readIdNumber(text)?.id ?? null
}

/**
 * As `parseIdNumber`, and whether it was given in the 15 digits of before 1999 (GB 11643-1989), which had two for the
 * year, always of the 1900s, and no check digit.
 */
export function readIdNumber(text: string): { id: string; converted: boolean } | null {
  // People write it in groups, and telephones type digits of full width.
  const given = text.normalize('NFKC').replace(/[\s-]/g, '').toUpperCase()
  const converted = /^[1-9]\d{14}$/.test(given)
  const id = converted ? withCheck(`${given.slice(0, 6)}19${given.slice(6)}`) : given
  if (!/^[1-9]\d{16}[\dX]$/.test(id) || withCheck(id.slice(0, 17)) !== id) return null
  const day = birthDayOf(id)
  // A day that does not exist, such as 30 February, comes back as another.
  const date = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day) ? { id, converted } : null
}

function withCheck(seventeen: string): string {
  const sum = weights.reduce((total, weight, at) => total + weight * Number(seventeen[at]), 0)
  return seventeen + checks[sum % 11]
}

/** 'YYYY-MM-DD', of a number that was read. */
export function birthDayOf(id: string): string {
  return `${id.slice(6, 10)}-${id.slice(10, 12)}-${id.slice(12, 14)}`
}

/** The sequence is odd for men and even for women. */
export function sexOfIdNumber(id: string): 'female' | 'male' {
  return Number(id[16]) % 2 === 1 ? 'male' : 'female'
}

/** As screens show it: the region and the last two, so that a person can compare and nobody can copy. */
export function maskIdNumber(id: string): string {
  return `${id.slice(0, 6)}${'*'.repeat(10)}${id.slice(16)}`
}
