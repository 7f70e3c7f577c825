import { hexToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { verifySun } from './sun.ts'
import { readTagConfig, type TagConfig, type TagFormat } from './tag-config.ts'
import { readTag } from './tag.fixture.ts'
import { tagTemplate, type TagTemplate } from './tag-template.ts'
import { readTapUrl } from './tap-url.ts'

function format(config: TagConfig): TagFormat {
  const read = readTagConfig(config)
  if (!read.ok) throw new Error(read.code)
  return read.format
}

function template(config: TagConfig, baseUrl: string): TagTemplate {
  const made = tagTemplate(format(config), baseUrl)
  if (!made.ok) throw new Error(made.code)
  return made.template
}

/** As AN12196 calls the parameters. */
const hidden: TagConfig = { query: 'picc_data={picc}&cmac={cmac}', macFrom: 'cmac', file: null }
const plain: TagConfig = { query: 'uid={uid}&ctr={ctr}&cmac={cmac}', macFrom: 'cmac', file: null }
const withFile: TagConfig = {
  query: 'picc_data={picc}&enc={enc}&cmac={cmac}',
  macFrom: 'enc',
  file: '{tt}..............',
}
const joined: TagConfig = { query: 'm={uid}x{ctr}x{cmac}', macFrom: 'uid', file: null }

describe('reading the address a phone opened', () => {
  const query = 'picc_data=EF963FF7828658A599F3041510671E88&cmac=94EED9EE65337086'
  const message = { picc_data: 'EF963FF7828658A599F3041510671E88', cmac: '94EED9EE65337086' }

  test.each([
    `https://anju.example/t?${query}`,
    `https://anju.example/t?utm=x&${query}&from=singlemessage#top`,
    'https://anju.example/t?cmac=94EED9EE65337086&picc_data=EF963FF7828658A599F3041510671E88',
    `http://[::1]:8080/?xpicc_data=00&picc_data2=00&${query}`,
  ])('%s', (url) => {
    expect(readTapUrl(url, format(hidden))).toEqual({ ok: true, message })
  })

  test('a parameter of several mirrors', () => {
    expect(readTapUrl('https://a.example/?m=041E3C8A2D6B80x000006x4B00064004B0B3D3', format(joined))).toEqual({
      ok: true,
      message: { uid: '041E3C8A2D6B80', ctr: '000006', cmac: '4B00064004B0B3D3' },
    })
  })

  test.each<[string, string, TagConfig]>([
    ['tap-url-unreadable', 'picc_data=EF&cmac=94', hidden],
    ['tap-url-unreadable', `https://a.example/?${query}&x=${'y'.repeat(2048)}`, hidden],
    ['tap-parameter-missing', 'https://a.example/?cmac=94EED9EE65337086', hidden],
    ['tap-parameter-missing', `https://a.example/?x${query}`, hidden],
    ['tap-parameter-missing', `https://a.example/?${query.replace('picc_data', 'PICC_DATA')}`, hidden],
    ['tap-parameter-twice', `https://a.example/?${query}&cmac=00`, hidden],
    ['tap-parameter-unreadable', 'https://a.example/?m=041E3C8A2D6B80x000006x4B00064004B0B3', joined],
    ['tap-parameter-unreadable', 'https://a.example/?m=041E3C8A2D6B80y000006x4B00064004B0B3D3', joined],
    ['tap-parameter-unreadable', 'https://a.example/?m=041E3C8A2D6B80x000006x4B00064004B0B3D300', joined],
  ])('%s: %s', (code, url, config) => {
    expect(readTapUrl(url, format(config))).toEqual({ ok: false, code })
  })

  test('what is no hex is told by name when it is verified', () => {
    const read = readTapUrl('https://a.example/?picc_data=nothex&cmac=94EED9EE65337086', format(hidden))
    const keys = { metaRead: new Uint8Array(16), fileRead: new Uint8Array(16) }
    expect(read.ok && verifySun(read.message, keys, format(hidden))).toEqual({ ok: false, code: 'sun-not-hex' })
  })
})

describe('what is written into a tag', () => {
  test('AN12196: the published file and ChangeFileSettings of its example', () => {
    const made = template({ query: 'e={picc}&c={cmac}', macFrom: 'cmac', file: null }, 'https://choose.url.com/ntag424')
    expect(made.ndef).toBe(
      '0051D1014D550463686F6F73652E75726C2E636F6D2F6E7461673432343F653D' + '30'.repeat(32) + '26633D' + '30'.repeat(16),
    )
    expect(made.offsets).toEqual({ PICCDataOffset: 0x20, SDMMACInputOffset: 0x43, SDMMACOffset: 0x43 })
    expect(made.fileSettings).toBe('4000E0C1F121200000430000430000')
    expect(made.url).toBe(`https://choose.url.com/ntag424?e=${'0'.repeat(32)}&c=${'0'.repeat(16)}`)
  })

  test('settings that a tag took, with 32 bytes of file (NXP community, thread 1328599)', () => {
    const config = { ...withFile, file: 'x'.repeat(32) }
    expect(template(config, 'https://my424dna.com/').fileSettings).toBe('4000E0D1F1211F00004400004400004000008A0000')
  })

  test('UID and counter in plain have an offset each, and the wire has its own', () => {
    const made = template({ ...joined, query: 'm={uid}x{ctr}x{tt}x{cmac}' }, 'http://a.example/t')
    const start = 7 + 'a.example/t?m='.length
    expect(made.offsets).toEqual({
      UIDOffset: start,
      SDMReadCtrOffset: start + 15,
      TTStatusOffset: start + 22,
      SDMMACInputOffset: start,
      SDMMACOffset: start + 25,
    })
    expect(made.fileSettings.slice(0, 12)).toBe('4000E0C9F1E1')
    expect(made.ndef.slice(12, 14)).toBe('03')
    expect(template(withFile, 'https://a.example/').offsets).toMatchObject({ TTStatusOffset: 65, SDMENCOffset: 65 })
  })

  test.each([
    ['base-url-unreadable', 'ftp://a.example/t'],
    ['base-url-unreadable', 'https://a.example/t?x=1'],
    ['base-url-unreadable', 'https://a.example/t#x'],
    ['base-url-unreadable', 'https://安居.example/t'],
    ['base-url-unreadable', 'https://'],
    ['base-url-unreadable', 'https://['],
    ['address-too-long', `https://a.example/${'t'.repeat(200)}`],
  ])('%s: %s', (code, baseUrl) => {
    expect(tagTemplate(format(withFile), baseUrl)).toEqual({ ok: false, code })
  })

  test('an address fills the file to its last byte, and no further', () => {
    const base = 'https://a.example/'
    const room = 256 - template(withFile, base).ndef.length / 2
    expect(template(withFile, base + 't'.repeat(room)).ndef).toHaveLength(512)
    expect(tagTemplate(format(withFile), base + 't'.repeat(room + 1)).ok).toBe(false)
  })
})

const key = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes))
const inside = fc.record({
  uid: fc.uint8Array({ minLength: 7, maxLength: 7 }).map((bytes) => Buffer.from(bytes).toString('hex').toUpperCase()),
  counter: fc.nat({ max: 0xffffff }),
  metaRead: key,
  fileRead: key,
  random: fc.uint8Array({ minLength: 5, maxLength: 5 }).map((bytes) => Buffer.from(bytes)),
  wire: fc.constantFrom('CC', 'OC', 'OO', 'II'),
})
const configs: TagConfig[] = [
  hidden,
  { ...hidden, macFrom: 'picc' },
  plain,
  { ...plain, macFrom: 'uid' },
  joined,
  withFile,
  { ...withFile, macFrom: 'picc', file: 'Anju '.repeat(9) + '{tt}.' },
  { query: 'e={picc}{enc}{cmac}', macFrom: 'enc', file: '.'.repeat(16) },
  { query: 'v=1&u={uid}&n={ctr}&t={tt}&enc={enc}&z=0&c={cmac}', macFrom: 'uid', file: '.'.repeat(32) },
]

