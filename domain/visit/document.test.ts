import { expect, test } from 'vitest'
import { documentTypeOf } from './document.ts'

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (each) => each.charCodeAt(0))

test('a paper is what its first bytes say, whatever it is called', () => {
  expect(documentTypeOf(bytes('%PDF-1.7\n'))).toBe('application/pdf')
  expect(documentTypeOf(bytes('\xff\xd8\xff\xe0'))).toBe('image/jpeg')
  expect(documentTypeOf(bytes('RIFF....WEBP'))).toBe('image/webp')
  expect(documentTypeOf(bytes('\x89PNG\r\n\x1a\n'))).toBe('image/png')
})

test.each(['', '%PDF', 'MZ\x90\x00', '<html>%PDF-1.7', 'PK\x03\x04', ' %PDF-1.7'])('is no paper: %j', (text) => {
  expect(documentTypeOf(bytes(text))).toBeNull()
})
