import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { expect, test } from 'vitest'
import { aesBlock, aesCbcDecrypt, aesCbcEncrypt, aesCmac } from './aes.ts'

const key = hexToBytes('2B7E151628AED2A6ABF7158809CF4F3C')
const message =
  '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51' +
  '30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710'

// RFC 4493 §4, examples 1 to 4.
test.each([
  [0, 'bb1d6929e95937287fa37d129b756746'],
  [16, '070a16b46b4d4144f79bdd9dd04a287c'],
  [40, 'dfa66747de9ae63030ca32611497c827'],
  [64, '51f0bebf7e3b9d92fc49741779363cfe'],
])('the CMAC of RFC 4493 over %i bytes', (length, mac) => {
  expect(bytesToHex(aesCmac(key, hexToBytes(message.slice(0, 2 * length))))).toBe(mac)
})

test('one block, and blocks in a chain, as NIST SP 800-38A has them (F.1.1, F.2.1)', () => {
  expect(bytesToHex(aesBlock(key, hexToBytes(message.slice(0, 32))))).toBe('3ad77bb40d7a3660a89ecaf32466ef97')
  const iv = hexToBytes('000102030405060708090a0b0c0d0e0f')
  const cipher = '7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2'
  expect(bytesToHex(aesCbcEncrypt(key, hexToBytes(message.slice(0, 64)), iv))).toBe(cipher)
  expect(bytesToHex(aesCbcDecrypt(key, hexToBytes(cipher), iv))).toBe(message.slice(0, 64))
})

test('a key that is not AES-128 is a fault of ours', () => {
  expect(() => aesCmac(new Uint8Array(32), new Uint8Array())).toThrow('16 bytes')
})
