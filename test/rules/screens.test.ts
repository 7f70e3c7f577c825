import ts from 'typescript'
import { expect, it } from 'vitest'
import { actions, may } from '@anju/domain/access/role'
import { PHONE_PAGES } from '@anju/domain/phone/pages'
import { phoneScreens } from '../screens/phone.ts'
import { nameOf, roleOf } from '../screens/screen.ts'
import { screens } from '../screens/table.ts'
import { parse, strings, tracked, walk } from './tree.ts'

/** The pages of the dashboard's own table, each with who may open it. */
function officePages(): Map<string, string | null> {
  const [source] = tracked(/^dashboard\/src\/shell\/pages\.ts$/)
  if (!source) throw new Error('the dashboard has its table of pages')
  const found = new Map<string, string | null>()
  walk(parse(source), (node) => {
    if (!ts.isPropertyAssignment(node) || !ts.isObjectLiteralExpression(node.initializer)) return
    const text = (name: string): string | null => {
      const own = ts.isObjectLiteralExpression(node.initializer) ? node.initializer.properties : []
      const value = own.find((each) => each.name?.getText() === name)
      return value && ts.isPropertyAssignment(value) && ts.isStringLiteral(value.initializer)
        ? value.initializer.text
        : null
    }
    if (text('at') !== null) found.set(node.name.getText(), text('action'))
  })
  return found
}

/** The screens within a visit on the phone: what `on` is compared with. */
function screensOfAVisit(): string[] {
  const [source] = tracked(/^dashboard\/src\/phone\/Visit\.svelte$/)
  return [...(source?.text ?? '').matchAll(/\bon === '(\w+)'/g)].map(([, on = '']) => on)
}

/** Not in the table of pages, as they are there from the first. */
const FROM_THE_FIRST = ['signIn', 'desk', 'alarm', 'nowhere']

it('every page of the dashboard is looked at', () => {
  const pages = [...officePages().keys()]
  expect(pages.length).toBeGreaterThan(50)
  expect([...new Set(screens.map(({ page }) => page))].sort()).toEqual([...pages, ...FROM_THE_FIRST].sort())
})

it('whoever is to look at a page may open it', () => {
  const pages = officePages()
  for (const screen of screens) {
    const action = actions.find((each) => each === pages.get(screen.page))
    if (action === undefined || screen.as === null) continue
    expect([nameOf(screen), may(roleOf(screen.as), action)]).toEqual([nameOf(screen), true])
  }
})

it('every page of the phone is looked at, and every screen of a visit', () => {
  const seen = new Set(phoneScreens.map(({ page }) => page))
  expect([...seen].sort()).toEqual(PHONE_PAGES.map((page) => `phone-${page}`).sort())
  const within = screensOfAVisit()
  expect(within.length).toBeGreaterThan(5)
  const addresses = tracked(/^test\/screens\/phone\.ts$/).flatMap((source) => strings(parse(source)))
  const named = new Set(addresses.map(({ text }) => text))
  expect(within.filter((on) => !named.has(`/${on}`))).toEqual([])
})

it('a file is chosen by our own button: the browser’s field speaks the browser’s language', () => {
  const native = tracked(/^dashboard\/src\/.*\.svelte$/).filter(({ text }) => /type=["'{]*file\b/.test(text))
  expect(native.map(({ path }) => path)).toEqual(['dashboard/src/edit/PickFile.svelte'])
})

it('no two screens have one name', () => {
  const names = [...screens, ...phoneScreens].map(nameOf)
  expect(names.filter((name, n) => names.indexOf(name) !== n)).toEqual([])
})
