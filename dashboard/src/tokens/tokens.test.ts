import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { colours, pairs } from './tokens.ts'

const css = readFileSync(new URL('../theme/tokens.css', import.meta.url), 'utf8')

/** The custom properties of one rule, by its selector. */
function rule(selector: string): Map<string, string> {
  const from = css.indexOf(`${selector} {`)
  const body = css.slice(from, css.indexOf('}', from))
  return new Map([...body.matchAll(/--([a-z0-9-]+):\s*([^;]+);/g)].map((found) => [found[1] ?? '', found[2] ?? '']))
}
const light = rule(':root')
const dark = new Map([...light, ...rule(":root[data-theme='dark']")])
const byChoice = rule(":root[data-theme='dark']")
const bySystem = rule(":root:not([data-theme='light'])")

/** WCAG 2.2, relative luminance and contrast ratio. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (high + 0.05) / (low + 0.05)
}

describe('the tokens', () => {
  test('that /tokens shows are those of the stylesheet', () => {
    for (const name of colours) expect([name, light.has(name)]).toEqual([name, true])
  })
  test('are dark alike by choice and by the system', () => {
    expect([...bySystem]).toEqual([...byChoice])
  })
  for (const [theme, values] of Object.entries({ light, dark })) {
    test(`reach 4.5 : 1 for every text on its ground, ${theme}`, () => {
      for (const [text, ground] of pairs) {
        const ratio = contrast(values.get(text) ?? '', values.get(ground) ?? '')
        expect([text, ground, ratio >= 4.5 ? 'enough' : ratio.toFixed(2)]).toEqual([text, ground, 'enough'])
      }
    })
    test(`give the edge of a control 3 : 1, ${theme}`, () => {
      for (const ground of ['ground', 'sheet', 'raised'])
        expect(contrast(values.get('line-strong') ?? '', values.get(ground) ?? '')).toBeGreaterThanOrEqual(3)
    })
  }
})