test('a tag that was written so is read back, whatever it holds', () => {
  fc.assert(
    fc.property(inside, fc.constantFrom(...configs), (tag, config) => {
      const its = format(config)
      const { ndef, fileSettings } = template(config, 'https://anju.example/t/42')
      const written = (counter: number): string =>
        readTag({ ...tag, counter }, Buffer.from(ndef, 'hex'), Buffer.from(fileSettings, 'hex'))
      const opened = (counter: number) => readTapUrl(`https://${written(counter).slice(7)}`, its)
      const read = opened(tag.counter)
      if (!read.ok) throw new Error(read.code)
      const wire = { C: 'closed', O: 'open', I: 'not-enabled' } as Record<string, string>
      expect(verifySun(read.message, tag, its)).toEqual({
        ok: true,
        uid: tag.uid,
        counter: tag.counter,
        fileData: config.file === null ? null : Uint8Array.from(Buffer.from(config.file.replace('{tt}', tag.wire))),
        tamper: its.tamper && { ever: wire[tag.wire[0]!], now: wire[tag.wire[1]!] },
      })

      // The code of one tap beside the counter of another is refused.
      const other = opened((tag.counter + 1) % 0x1000000)
      if (!other.ok) throw new Error(other.code)
      const mixed = { ...read.message, cmac: other.message.cmac }
      expect(verifySun(mixed, tag, its)).toEqual({ ok: false, code: 'sun-mac-mismatch' })
    }),
  )
})

test('a wire told in plain cannot be told otherwise', () => {
  const config: TagConfig = { query: 'u={uid}&n={ctr}&t={tt}&c={cmac}', macFrom: 'uid', file: null }
  const { ndef, fileSettings } = template(config, 'https://anju.example/t')
  const keys = { metaRead: null, fileRead: Buffer.from(hexToBytes('00112233445566778899AABBCCDDEEFF')) }
  const tag = { uid: '04DE5F1EACC040', counter: 0, ...keys, metaRead: Buffer.alloc(16), random: Buffer.alloc(5) }
  const url = readTag({ ...tag, wire: 'OC' }, Buffer.from(ndef, 'hex'), Buffer.from(fileSettings, 'hex'))
  const verdict = (address: string) => {
    const read = readTapUrl(`https://${address.slice(7)}`, format(config))
    return read.ok && verifySun(read.message, keys, format(config))
  }
  expect(verdict(url)).toMatchObject({ ok: true, counter: 0, tamper: { ever: 'open', now: 'closed' } })
  expect(verdict(url.replace('t=OC', 't=CC'))).toEqual({ ok: false, code: 'sun-mac-mismatch' })
})
