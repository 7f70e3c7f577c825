import { expect, test } from 'vitest'
import { seeded } from '../random.ts'
import { WrittenTag } from './written.ts'

const zeroes = { meta: Buffer.alloc(16), file: Buffer.alloc(16) }
const three = (n: number) => Buffer.of(n & 255, n >> 8, 0).toString('hex')

test('plain, the code is the one of AN12196 for this UID and counter, and nothing but the mirrors is touched', () => {
  const text = `t.example/?uid=${'0'.repeat(14)}&ctr=000000&cmac=${'0'.repeat(16)}`
  const at = (name: string) => 7 + text.indexOf(`${name}=`) + name.length + 1
  const ndef = Buffer.concat([Buffer.of(0, text.length + 5, 0xd1, 1, text.length + 1, 0x55, 4), Buffer.from(text)])
  const settings = `4000e0c1ffee${three(at('uid'))}${three(at('ctr'))}${three(at('cmac'))}${three(at('cmac'))}`
  const tag = new WrittenTag('04DE5F1EACC040', { keys: zeroes, ndef: ndef.toString('hex'), settings }, seeded(1), 0x3c)
  expect(tag.tap()).toBe('https://t.example/?uid=04DE5F1EACC040&ctr=00003D&cmac=94EED9EE65337086')
  expect(tag.tap()).toContain('ctr=00003E')
})
