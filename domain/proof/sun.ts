import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import { equalBytes } from '@noble/ciphers/utils.js'
import { aesBlock, aesCbcDecrypt, aesCmac } from './aes.ts'
import { macInput, widthOf, type Place, type TagFormat } from './tag-config.ts'
import { tamperOf, type Tamper } from './tamper.ts'

/** A Secure Unique NFC message as phones and readers pass it on: hex; the counter in plain is most significant first. */
export type SunMessage =
  | { picc_data: string; cmac: string; enc?: string; tt?: string }
  | { uid: string; ctr: string; cmac: string; enc?: string; tt?: string }

/** 16 bytes each. `metaRead` opens hidden UIDs and may be null where none is hidden; `fileRead` makes the code. */
export interface SunKeys {
  metaRead: Uint8Array | null
  fileRead: Uint8Array
}

/** Why a message proves nothing. */
export const sunRefusals = [
  'sun-other-format', // a hidden UID where this tag shows it, file data it does not send, or lacking what it sends
  'sun-not-hex',
  'sun-wrong-length',
  'sun-picc-unreadable', // opened with this key it is no PICCData: another area's tag, or altered
  'sun-mac-mismatch',
  'sun-without-uid', // rightly coded, but by a tag that does not say which it is
  'sun-without-counter', // rightly coded, but the same each time: a copy could not be told from a tap
  'sun-tamper-unreadable', // rightly coded, but this tag does not tell its wire where its configuration says
] as const
export type SunRefusal = (typeof sunRefusals)[number]

export type SunVerdict =
  /** `uid`: 14 capital hex digits. `tamper`: null where the tag has no wire. */
  | { ok: true; uid: string; counter: number; fileData: Uint8Array | null; tamper: Tamper | null }
  | { ok: false; code: SunRefusal }

/**
 * Whether a tag with these keys wrote this message, and what it says (AN12196 §3.4). It says nothing about when:
 * a message that was copied and kept verifies for ever. Whether its counter is new is judged by `judgeCounter`.
 */
export function verifySun(message: SunMessage, keys: SunKeys, format: TagFormat): SunVerdict {
  const mirrored = mirrors(message)
  const fault = faultOf(mirrored, format)
  if (fault !== null) return { ok: false, code: fault }
  const picc = format.hidden ? readPicc(mirrored.picc ?? '', keys.metaRead) : plainPicc(mirrored)
  if (picc === null) return { ok: false, code: 'sun-picc-unreadable' }
  const sessionKey = aesCmac(keys.fileRead, sessionVector(FOR_MAC, picc))
  const code = odd(aesCmac(sessionKey, ascii(macInput(format, mirrored))))
  if (!equalBytes(code, hexToBytes(mirrored.cmac ?? ''))) return { ok: false, code: 'sun-mac-mismatch' }
  if (picc.uid === null) return { ok: false, code: 'sun-without-uid' }
  if (picc.counter === null) return { ok: false, code: 'sun-without-counter' }
  const fileData = mirrored.enc === undefined ? null : openFile(mirrored.enc, picc, keys.fileRead)
  const tamper = format.tamper === null ? null : tamperOf(format.tamper, mirrored.tt ?? null, fileData)
  if (tamper === 'unreadable') return { ok: false, code: 'sun-tamper-unreadable' }
  return { ok: true, uid: hexOf(picc.uid), counter: numberOf(picc.counter), fileData, tamper }
}

/**
 * Which tag says it wrote this message, so that its keys can be found. Nothing is proved by it. Null when unreadable
 * or without a UID.
 */
export function claimedUid(message: SunMessage, metaRead: Uint8Array | null): string | null {
  const { picc, uid } = mirrors(message)
  const text = picc ?? uid ?? ''
  if (!/^[0-9A-F]+$/.test(text) || text.length !== widthOf(picc === undefined ? 'uid' : 'picc', { fileBytes: 0 }))
    return null
  if (picc === undefined) return text
  const opened = readPicc(picc, metaRead)?.uid
  return opened ? hexOf(opened) : null
}

