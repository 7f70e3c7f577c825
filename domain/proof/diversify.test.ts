import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aesCmac } from './aes.ts'
import { diversify, keyOfTag, metaKeyOfArea } from './diversify.ts'

const key = hexToBytes('00112233445566778899AABBCCDDEEFF')

test.each([
  ['04782E21801D803042F54E585020416275', 'a8dd63a3b89d54b37ca802473fda9175'], // AN10922's example
  ['00010203040506', 'e8b7f67c78c34af1446e331ef7e6d3ff'], // short: one block would hold it, two are filled
])('%s gives the published key', (input, expected) => {
  expect(bytesToHex(diversify(key, hexToBytes(input)))).toBe(expected)
})

test('from 16 bytes of input on it is the CMAC of 01 and the input; below it is not', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 31 }), (input) => {
      const plain = aesCmac(key, Uint8Array.of(1, ...input))
      expect(bytesToHex(diversify(key, input)) === bytesToHex(plain)).toBe(input.length >= 16)
    }),
  )
})

test('nothing and too much are faults of ours', () => {
  expect(() => diversify(key, new Uint8Array())).toThrow('1 to 31')
  expect(() => diversify(key, new Uint8Array(32))).toThrow('1 to 31')
})

test('two tags, two purposes and two areas share no key', () => {
  const other = hexToBytes('ffeeddccbbaa99887766554433221100')
  const keys = [key, other].flatMap((area) => [
    metaKeyOfArea(area),
    ...['04DE5F1EACC040', '04958CAA5C5E80'].flatMap((uid) => [
      keyOfTag(area, uid, 'master'),
      keyOfTag(area, uid, 'fileRead'),
    ]),
  ])
  expect(new Set(keys.map(bytesToHex)).size).toBe(10)
})

test('a tag keeps its keys: those written into real tags must be found again', () => {
  expect(bytesToHex(keyOfTag(key, '04DE5F1EACC040', 'fileRead'))).toBe('da8cb52e1f0592f6eef760aac8788c3b')
  expect(bytesToHex(keyOfTag(key, '04DE5F1EACC040', 'master'))).toBe('c1fbf56b349b1eef1bd3a49f57007f66')
  expect(bytesToHex(metaKeyOfArea(key))).toBe('bbbcb3dd3ef50e40daa90012edfadae4')
})
