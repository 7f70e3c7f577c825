import { cbc, cmac, ecb } from '@noble/ciphers/aes.js'

const BLOCK = 16
const ZERO_BLOCK = new Uint8Array(BLOCK)

/** AES-CMAC (RFC 4493) under a key of 16 bytes; 16 bytes. */
export function aesCmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  return cmac(message, aes128(key))
}

/** Whole blocks, chained from `iv` (zeroes if none is given), without padding: what tags encrypt has its length. */
export function aesCbcDecrypt(key: Uint8Array, data: Uint8Array, iv: Uint8Array = ZERO_BLOCK): Uint8Array {
  return cbc(aes128(key), iv, { disablePadding: true }).decrypt(data)
}

export function aesCbcEncrypt(key: Uint8Array, data: Uint8Array, iv: Uint8Array = ZERO_BLOCK): Uint8Array {
  return cbc(aes128(key), iv, { disablePadding: true }).encrypt(data)
}

/** One block by itself. */
export function aesBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  return ecb(aes128(key), { disablePadding: true }).encrypt(block)
}

/** Tags speak AES-128 only; a longer key would be taken silently and give other codes. */
function aes128(key: Uint8Array): Uint8Array {
  if (key.length !== BLOCK) throw new Error(`a key of a tag has ${BLOCK} bytes, this one ${key.length}`)
  return key
}
