import { expect, it } from 'vitest'
import { isWhole } from './signature.ts'

it.each([
  ['signature', '', '', true],
  ['thumb', '张桂英', '', false],
  ['thumb', '', '邻居王姨', true],
  ['thumb', '张桂英', '  ', false],
  ['proxy', '', '邻居王姨', false],
  ['proxy', '女儿李梅', '', true],
  ['cannot', '', '邻居王姨', false],
  ['cannot', '手抖', '', false],
  ['cannot', '手抖', '邻居王姨', true],
] as const)('%s by “%s” before “%s” counts: %s', (how, by, witness, counts) => {
  expect(isWhole({ how, by, witness })).toBe(counts)
})
