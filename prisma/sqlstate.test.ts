import { expect, test } from 'vitest'
import { isAway } from './sqlstate.ts'

test.each(['ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'ECONNREFUSED'])('%s means that the database is away', (code) => {
  expect(isAway(Object.assign(new Error('no way there'), { code }))).toBe(true)
  expect(isAway(new Error('a rule threw'))).toBe(false)
})
