import { expect, test } from 'vitest'
import { awaitsSecond, cannotConfirm, type Replacement } from './replacement.ts'

const first: Replacement = { replacesId: null, madeById: 'li', checkedById: null }
const second: Replacement = { ...first, replacesId: 'old' }

test.each<[string, Replacement, string, boolean, ReturnType<typeof cannotConfirm>]>([
  ['the first tag at a door waits for nobody', first, 'wang', false, 'tag-not-waiting'],
  ['a replacement waits for a second person', second, 'wang', true, null],
  ['whoever hung it is not the second person', second, 'li', true, 'replacement-own'],
  ['hung by a program, anybody is the second person', { ...second, madeById: null }, 'wang', true, null],
  ['confirmed is confirmed', { ...second, checkedById: 'wang' }, 'zhao', false, 'tag-not-waiting'],
])('%s', (_, tag, who, waits, cannot) => {
  expect([awaitsSecond(tag), cannotConfirm(tag, who)]).toEqual([waits, cannot])
})
