import { bytesToHex, concatBytes } from '@noble/hashes/utils.js'
import { tagKeys } from './diversify.ts'
import { widthOf, type Piece, type Place, type TagFormat } from './tag-config.ts'

/** Where the tag writes its mirrors: bytes from the beginning of the NDEF file (NT4H2421Tx §11.7.1, table 69). */
export interface MirrorOffsets {
  PICCDataOffset?: number
  UIDOffset?: number
  SDMReadCtrOffset?: number
  TTStatusOffset?: number
  SDMMACInputOffset: number
  SDMENCOffset?: number
  /** Characters: twice the file's bytes. */
  SDMENCLength?: number
  SDMMACOffset: number
}

/** What is written into a tag: hex in capitals. */
export interface TagTemplate {
  /** The address with zeroes where the tag will write; what a phone app is told to write. */
  url: string
  /** The NDEF file (number 02), its length first. */
  ndef: string
  offsets: MirrorOffsets
  /** Data of ChangeFileSettings after the file's number, before it is encrypted. */
  fileSettings: string
}

/** Why no such tag can be written. */
export const tagTemplateFaults = [
  'base-url-unreadable', // not http(s), not ASCII, or with a query or fragment of its own
  'address-too-long', // for the tag's file
] as const
export type TagTemplateFault = (typeof tagTemplateFaults)[number]

/** The NDEF file of the tag as it is delivered. */
const FILE_BYTES = 256
/** NLEN, then a short URI record: header, type length, payload length, 'U', prefix (NFC Forum RTD URI). */
const BEFORE_ADDRESS = 7
/** An address up to its query (RFC 3986). */
const BASE = /^https?:\/\/[A-Za-z0-9._~!$'()*+,;:@/&=%[\]-]+$/
const prefixes = { 'https://': 0x04, 'http://': 0x03 } as const

/** What to write into an NTAG 424 DNA so that it opens `baseUrl` with this query, mirrors filled in. */
export function tagTemplate(
  format: TagFormat,
  baseUrl: string,
): { ok: true; template: TagTemplate } | { ok: false; code: TagTemplateFault } {
  const prefix = baseUrl.startsWith('https://') ? 'https://' : 'http://'
  if (!BASE.test(baseUrl) || !URL.canParse(baseUrl)) return { ok: false, code: 'base-url-unreadable' }
  const head = `${baseUrl.slice(prefix.length)}?`
  const { text, starts } = laid(format, head)
  const message = Uint8Array.of(0xd1, 0x01, text.length + 1, 0x55, prefixes[prefix])
  const file = concatBytes(
    message,
    Uint8Array.from(text, (letter) => letter.charCodeAt(0)),
  )
  if (file.length + 2 > FILE_BYTES) return { ok: false, code: 'address-too-long' }
  const offsets = offsetsOf(format, starts)
  return {
    ok: true,
    template: {
      url: prefix + text,
      ndef: capitals(concatBytes(Uint8Array.of(0, file.length), file)),
      offsets,
      fileSettings: capitals(fileSettings(offsets)),
    },
  }
}

/** The address with its places held free, and where each begins in the file. */
function laid(format: TagFormat, head: string): { text: string; starts: ReadonlyMap<Place, number> } {
  const starts = new Map<Place, number>()
  let text = head
  for (const piece of format.pieces) {
    if ('place' in piece) starts.set(piece.place, BEFORE_ADDRESS + text.length)
    text += held(piece, format)
  }
  return { text, starts }
}

/** The tag hides what stands in the first half of `enc`; the second half is only room for the result. */
function held(piece: Piece, format: TagFormat): string {
  if ('text' in piece) return piece.text
  const width = widthOf(piece.place, format)
  return piece.place === 'enc' ? format.fileText.padEnd(width, '0') : '0'.repeat(width)
}

function offsetsOf(format: TagFormat, starts: ReadonlyMap<Place, number>): MirrorOffsets {
  const at = (place: Place): number => {
    const start = starts.get(place)
    if (start === undefined) throw new Error(`a read configuration has {${place}}`)
    return start
  }
  const wire = format.tamper
  return {
    ...(format.hidden ? { PICCDataOffset: at('picc') } : { UIDOffset: at('uid'), SDMReadCtrOffset: at('ctr') }),
    ...(wire === null ? {} : { TTStatusOffset: wire.in === 'query' ? at('tt') : at('enc') + wire.at }),
    SDMMACInputOffset: at(format.macFrom),
    ...(starts.has('enc') ? { SDMENCOffset: at('enc'), SDMENCLength: widthOf('enc', format) } : {}),
    SDMMACOffset: at('cmac'),
  }
}

/** SDM and mirroring on, plain communication: phones read the file as it is. */
const FILE_OPTION = 0x40
/** Everybody reads; who holds key 0 writes and changes. Least significant byte first, like all that follows. */
const ACCESS_RIGHTS = [(tagKeys.master << 4) | tagKeys.master, 0xe0 | tagKeys.master]
const options = { uid: 0x80, counter: 0x40, file: 0x10, tamper: 0x08, ascii: 0x01 }
const IN_PLAIN = 0xe

function fileSettings(offsets: MirrorOffsets): Uint8Array {
  const meta = offsets.PICCDataOffset === undefined ? IN_PLAIN : tagKeys.metaRead
  // Asking the tag for its counter takes the key of its codes.
  const rights = [0xf0 | tagKeys.fileRead, (meta << 4) | tagKeys.fileRead]
  const sdm =
    options.uid |
    options.counter |
    (offsets.SDMENCOffset === undefined ? 0 : options.file) |
    (offsets.TTStatusOffset === undefined ? 0 : options.tamper) |
    options.ascii
  // In the order of table 69; what is not mirrored is left out.
  const inOrder = [
    offsets.UIDOffset,
    offsets.SDMReadCtrOffset,
    offsets.PICCDataOffset,
    offsets.TTStatusOffset,
    offsets.SDMMACInputOffset,
    offsets.SDMENCOffset,
    offsets.SDMENCLength,
    offsets.SDMMACOffset,
  ].filter((offset) => offset !== undefined)
  const three = (n: number): number[] => [n & 0xff, (n >> 8) & 0xff, (n >> 16) & 0xff]
  return Uint8Array.from([FILE_OPTION, ...ACCESS_RIGHTS, sdm, ...rights, ...inOrder.flatMap(three)])
}

const capitals = (bytes: Uint8Array): string => bytesToHex(bytes).toUpperCase()
