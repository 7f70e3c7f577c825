import { refusals } from '@anju/domain/error'
import { describe, expect, it } from 'vitest'
import { isTest, parse, strings, tracked, typescript } from './tree.ts'

describe('the catalogue of refusals', () => {
  const codes = Object.keys(refusals)
  const sources = tracked(typescript).filter(({ path }) => !isTest(path) && path !== 'domain/error.ts')

  it('every code is given by some process', () => {
    const said = new Set(
      sources
        .filter(({ path }) => !path.startsWith('dashboard/'))
        .flatMap((source) => strings(parse(source)).map(({ text }) => text)),
    )
    expect(codes.filter((code) => !said.has(code))).toEqual([])
  })

  it('the dashboard has words for every code, in both languages', () => {
    for (const language of ['zh-CN', 'en']) {
      const texts = sources
        .filter(({ path }) => path.startsWith(`dashboard/src/messages/${language}`))
        .flatMap((source) => strings(parse(source)).map(({ text }) => text))
      expect(codes.filter((code) => !texts.includes(code))).toEqual([])
    }
  })
})
