import { expect, test } from 'vitest'
import { browserName } from './browser-name.ts'

test('a sign-in is named by browser and system', () => {
  const edge =
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 Edg/120.0.0.0'
  const phone =
    'Mozilla/5.0 (Linux; Android 12; M2007J1SC) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/100.0.4896.58 Mobile Safari/537.36'
  expect([edge, phone].map(browserName)).toEqual(['Edge 120 · Windows', 'Chrome 100 · Android'])
})

test('what is not recognised is shown as it is', () => {
  expect(browserName('curl/8.5.0')).toBe('curl/8.5.0')
})
