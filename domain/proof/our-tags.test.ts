import { expect, test } from 'vitest'
import { ourTag, ourTagOf, tagKinds } from './our-tags.ts'
import { readTagConfig } from './tag-config.ts'
import { tagTemplate } from './tag-template.ts'

const AREA = '0123456789ab'

test.each(tagKinds)(
  'a tag of ours can be written, fits into the chip, and is known again by its address: %s',
  (kind) => {
    const config = readTagConfig(ourTag(kind, AREA))
    if (!config.ok) throw new Error(config.code)
    const written = tagTemplate(config.format, 'https://anju.example.gov.cn/t')
    if (!written.ok) throw new Error(written.code)
    expect(ourTagOf(written.template.url)).toEqual({ kind, areaKey: AREA })
  },
)

test('what is none of ours is said so', () => {
  for (const url of [
    '',
    'https://x/t',
    'https://x/t?k=nothex&p=1&c=2',
    `https://x/t?k=${AREA}&p=1`,
    `https://x/t?k=${AREA}&c=1`,
  ])
    expect([url, ourTagOf(url)]).toEqual([url, null])
})