/** As bytes, the counter least significant first, as both go into the code. */
interface Picc {
  uid: Uint8Array | null
  counter: Uint8Array | null
}

/** Tags write capital digits and code them so; a reader that wrote them small changed nothing. */
function mirrors(message: SunMessage): Partial<Record<Place, string>> {
  const hidden = 'picc_data' in message
  const hex = hidden ? { picc: message.picc_data } : { uid: message.uid, ctr: message.ctr }
  const { cmac, enc, tt } = message
  return {
    ...Object.fromEntries(
      Object.entries({ ...hex, cmac, ...(enc === undefined ? {} : { enc }) }).map(([k, v]) => [k, v.toUpperCase()]),
    ),
    ...(tt === undefined ? {} : { tt }),
  }
}

function faultOf(mirrored: Partial<Record<Place, string>>, format: TagFormat): SunRefusal | null {
  const expected = format.pieces.flatMap((piece) => ('place' in piece ? [piece.place] : []))
  const given = Object.keys(mirrored)
  if (given.length !== expected.length || expected.some((place) => mirrored[place] === undefined))
    return 'sun-other-format'
  const hex = expected.filter((place) => place !== 'tt')
  if (hex.some((place) => !/^[0-9A-F]*$/.test(mirrored[place] ?? ''))) return 'sun-not-hex'
  if (expected.some((place) => mirrored[place]?.length !== widthOf(place, format))) return 'sun-wrong-length'
  return null
}

const HAS_UID = 0x80
const HAS_COUNTER = 0x40
const UID_BYTES = 7
const COUNTER_BYTES = 3

/** PICCData opened: a tag byte, [UID], [counter], then random bytes (AN12196 §3.4). Null if that is not what it is. */
function readPicc(picc: string, metaRead: Uint8Array | null): Picc | null {
  if (metaRead === null) throw new Error('a hidden UID is opened with the key SDMMetaRead')
  const data = aesCbcDecrypt(metaRead, hexToBytes(picc))
  const tag = data[0] ?? 0
  const uidBytes = tag & HAS_UID ? UID_BYTES : 0
  if ((tag & ~(HAS_UID | HAS_COUNTER)) !== uidBytes || tag === 0) return null
  const afterUid = 1 + uidBytes
  return {
    uid: uidBytes ? data.slice(1, afterUid) : null,
    counter: tag & HAS_COUNTER ? data.slice(afterUid, afterUid + COUNTER_BYTES) : null,
  }
}

const plainPicc = ({ uid = '', ctr = '' }: Partial<Record<Place, string>>): Picc => ({
  uid: hexToBytes(uid),
  counter: hexToBytes(ctr).reverse(),
})

const FOR_FILE = hexToBytes('c33c00010080')
const FOR_MAC = hexToBytes('3cc300010080')
const VECTOR_BYTES = 16

/** SV1 and SV2: what is common, then what the tag mirrors, filled with zeroes to a block. */
function sessionVector(label: Uint8Array, { uid, counter }: Picc): Uint8Array {
  const vector = new Uint8Array(VECTOR_BYTES)
  vector.set(concatBytes(label, uid ?? new Uint8Array(), counter ?? new Uint8Array()))
  return vector
}

/** Half of a CMAC is sent: bytes 1, 3, 5 … 15. */
const odd = (mac: Uint8Array): Uint8Array => mac.filter((_, i) => i % 2 === 1)

function openFile(enc: string, picc: Picc, fileRead: Uint8Array): Uint8Array {
  const sessionKey = aesCmac(fileRead, sessionVector(FOR_FILE, picc))
  const start = new Uint8Array(VECTOR_BYTES)
  start.set(picc.counter ?? [])
  return aesCbcDecrypt(sessionKey, hexToBytes(enc), aesBlock(sessionKey, start))
}

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0))
const hexOf = (bytes: Uint8Array): string => bytesToHex(bytes).toUpperCase()
const numberOf = (counter: Uint8Array): number => counter.reduceRight((sum, byte) => sum * 256 + byte, 0)
