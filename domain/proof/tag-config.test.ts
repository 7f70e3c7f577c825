import { expect, test } from 'vitest'
import { macInput, readTagConfig, tagConfigFaults, type TagConfig, type TagConfigFault } from './tag-config.ts'

const good: TagConfig = { query: 'picc_data={picc}&enc={enc}&cmac={cmac}', macFrom: 'enc', file: 'x'.repeat(32) }

test('the MAC covers what stands from its beginning up to the code, names and separators too', () => {
  const mirrored = { picc: 'P', enc: 'E', uid: 'U', ctr: 'C', cmac: 'M' }
  const inputOf = (config: TagConfig): string => {
    const read = readTagConfig(config)
    return read.ok ? macInput(read.format, mirrored) : read.code
  }
  expect(inputOf(good)).toBe('E&cmac=')
  expect(inputOf({ ...good, macFrom: 'picc' })).toBe('P&enc=E&cmac=')
  expect(inputOf({ query: 'm={uid}x{ctr}x{cmac}', macFrom: 'uid', file: null })).toBe('UxCx')
  expect(inputOf({ query: 'm={uid}x{ctr}x{cmac}', macFrom: 'cmac', file: null })).toBe('')
})

test('the wire is told in the query or at a byte of the file', () => {
  const read = readTagConfig({ ...good, file: `wire {tt} ${'.'.repeat(8)}` })
  expect(read).toMatchObject({ ok: true, format: { fileBytes: 16, tamper: { in: 'file', at: 5 } } })
  const query = 'uid={uid}&ctr={ctr}&tt={tt}&cmac={cmac}'
  expect(readTagConfig({ query, macFrom: 'uid', file: null })).toMatchObject({
    format: { tamper: { in: 'query' }, hidden: false },
  })
})

const wrong: [TagConfigFault, Partial<TagConfig>][] = [
  ['query-unreadable', { query: 'picc_data={picc}&enc={enc}&cmac={mac}' }],
  ['query-unreadable', { query: 'a={picc}&enc={enc}&cmac={cmac}#x' }],
  ['query-unreadable', { query: 'a={picc&enc={enc}&cmac={cmac}' }],
  ['query-unreadable', { query: '人={picc}&enc={enc}&cmac={cmac}' }],
  ['place-twice', { query: 'a={picc}&b={picc}&enc={enc}&cmac={cmac}' }],
  ['place-twice', { query: 'a={picc}&t={tt}&enc={enc}&cmac={cmac}', macFrom: 'picc', file: '{tt}'.padEnd(18, '.') }],
  ['parameter-unnamed', { query: 'picc_data={picc}&enc={enc}&{cmac}' }],
  ['parameter-unnamed', { query: 'picc_data={picc}&enc={enc}&=x&cmac={cmac}' }],
  ['parameter-twice', { query: 'a={picc}&a={enc}&cmac={cmac}' }],
  ['mirror-both', { query: 'a={picc}&u={uid}&enc={enc}&cmac={cmac}' }],
  ['mirror-missing', { query: 'u={uid}&enc={enc}&cmac={cmac}' }],
  ['mirror-missing', { query: 'enc={enc}&cmac={cmac}' }],
  ['mac-missing', { query: 'a={picc}&enc={enc}' }],
  ['mac-from-nowhere', { macFrom: 'uid' }],
  ['mac-from-nowhere', { query: 'cmac={cmac}&a={picc}&enc={enc}' }],
  ['file-without-place', { query: 'a={picc}&cmac={cmac}', macFrom: 'picc' }],
  ['file-without-place', { file: null }],
  ['file-length', { file: '' }],
  ['file-length', { file: 'x'.repeat(15) }],
  ['file-length', { file: '安'.repeat(16) }],
  ['file-length', { file: '{tt}{tt}'.padEnd(18, '.') }],
  ['file-uncovered', { macFrom: 'cmac' }],
  ['file-uncovered', { query: 'a={picc}&cmac={cmac}&enc={enc}', macFrom: 'picc' }],
  ['tamper-uncovered', { query: 'a={picc}&t={tt}&enc={enc}&cmac={cmac}', macFrom: 'enc' }],
  ['tamper-uncovered', { query: 'a={picc}&enc={enc}&cmac={cmac}&t={tt}', macFrom: 'enc' }],
]
test.each(wrong)('%s: %o', (code, change) => {
  expect(readTagConfig({ ...good, ...change })).toEqual({ ok: false, code })
})

test('every fault has been seen', () => {
  expect(new Set(wrong.map(([code]) => code))).toEqual(new Set(tagConfigFaults))
})
