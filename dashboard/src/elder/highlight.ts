import { digitsOf, wordsOf } from '@anju/domain/elder/name'

export type Piece = { text: string; hit: boolean }

/** A text in pieces, those marked that a search hit: its words, or its digits within a telephone number. */
export function highlight(text: string, search: string): Piece[] {
  const low = text.toLowerCase()
  const hits: [number, number][] = []
  for (const word of wordsOf(search)) {
    const at = low.indexOf(word)
    if (at >= 0) hits.push([at, at + word.length])
  }
  const digits = digitsOf(search)
  if (digits.length >= 2 && hits.length === 0) {
    const found = withinDigits(text, digits)
    if (found) hits.push(found)
  }
  return pieces(text, hits)
}

/** Where a number stands that is written in groups: '138 0013' holds '80'. */
function withinDigits(text: string, digits: string): [number, number] | null {
  const places = [...text].flatMap((sign, at) => (/\d/.test(sign) ? [at] : []))
  const start = places
    .map((at) => text[at])
    .join('')
    .indexOf(digits)
  if (start < 0) return null
  return [places[start] ?? 0, (places[start + digits.length - 1] ?? 0) + 1]
}

function pieces(text: string, hits: readonly [number, number][]): Piece[] {
  const found: Piece[] = []
  let at = 0
  for (const [from, to] of hits.toSorted((a, b) => a[0] - b[0])) {
    if (from < at) continue
    if (from > at) found.push({ text: text.slice(at, from), hit: false })
    found.push({ text: text.slice(from, to), hit: true })
    at = to
  }
  if (at < text.length) found.push({ text: text.slice(at), hit: false })
  return found
}
