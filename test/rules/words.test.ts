import { expect, it } from 'vitest'
import { anchor } from '../../dashboard/src/messages/zh-CN-anchor.ts'
import { exception } from '../../dashboard/src/messages/zh-CN-exception.ts'
import { look } from '../../dashboard/src/messages/zh-CN-look.ts'
import { zhCN } from '../../dashboard/src/messages/zh-CN.ts'
import { tracked } from './tree.ts'

/** Names that the code puts together from parts: what was done to a shift, a rule and what of it was found. */
const PUT_TOGETHER = /^shift-|:/

/** The last name of every word in the tables, with the way to it. */
function named(value: unknown, way: readonly string[] = []): { way: string; name: string }[] {
  if (typeof value !== 'object' || value === null) return [{ way: way.join('.'), name: way.at(-1) ?? '' }]
  return Object.entries(value).flatMap(([key, inner]) => named(inner, [...way, key]))
}

it('every word has a name that some code knows: one that stands nowhere is read by nobody', () => {
  const code = tracked(/^(api|dashboard|domain|gateway|prisma)\/.*\.(ts|svelte|sql)$/).filter(
    ({ path }) => !/\.(test|fixture)\.ts$/.test(path) && !path.startsWith('dashboard/src/messages/'),
  )
  // whole, as codes are, and by its parts, as names are in code
  const known = new Set(
    code.flatMap(({ text }) => [...(text.match(/[\w$-]+/g) ?? []), ...(text.match(/[\w$]+/g) ?? [])]),
  )
  const words = named({ ...zhCN, anchor, exception, look }).filter(
    ({ name }) => name !== '' && !PUT_TOGETHER.test(name),
  )
  expect(words.length).toBeGreaterThan(2000)
  expect(words.filter(({ name }) => !known.has(name)).map(({ way }) => way)).toEqual([])
  expect(known.has('aWordThatNobodyEverReads')).toBe(false)
})
