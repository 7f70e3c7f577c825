import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aesCbcEncrypt, aesCmac } from './aes.ts'
import { claimedUid, verifySun, type SunKeys, type SunMessage } from './sun.ts'
import { readTagConfig, type Place, type TagConfig, type TagFormat } from './tag-config.ts'

function format(query: string, macFrom: Place, file: string | null = null): TagFormat {
  const config: TagConfig = { query, macFrom, file }
  const read = readTagConfig(config)
  if (!read.ok) throw new Error(read.code)
  return read.format
}

const zero: SunKeys = { metaRead: new Uint8Array(16), fileRead: new Uint8Array(16) }
const hidden = format('picc_data={picc}&cmac={cmac}', 'cmac')
const plain = format('uid={uid}&ctr={ctr}&cmac={cmac}', 'cmac')
const withFile = format('picc_data={picc}&enc={enc}&cmac={cmac}', 'enc', 'x'.repeat(16))
const withWire = format('picc_data={picc}&enc={enc}&cmac={cmac}', 'enc', '{tt}'.padEnd(18, '0'))
const joined = format('e={picc}{enc}{cmac}', 'enc', 'x'.repeat(16))

const t3 = {
  picc_data: 'FDE4AFA99B5C820A2C1BB0F1C792D0EB',
  enc: '94592FDE69FA06E8E3B6CA686A22842B',
  cmac: 'C48B89C17A233B2C',
}
const t5 = {
  picc_data: 'FD91EC264309878BE6345CBE53BADF40',
  enc: 'CEE9A53E3E463EF1F459635736738962',
  cmac: 'ECC1E7F6C6C73BF6',
}
const t4 = { picc_data: 'EF963FF7828658A599F3041510671E88', cmac: '94EED9EE65337086' }
const plainTap = { uid: '041E3C8A2D6B80', ctr: '000006', cmac: '4B00064004B0B3D3' }

describe('published messages verify', () => {
  test('AN12196 tables 2 and 4: a hidden UID and counter, nothing under the MAC', () => {
    expect(verifySun(t4, zero, hidden)).toEqual({
      ok: true,
      uid: '04DE5F1EACC040',
      counter: 61,
      fileData: null,
      tamper: null,
    })
  })

  test('AN12196 table 3: file data, and the MAC over it and the separator', () => {
    const fileData = hexToBytes('78'.repeat(16))
    expect(verifySun(t3, zero, withFile)).toMatchObject({ ok: true, uid: '04958CAA5C5E80', counter: 1, fileData })
  })

  test('AN12196 table 5: file data, the eighth tap', () => {
    expect(verifySun(t5, zero, withFile)).toMatchObject({ ok: true, uid: '04958CAA5C5E80', counter: 8 })
  })

  test('sdm-backend test_sun3: keys of its own, the code right behind the file data', () => {
    const keys = {
      metaRead: hexToBytes('42AFF114F2CB3B6141BE6DC95DFC5416'),
      fileRead: hexToBytes('B62A9BAF092439BD43C62AEE96B970C5'),
    }
    const message = {
      picc_data: '8ACADDEF0A9B62CDAE39A16B83FC14DE',
      enc: 'B8436E11F627BB7F543FCC0C1E0D1A89',
      cmac: '238B2543A8DEBAD8',
    }
    expect(verifySun(message, keys, joined)).toEqual({
      ok: true,
      uid: '041D3C8A2D6B80',
      counter: 291,
      fileData: hexToBytes('4E545858716E6F5F6F42467077792D56'),
      tamper: null,
    })
    expect(verifySun(message, keys, withFile)).toEqual({ ok: false, code: 'sun-mac-mismatch' }) // its separators belong to it
    expect(verifySun(message, zero, joined).ok).toBe(false)
  })

  test('sdm-backend: UID and counter in plain, the counter most significant byte first', () => {
    const verdict = { ok: true, uid: '041E3C8A2D6B80', counter: 6, fileData: null, tamper: null }
    expect(verifySun(plainTap, { ...zero, metaRead: null }, plain)).toEqual(verdict)
  })

  test('sdm-backend README: a TagTamper tag tells in its file that the wire is whole', () => {
    const message = {
      picc_data: 'FDD387BF32A33A7C40CF259675B3A1E2',
      enc: 'EA050C282D8E9043E28F7A171464D697',
      cmac: '758110182134ECE9',
    }
    expect(verifySun(message, zero, withWire)).toMatchObject({ ok: true, tamper: { ever: 'closed', now: 'closed' } })
  })

  test('small digits are the same digits', () => {
    const small = { picc_data: t3.picc_data.toLowerCase(), enc: t3.enc.toLowerCase(), cmac: t3.cmac.toLowerCase() }
    expect(verifySun(small, zero, withFile)).toEqual(verifySun(t3, zero, withFile))
  })
})

