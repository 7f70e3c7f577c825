import { expect, test } from 'vitest'
import { tagState, type TagStanding } from './tag-state.ts'

const whole: TagStanding = {
  keyed: true,
  tapped: true,
  withdrawn: false,
  replacesId: null,
  madeById: 'li',
  checkedById: null,
}

test.each<[string, Partial<TagStanding>, ReturnType<typeof tagState>]>([
  ['written and tapped it is in use', {}, 'in-use'],
  ['its keys are shown and nobody has tapped it', { tapped: false }, 'to-write'],
  ['a badge without keys', { keyed: false, tapped: false }, 'number-only'],
  [
    'a replacement waits for a second person, whatever else it lacks',
    { replacesId: 'a', keyed: false },
    'waits-for-second',
  ],
  ['a confirmed replacement is in use', { replacesId: 'a', checkedById: 'wang' }, 'in-use'],
  ['withdrawn is withdrawn', { withdrawn: true, replacesId: 'a' }, 'withdrawn'],
])('%s', (_, more, state) => {
  expect(tagState({ ...whole, ...more })).toBe(state)
})
