import { expect, test } from 'vitest'
import { csv } from './csv.ts'

test('a table begins with the mark Excel needs and quotes every cell', () => {
  expect(
    csv([
      ['行号', '标签'],
      ['3', '床头 "左", 西'],
    ]),
  ).toBe('\ufeff"行号","标签"\r\n"3","床头 ""左"", 西"\r\n')
})

test.each(['=HYPERLINK("http://x")', '+1', '-1', '@SUM(A1)', '\tx', '\rx'])(
  'a cell that would be run as a formula is kept as text: %j',
  (text) => {
    expect(csv([[text]]).slice(1, 4)).toBe(`"'${text.slice(0, 1)}`)
  },
)
