import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { ed25519 } from '@noble/curves/ed25519.js'
import { describe, expect, it } from 'vitest'
import { isSigned, lastWholeDay, publicKeyOf, rootOf, signRoot } from './root.ts'

const secretKey = new Uint8Array(32).fill(7)
const publicKey = publicKeyOf(secretKey)
const heads = ['0b', '0a', '0c'].map((elderId, n) => ({ elderId, n: n + 1, hash: new Uint8Array(32).fill(n) }))

describe("a day's root", () => {
  it('Ed25519 is that of RFC 8032 §7.1, test 2', () => {
    const secret = hexToBytes('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb')
    expect(bytesToHex(ed25519.sign(Uint8Array.of(0x72), secret))).toBe(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
        '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    )
  })

  it('does not depend on the order in which heads are given', () => {
    expect(rootOf('2026-11-22', heads)).toEqual(rootOf('2026-11-22', heads.toReversed()))
  })

  it('is signed with everything it says', () => {
    const root = rootOf('2026-11-22', heads)
    const signature = signRoot(root, secretKey)
    expect(isSigned(root, signature, publicKey)).toBe(true)
    expect(isSigned({ ...root, day: '2026-11-23' }, signature, publicKey)).toBe(false)
    expect(isSigned({ ...root, heads: 4 }, signature, publicKey)).toBe(false)
    expect(isSigned({ ...root, root: new Uint8Array(32) }, signature, publicKey)).toBe(false)
    expect(isSigned(root, signature, publicKeyOf(new Uint8Array(32)))).toBe(false)
    expect(isSigned(root, signature, new Uint8Array(32).fill(255))).toBe(false)
  })

  it('is of the last day that is over where the elders live', () => {
    expect(lastWholeDay(new Date('2026-11-22T15:59:59Z'), 'Asia/Shanghai')).toBe('2026-11-21')
    expect(lastWholeDay(new Date('2026-11-22T16:00:00Z'), 'Asia/Shanghai')).toBe('2026-11-22')
    expect(lastWholeDay(new Date('2027-01-01T00:30:00Z'), 'UTC')).toBe('2026-12-31')
  })
})
