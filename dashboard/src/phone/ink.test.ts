import { expect, test } from 'vitest'
import { inkOf } from './ink.ts'

const line = (x: number, y: number, dx: number, dy: number) => [
  { x, y },
  { x: x + dx, y: y + dy },
]

test.each([
  ['nothing', [], 'none'],
  ['one dot', [[{ x: 5, y: 5 }]], 'dot'],
  [
    'a trembling dot',
    [
      [
        { x: 5, y: 5 },
        { x: 7, y: 6 },
        { x: 5, y: 7 },
        { x: 6, y: 5 },
      ],
    ],
    'dot',
  ],
  ['dots side by side', [[{ x: 5, y: 5 }], [{ x: 90, y: 5 }]], 'dot'],
  ['a scribble on one spot', [Array.from({ length: 40 }, (_, i) => ({ x: 5 + (i % 2) * 6, y: 5 }))], 'dot'],
  ['a cross', [line(10, 10, 40, 40), line(50, 10, -40, 40)], 'written'],
  ['one stroke', [line(10, 10, 60, 5)], 'written'],
] as const)('%s', (_what, strokes, said) => {
  expect(inkOf(strokes)).toBe(said)
})
