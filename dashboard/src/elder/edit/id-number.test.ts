import { expect, test } from 'vitest'
import { idNumberState } from './id-number.ts'

test.each([
  ['', { is: 'empty' }],
  ['1101051949', { is: 'typing', digits: 10 }],
  ['11010519491231002X', { is: 'valid', converted: false, bornOn: '1949-12-31', sex: 'female' }],
  ['110105 19491231 002x', { is: 'valid', id: '11010519491231002X' }],
  ['110105491231002', { is: 'valid', id: '11010519491231002X', converted: true }],
  ['110105499931002', { is: 'typing', digits: 15 }], // no such day: rather half of a new number
  ['110105194912310021', { is: 'invalid' }],
  ['abc', { is: 'invalid' }],
])('%j is %o', (text, state) => {
  expect(idNumberState(text)).toMatchObject(state)
})