describe('refused', () => {
  test.each<[string, SunMessage, TagFormat, string]>([
    ['another code', { ...t5, cmac: '3CC1E7F6C6C33B33' }, withFile, 'sun-mac-mismatch'],
    ['another counter', { ...plainTap, ctr: '000007' }, plain, 'sun-mac-mismatch'],
    ['another UID', { ...plainTap, uid: '041E3C8A2D6B81' }, plain, 'sun-mac-mismatch'],
    ['other file data', { ...t3, enc: '94592FDE69FA06E8E3B6CA686A22842C' }, withFile, 'sun-mac-mismatch'],
    ['no hex', { ...t4, picc_data: 'nothex' }, hidden, 'sun-not-hex'],
    ['no hex, of the right length', { ...t4, picc_data: 'Z'.repeat(32) }, hidden, 'sun-not-hex'],
    ['a code of 4 digits', { ...t4, cmac: '94EE' }, hidden, 'sun-wrong-length'],
    ['an empty code', { ...t4, cmac: '' }, hidden, 'sun-wrong-length'],
    ['PICCData of LRP mode', { ...t4, picc_data: '0'.repeat(48) }, hidden, 'sun-wrong-length'],
    ['file data of another length', { ...t3, enc: t3.enc + t3.enc }, withFile, 'sun-wrong-length'],
    ['no file data where the tag sends some', { picc_data: t3.picc_data, cmac: t3.cmac }, withFile, 'sun-other-format'],
    ['file data where the tag sends none', { ...t4, enc: t3.enc }, hidden, 'sun-other-format'],
    ['a plain UID where the tag hides it', plainTap, hidden, 'sun-other-format'],
    ['a hidden UID where the tag shows it', t4, plain, 'sun-other-format'],
    ['PICCData that was not made with this key', { ...t4, picc_data: '0'.repeat(32) }, hidden, 'sun-picc-unreadable'],
  ])('%s', (_, message, its, code) => {
    expect(verifySun(message, zero, its)).toEqual({ ok: false, code })
  })

  test('the wrong key of the tag', () => {
    const keys = { ...zero, fileRead: Uint8Array.from({ length: 16 }, () => 1) }
    expect(verifySun(t4, keys, hidden)).toEqual({ ok: false, code: 'sun-mac-mismatch' })
  })

  test('a file that does not tell the wire where the configuration says', () => {
    expect(verifySun(t3, zero, withWire)).toEqual({ ok: false, code: 'sun-tamper-unreadable' })
  })

  const cases: [SunMessage, TagFormat][] = [
    [t3, withFile],
    [t4, hidden],
    [t5, withFile],
    [plainTap, plain],
  ]
  test('whatever single bit is changed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...cases), fc.nat(), fc.nat(), ([message, its], which, where) => {
        const [name, text] = Object.entries(message)[which % Object.keys(message).length]!
        const bytes = hexToBytes(text)
        const bit = where % (bytes.length * 8)
        bytes[bit >> 3]! ^= 1 << (bit & 7)
        const changed = { ...message, [name]: Buffer.from(bytes).toString('hex') }
        expect(verifySun(changed, zero, its).ok).toBe(false)
      }),
      { numRuns: 1000 },
    )
  })

  test('whatever text is sent', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (a, b, c) => {
        expect(verifySun({ picc_data: a, cmac: b, enc: c }, zero, withFile).ok).toBe(false)
        expect(verifySun({ uid: a, ctr: b, cmac: c }, zero, plain).ok).toBe(false)
      }),
    )
  })
})

test('AN12196 table 1: the session keys of a tap', () => {
  const key = hexToBytes('5ACE7E50AB65D5D51FD5BF5A16B8205B')
  const tap = '04C767F2066180010000'
  expect(bytesToHex(aesCmac(key, hexToBytes(`C33C00010080${tap}`)))).toBe('66da61797e23deca5d8eca13bbadf7a9')
  expect(bytesToHex(aesCmac(key, hexToBytes(`3CC300010080${tap}`)))).toBe('3a3e8110e05311f7a3fcf0d969bf2b48')
})

// A tag may be set to mirror only one of the two; its codes are right and prove nothing.
test.each([
  ['87', '04DE5F1EACC040', 'sun-without-counter'],
  ['40', '3D0000', 'sun-without-uid'],
])('PICCData with tag %s is rightly coded and refused', (tag, content, code) => {
  const picc = aesCbcEncrypt(zero.fileRead, hexToBytes((tag + content).padEnd(32, 'A')))
  const session = aesCmac(zero.fileRead, hexToBytes(`3CC300010080${content}`.padEnd(32, '0')))
  const mac = aesCmac(session, new Uint8Array()).filter((_, i) => i % 2 === 1)
  const message = { picc_data: bytesToHex(picc), cmac: bytesToHex(mac) }
  expect(verifySun(message, zero, hidden)).toEqual({ ok: false, code })
  expect(verifySun({ ...message, cmac: t4.cmac }, zero, hidden)).toEqual({ ok: false, code: 'sun-mac-mismatch' })
})

test.each(['C6', '47', '80', 'D7', '00', '07'])('PICCData with tag %s is none', (tag) => {
  const picc = aesCbcEncrypt(zero.fileRead, hexToBytes(tag.padEnd(32, '0')))
  expect(verifySun({ ...t4, picc_data: bytesToHex(picc) }, zero, hidden)).toEqual({
    ok: false,
    code: 'sun-picc-unreadable',
  })
})

test('the tag that a message claims to be from is known before its keys are', () => {
  expect(claimedUid(t4, zero.metaRead)).toBe('04DE5F1EACC040')
  expect(claimedUid({ ...plainTap, uid: plainTap.uid.toLowerCase() }, null)).toBe('041E3C8A2D6B80')
  expect(claimedUid({ ...t4, picc_data: 'nothex' }, zero.metaRead)).toBeNull()
  expect(claimedUid({ ...t4, picc_data: '0'.repeat(32) }, zero.metaRead)).toBeNull()
  expect(claimedUid({ ...plainTap, uid: '04' }, null)).toBeNull()
})
