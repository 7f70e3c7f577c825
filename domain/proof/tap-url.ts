import type { SunMessage } from './sun.ts'
import { widthOf, type Piece, type Place, type TagFormat } from './tag-config.ts'

/** Why an address that a phone opened carries no message of this tag. */
export const tapUrlFaults = [
  'tap-url-unreadable', // no address at all
  'tap-parameter-missing',
  'tap-parameter-twice', // which of the two the tag wrote, nobody can say
  'tap-parameter-unreadable', // not what the tag's configuration says stands there
] as const
export type TapUrlFault = (typeof tapUrlFaults)[number]

export type TapUrl = { ok: true; message: SunMessage } | { ok: false; code: TapUrlFault }

/** Longest address looked at: a tag's own file holds 256 bytes, and what a messenger adds is short. */
const MAX_URL = 2048

/**
 * The message in the address a tag made a phone open. Parameters are found by their whole names, in any order; what a
 * messenger or browser added is left alone.
 */
export function readTapUrl(url: string, format: TagFormat): TapUrl {
  if (url.length > MAX_URL || !URL.canParse(url)) return { ok: false, code: 'tap-url-unreadable' }
  const { searchParams } = new URL(url)
  const mirrored: Partial<Record<Place, string>> = {}
  for (const { name, pieces } of format.parameters) {
    if (!pieces.some((piece) => 'place' in piece)) continue
    const [value, ...more] = searchParams.getAll(name)
    if (value === undefined) return { ok: false, code: 'tap-parameter-missing' }
    if (more.length > 0) return { ok: false, code: 'tap-parameter-twice' }
    const read = readValue(value, pieces, format)
    if (read === null) return { ok: false, code: 'tap-parameter-unreadable' }
    Object.assign(mirrored, read)
  }
  return { ok: true, message: messageOf(mirrored) }
}

/** A value that is one place is taken as it stands, so that its fault is told by name (`verifySun`). */
function readValue(value: string, pieces: readonly Piece[], format: TagFormat): Partial<Record<Place, string>> | null {
  const [only] = pieces
  if (only !== undefined && pieces.length === 1 && 'place' in only) return { [only.place]: value }
  const read: Partial<Record<Place, string>> = {}
  let at = 0
  for (const piece of pieces) {
    const width = 'text' in piece ? piece.text.length : widthOf(piece.place, format)
    const part = value.slice(at, at + width)
    if ('place' in piece) read[piece.place] = part
    else if (part !== piece.text) return null
    at += width
  }
  return at === value.length ? read : null
}

function messageOf({ picc, uid = '', ctr = '', cmac = '', enc, tt }: Partial<Record<Place, string>>): SunMessage {
  const rest = { cmac, ...(enc === undefined ? {} : { enc }), ...(tt === undefined ? {} : { tt }) }
  return picc === undefined ? { uid, ctr, ...rest } : { picc_data: picc, ...rest }
}
