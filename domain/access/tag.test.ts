import { expect, test } from 'vitest'
import { normalUid } from './tag.ts'

test.each([
  ['04de5f1eacc040', '04DE5F1EACC040'],
  ['04:DE:5F:1E:AC:C0:40', '04DE5F1EACC040'],
  [' 04-de 5f.1e ', '04DE5F1E'],
  ['04de5f', null],
  ['04de5f1', null],
  ['04de5f1g', null],
  ['00112233445566778899AA', null],
  ['', null],
])('%j is kept as %j', (typed, kept) => {
  expect(normalUid(typed)).toBe(kept)
})
