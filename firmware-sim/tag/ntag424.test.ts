import { expect, test } from 'vitest'
import { seeded } from '../random.ts'
import { aesCmac } from './cmac.ts'
import { encryptedFile, encryptionSessionKey, macSessionKey, Ntag424, piccData, sunMac } from './ntag424.ts'

const hex = (text: string) => Buffer.from(text, 'hex')
const HEX = (bytes: Buffer) => bytes.toString('hex').toUpperCase()
const zero = Buffer.alloc(16)

test('RFC 4493 §4: the published messages have their published CMACs', () => {
  const key = hex('2B7E151628AED2A6ABF7158809CF4F3C')
  const text =
    '6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E5130C81C46A35CE411E5FBC1191A0A52EFF69F2445DF4F9B17AD2B417BE66C3710'
  expect(HEX(aesCmac(key, hex('')))).toBe('BB1D6929E95937287FA37D129B756746')
  expect(HEX(aesCmac(key, hex(text.slice(0, 32))))).toBe('070A16B46B4D4144F79BDD9DD04A287C')
  expect(HEX(aesCmac(key, hex(text.slice(0, 80))))).toBe('DFA66747DE9AE63030CA32611497C827')
  expect(HEX(aesCmac(key, hex(text)))).toBe('51F0BEBF7E3B9D92FC49741779363CFE')
})

test('AN12196 rev 2.0, table 1: session keys of counter 1', () => {
  const file = hex('5ACE7E50AB65D5D51FD5BF5A16B8205B')
  const uid = hex('04C767F2066180')
  expect(HEX(encryptionSessionKey(file, uid, 1))).toBe('66DA61797E23DECA5D8ECA13BBADF7A9')
  expect(HEX(macSessionKey(file, uid, 1))).toBe('3A3E8110E05311F7A3FCF0D969BF2B48')
})

test('AN12196 tables 2 and 4: PICC data and MAC of counter 61', () => {
  const uid = hex('04DE5F1EACC040')
  expect(HEX(piccData(zero, uid, 61, hex('DA5CF60941')))).toBe('EF963FF7828658A599F3041510671E88')
  expect(HEX(macSessionKey(zero, uid, 61))).toBe('3FB5F6E3A807A03D5E3570ACE393776F')
  expect(HEX(sunMac(zero, uid, 61, ''))).toBe('94EED9EE65337086')
})

test('AN12196 table 3: file data, and a MAC over the address up to it', () => {
  const uid = hex('04958CAA5C5E80')
  const enc = HEX(encryptedFile(zero, uid, 1, Buffer.alloc(16, 'x')))
  expect(enc).toBe('94592FDE69FA06E8E3B6CA686A22842B')
  expect(HEX(sunMac(zero, uid, 1, `${enc}&cmac=`))).toBe('C48B89C17A233B2C')
})

test('sdm-backend: a tag with keys of its own, and a plain mirror', () => {
  const file = hex('B62A9BAF092439BD43C62AEE96B970C5')
  const uid = hex('041D3C8A2D6B80')
  const enc = HEX(encryptedFile(file, uid, 291, hex('4E545858716E6F5F6F42467077792D56')))
  expect(enc).toBe('B8436E11F627BB7F543FCC0C1E0D1A89')
  expect(HEX(sunMac(file, uid, 291, enc))).toBe('238B2543A8DEBAD8')
  const tag = new Ntag424('041E3C8A2D6B80', { meta: zero, file: zero }, seeded(1), 5)
  expect(tag.readPlain()).toEqual({ uid: '041E3C8A2D6B80', ctr: '000006', cmac: '4B00064004B0B3D3' })
})

test('a tag counts every reading, in whichever way it is read, and no two messages are alike', () => {
  const tag = new Ntag424('04DE5F1EACC040', { meta: zero, file: zero }, seeded(7), 60)
  const message = tag.readEncrypted()
  expect(message).toMatchObject({ cmac: '94EED9EE65337086' })
  expect(tag.readPlain()).toMatchObject({ ctr: '00003E' })
  const seen = new Set(Array.from({ length: 50 }, () => JSON.stringify(tag.readEncrypted())))
  expect(seen.size).toBe(50)
})
