import { expect, it } from 'vitest'
import { copyOf, readCopies } from './second-copy.ts'

const sealed = {
  day: '2026-11-30',
  heads: 3,
  root: new Uint8Array(32).fill(1),
  signature: new Uint8Array(64).fill(2),
}
const { name, text } = copyOf(sealed, new Uint8Array(32).fill(3))
const [copy] = readCopies(text)

it('is one line in a file named by its day', () => {
  expect([name, text.split('\n').length, copy?.heads]).toEqual(['anju-root-2026-11-30.json', 2, 3])
})

it('is found in a letter, also as the letter came over the wire', () => {
  const folded = (by: string) => text.replaceAll(/.{75}/g, (line) => line + by)
  const flowed = text.replace('evidence ', 'evidence \r\n')
  for (const body of [text, folded('=\r\n'), flowed, text.replace('\n', '\r\n')]) {
    expect(readCopies(`Subject: 2026-11-30\r\n\r\nDear bureau,\r\n${body}\r\nanju`)).toEqual([copy])
  }
})

it('of another form is none', () => {
  expect(readCopies(text.replace('"heads":3', '"heads":-3'))).toEqual([])
  expect(readCopies('')).toEqual([])
})
