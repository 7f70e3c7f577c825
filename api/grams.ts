/**
 * What of `grams` (see the migration) a text must have to hold this word: its pairs of signs, or the one sign. In small
 * letters, as the database makes them; what has them all may still not hold the word.
 */
export function gramsOf(word: string): string[] {
  const signs = [...word.toLowerCase()]
  if (signs.length < 2) return signs
  return [...new Set(signs.slice(1).map((sign, at) => `${signs[at] ?? ''}${sign}`))]
}

/** LIKE's own signs are meant as they are. */
export const literal = (text: string): string => text.replace(/[\\%_]/g, '\\$&')
