const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const checks = '10X98765432'

/**
 * A resident identity number (公民身份号码, GB 11643-1999): six digits of region, eight of birth date, three of
 * sequence and a check digit by ISO 7064 MOD 11-2. Answers it in its written form (a capital X), or null.
 */
export function parseIdNumber(text: string): string | null {
  const id = text.trim().toUpperCase()
  if (!/^[1-9]\d{16}[\dX]$/.test(id)) return null
  const sum = weights.reduce((total, weight, at) => total + weight * Number(id[at]), 0)
  if (checks[sum % 11] !== id[17]) return null
  const day = `${id.slice(6, 10)}-${id.slice(10, 12)}-${id.slice(12, 14)}`
  // A day that does not exist, such as 30 February, comes back as another.
  const date = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day) ? id : null
}

/** As screens show it: the region and the last two, so that a person can compare and nobody can copy. */
export function maskIdNumber(id: string): string {
  return `${id.slice(0, 6)}${'*'.repeat(10)}${id.slice(16)}`
}
