/**
 * What an NTAG 424 DNA writes into its address by itself, each time it is read (AN12196 §3): `picc` its UID and counter
 * hidden together, or `uid` and `ctr` in plain; `enc` what its file holds, hidden; `tt` whether its tamper wire is
 * whole; `cmac` the code over all of it.
 */
const widths = { picc: 32, uid: 14, ctr: 6, tt: 2, cmac: 16 } as const
export type Place = keyof typeof widths | 'enc'

/** The query a tag opens, as it is kept with its keys. */
export interface TagConfig {
  /** With a place for each mirror: `picc_data={picc}&enc={enc}&cmac={cmac}`, or `m={uid}x{ctr}x{cmac}`. */
  query: string
  /** The code covers the query's text from this place up to the code; `cmac`: nothing (SDMMACInputOffset). */
  macFrom: Place
  /** What stands in `{enc}`: ASCII, a multiple of 16 characters; `{tt}` in it stands for two. null: no `{enc}`. */
  file: string | null
}

export type Piece = { text: string } | { place: Place }

/** A configuration that a tag can carry and that can be verified. */
export interface TagFormat {
  readonly hidden: boolean
  readonly pieces: readonly Piece[]
  readonly parameters: readonly { name: string; pieces: readonly Piece[] }[]
  readonly macFrom: Place
  /** Of the file before it is hidden; 0 without one. */
  readonly fileBytes: number
  readonly fileText: string
  /** Where the tamper wire is told; `at`: byte of the file. */
  readonly tamper: { in: 'query' } | { in: 'file'; at: number } | null
}

/** Why a configuration is none. */
export const tagConfigFaults = [
  'query-unreadable', // what an address cannot hold, or a place that no tag fills
  'place-twice',
  'parameter-unnamed', // a place where a name should be
  'parameter-twice',
  'mirror-missing', // neither {picc} nor both {uid} and {ctr}: without a counter a copy looks like a tap
  'mirror-both', // {picc} beside {uid} or {ctr}
  'mac-missing',
  'mac-from-nowhere', // the MAC begins at a place that is not there, or after the code
  'file-without-place', // a file and no {enc}, or the other way
  'file-length', // not ASCII, or no multiple of 16
  'file-uncovered', // {enc} outside what the code covers
  'tamper-uncovered', // {tt} outside what the code covers: anybody could write it
] as const
export type TagConfigFault = (typeof tagConfigFaults)[number]

/** What stands in a query as itself (RFC 3986 §3.4), without `+` and `%`, which are read as something else. */
const QUERY = /^[A-Za-z0-9._~!$'()*,;:@/?&=-]+$/
const BLOCK = 16

export function readTagConfig(
  config: TagConfig,
): { ok: true; format: TagFormat } | { ok: false; code: TagConfigFault } {
  const pieces = split(config.query)
  const fault = pieces === null ? 'query-unreadable' : faultOf(pieces, config)
  if (pieces === null || fault !== null) return { ok: false, code: fault ?? 'query-unreadable' }
  const at = config.file?.indexOf('{tt}') ?? -1
  const fileText = (config.file ?? '').replace('{tt}', '--')
  return {
    ok: true,
    format: {
      hidden: has(pieces, 'picc'),
      pieces,
      parameters: parametersOf(config.query),
      macFrom: config.macFrom,
      fileBytes: fileText.length,
      fileText,
      tamper: has(pieces, 'tt') ? { in: 'query' } : at >= 0 ? { in: 'file', at } : null,
    },
  }
}

/** Characters that a place takes in the address. */
export function widthOf(place: Place, { fileBytes }: Pick<TagFormat, 'fileBytes'>): number {
  return place === 'enc' ? 2 * fileBytes : widths[place]
}

/** The text under the code: what the tag wrote from where its MAC begins up to the code itself, separators and all. */
export function macInput({ pieces, macFrom }: TagFormat, mirrored: Partial<Record<Place, string>>): string {
  return pieces
    .slice(indexOf(pieces, macFrom), indexOf(pieces, 'cmac'))
    .map((piece) => ('text' in piece ? piece.text : (mirrored[piece.place] ?? '')))
    .join('')
}

function split(query: string): Piece[] | null {
  const parts = query.split(/\{(\w*)\}/)
  const pieces: Piece[] = []
  for (const [i, part] of parts.entries()) {
    if (i % 2 === 1) {
      if (!isPlace(part)) return null
      pieces.push({ place: part })
    } else if (part !== '') {
      if (!QUERY.test(part)) return null
      pieces.push({ text: part })
    }
  }
  return pieces
}

const isPlace = (name: string): name is Place => name === 'enc' || Object.hasOwn(widths, name)

const indexOf = (pieces: readonly Piece[], place: Place): number =>
  pieces.findIndex((piece) => 'place' in piece && piece.place === place)

const has = (pieces: readonly Piece[], place: Place): boolean => indexOf(pieces, place) >= 0

function parametersOf(query: string): TagFormat['parameters'] {
  return query.split('&').map((parameter) => {
    const [name = '', ...value] = parameter.split('=')
    return { name, pieces: split(value.join('=')) ?? [] }
  })
}

function faultOf(pieces: readonly Piece[], { query, macFrom, file }: TagConfig): TagConfigFault | null {
  const places = pieces.flatMap((piece) => ('place' in piece ? [piece.place] : []))
  if (new Set(places).size < places.length || (has(pieces, 'tt') && file?.includes('{tt}'))) return 'place-twice'
  const names = parametersOf(query).map(({ name }) => name)
  if (names.some((name) => name === '' || /[{}]/.test(name))) return 'parameter-unnamed'
  if (new Set(names).size < names.length) return 'parameter-twice'
  const plain = [has(pieces, 'uid'), has(pieces, 'ctr')]
  if (has(pieces, 'picc') && plain.includes(true)) return 'mirror-both'
  if (!has(pieces, 'picc') && plain.includes(false)) return 'mirror-missing'
  if (!has(pieces, 'cmac')) return 'mac-missing'
  if (!has(pieces, macFrom) || indexOf(pieces, macFrom) > indexOf(pieces, 'cmac')) return 'mac-from-nowhere'
  return fileFault(pieces, file) ?? coverFault(pieces, macFrom)
}

function fileFault(pieces: readonly Piece[], file: string | null): TagConfigFault | null {
  if (has(pieces, 'enc') !== (file !== null)) return 'file-without-place'
  if (file === null) return null
  const text = file.replace('{tt}', '--')
  return /^[ -z|~]+$/.test(text) && text.length % BLOCK === 0 ? null : 'file-length'
}

/** The tag itself insists that its code covers the hidden file (SDMMACInputOffset ≤ SDMENCOffset); we, the tamper wire. */
function coverFault(pieces: readonly Piece[], macFrom: Place): TagConfigFault | null {
  const covered = (place: Place): boolean =>
    !has(pieces, place) ||
    (indexOf(pieces, macFrom) <= indexOf(pieces, place) && indexOf(pieces, place) < indexOf(pieces, 'cmac'))
  if (!covered('enc')) return 'file-uncovered'
  return covered('tt') ? null : 'tamper-uncovered'
}
