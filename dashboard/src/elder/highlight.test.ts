import { expect, test } from 'vitest'
import { highlight } from './highlight.ts'

const hits = (text: string, search: string) =>
  highlight(text, search)
    .filter(({ hit }) => hit)
    .map(({ text: piece }) => piece)

test.each([
  ['王秀英', '秀英', ['秀英']],
  ['王秀英', '王', ['王']],
  ['柳树村', '王 柳树', ['柳树']],
  ['138 0013 8000', '00138', ['0013 8']],
  ['Anna Smith', 'SMI', ['Smi']],
  ['王秀英', 'wangxiuying', []],
])('of %s a search for %s hits %o', (text, search, expected) => {
  expect(hits(text, search)).toEqual(expected)
})

test('whatever is searched for, the text stays whole', () => {
  const texts = ['', '王秀英', '138 0013 8000', 'Anna  Smith', '柳树村 3 组', '🙂 8️⃣ 王', 'a·b.c']
  for (const text of texts) {
    for (const search of [...texts, ...texts.flatMap((each) => [...each]), '00 1', '王 柳 3', '\\', '%']) {
      const whole = highlight(text, search)
        .map((piece) => piece.text)
        .join('')
      expect([search, whole]).toEqual([search, text])
    }
  }
})
