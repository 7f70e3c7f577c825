import { concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import { aesBlock, aesCbcEncrypt } from './aes.ts'

/** Constant before the diversification input of an AES-128 key (AN10922 §2.2). */
const AES128 = 0x01
const BLOCK = 16
const MAX_INPUT = 31

/**
 * The key of one tag from the key of many (AN10922, AES-128). `input`: 1 to 31 bytes that are this tag's alone.
 * Not plain CMAC: the message always fills two blocks, even where one would hold it.
 */
export function diversify(key: Uint8Array, input: Uint8Array): Uint8Array {
  if (input.length < 1 || input.length > MAX_INPUT) throw new Error(`AN10922 diversifies by 1 to ${MAX_INPUT} bytes`)
  const message = concatBytes(Uint8Array.of(AES128), input)
  const whole = message.length === 2 * BLOCK
  const padded = new Uint8Array(2 * BLOCK)
  padded.set(message)
  if (!whole) padded[message.length] = 0x80
  const once = doubled(aesBlock(key, new Uint8Array(BLOCK)))
  const last = whole ? once : doubled(once)
  for (const [i, byte] of last.entries()) padded[BLOCK + i] = (padded[BLOCK + i] ?? 0) ^ byte
  return aesCbcEncrypt(key, padded).slice(BLOCK)
}

/** Twice a block in GF(2^128): how the keys for the last block are made (RFC 4493 §2.3). */
function doubled(block: Uint8Array): Uint8Array {
  const twice = block.map((byte, i) => (byte << 1) | ((block[i + 1] ?? 0) >> 7))
  if ((block[0] ?? 0) & 0x80) twice[BLOCK - 1] = (twice[BLOCK - 1] ?? 0) ^ 0x87
  return twice
}

/** Which key of a tag: 0 lets whoever holds it change the tag, 1 makes its codes, 2 hides its UID (AN12196's numbering). */
export const tagKeys = { master: 0, fileRead: 1, metaRead: 2 } as const
export type TagKey = keyof typeof tagKeys

/** The NDEF application on the tag, by its name (NFC Forum Type 4 Tag). */
const APPLICATION = hexToBytes('d2760000850101')

/**
 * A key of the tag with this UID (14 hex). The UID, the application and the key's number make it this tag's and this
 * purpose's alone, so that a key that leaks from one tag opens no other.
 */
export function keyOfTag(areaKey: Uint8Array, uid: string, which: Exclude<TagKey, 'metaRead'>): Uint8Array {
  return diversify(areaKey, concatBytes(hexToBytes(uid), APPLICATION, Uint8Array.of(tagKeys[which])))
}

/**
 * The key that hides the UIDs of an area's tags: one for all of them, for the UID is not known before it is read with
 * it. It proves nothing; who has it learns which tag was tapped.
 */
export function metaKeyOfArea(areaKey: Uint8Array): Uint8Array {
  return diversify(areaKey, concatBytes(APPLICATION, Uint8Array.of(tagKeys.metaRead)))
}
