import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Browser } from 'playwright-core'
import { openBrowser } from '../journeys/desk.ts'
import { ADMIN_PASSWORD, startProduct } from '../journeys/product.ts'
import { findChromium } from '../tools.ts'
import { lookAt, type Found, type View } from './gallery.ts'
import { phoneScreens, takeUp } from './phone.ts'
import { nameOf, type Screen } from './screen.ts'
import { DEMO_PASSWORD, stage, type Staged } from './staged.ts'
import { screens } from './table.ts'
import { sizes, Viewer } from './viewer.ts'

/**
 * `npm run pictures`: every screen of the dashboard, pictured and checked, with the demo county and once more with
 * nothing at all. `npm run pictures -- visit elder` looks at screens whose name begins so; `--all` in every look there
 * is. Ends in one table of what was found.
 */
const view = (
  language: View['language'],
  theme: View['theme'],
  size: keyof typeof sizes,
  more: Partial<View> = {},
) => ({
  language,
  theme,
  width: sizes[size][0],
  height: sizes[size][1],
  ...(size === 'desk' ? {} : { whole: true as const }),
  ...more,
})
/** Each language and each theme in each size, and each language in each theme: half of all there are. */
const halfOfAll: readonly View[] = [
  view('zh-CN', 'light', 'phone', { axe: true }),
  view('zh-CN', 'light', 'office'),
  view('zh-CN', 'dark', 'desk'),
  view('en', 'light', 'desk'),
  view('en', 'dark', 'office', { axe: true }),
  view('en', 'dark', 'phone'),
]
const theOthers: readonly View[] = [
  view('en', 'light', 'phone'),
  view('en', 'light', 'office'),
  view('en', 'dark', 'desk'),
  view('zh-CN', 'light', 'desk'),
  view('zh-CN', 'dark', 'office'),
  view('zh-CN', 'dark', 'phone'),
]
const emptyViews: readonly View[] = [
  view('zh-CN', 'light', 'office', { axe: true }),
  view('en', 'dark', 'phone', { axe: true }),
]
const phoneView = (
  language: View['language'],
  theme: View['theme'],
  width: number,
  more: Partial<View> = {},
): View => ({
  language,
  theme,
  width,
  height: 780,
  whole: true,
  ...more,
})
const phoneViews: readonly View[] = [
  phoneView('zh-CN', 'light', 360, { axe: true }),
  phoneView('zh-CN', 'dark', 320),
  phoneView('en', 'light', 320),
  phoneView('en', 'dark', 390, { axe: true }),
]

const folder = process.env['ANJU_PICTURES'] ?? path.resolve(import.meta.dirname, '../results/pictures')
const asked = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const views = process.argv.includes('--all') ? [...halfOfAll, ...theOthers] : halfOfAll
const wanted = (screen: Screen): boolean => asked.length === 0 || asked.some((name) => nameOf(screen).startsWith(name))
const say = (words: string): void => void process.stdout.write(`${words}\n`)
const found: Found[] = []
let pictures = 0

process.env['ANJU_CHROMIUM'] = findChromium(say)
const browser = await openBrowser('software')
const began = Date.now()
try {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await withTheDemo(browser)
  await withNothing(browser)
} finally {
  await browser.close()
}
report()

async function withTheDemo(on: Browser): Promise<void> {
  const product = await startProduct({ ANJU_SIMULATOR: 'off' })
  try {
    const county = await stage(product.url, product.mqtt)
    const phone = phoneScreens.filter(wanted)
    if (phone.length > 0) await through(await takeUp(on, county), phone, county, phoneViews)
    // the bureau last: what the phone did is checked a minute later, and found by then
    const groups = [...Map.groupBy(screens.filter(wanted), ({ as }) => as)].toSorted(
      ([one], [other]) => Number(one === 'bureau') - Number(other === 'bureau'),
    )
    // two at a time: while one draws, the other waits for its page
    const next = async (): Promise<void> => {
      for (let group = groups.shift(); group; group = groups.shift()) {
        const [as, own] = group
        const viewer = await Viewer.open(on, product.url)
        if (as !== null) await viewer.signIn(as, as === 'admin' ? ADMIN_PASSWORD : DEMO_PASSWORD)
        await through(viewer, own, county, views)
      }
    }
    await Promise.all([next(), next()])
    await county.end()
  } finally {
    await product.stop()
  }
}

/** What the first administrator of an empty installation sees. */
async function withNothing(on: Browser): Promise<void> {
  const own = screens.filter((screen) => typeof screen.at === 'string' && screen.as !== null && wanted(screen))
  if (own.length === 0) return
  const product = await startProduct({ ANJU_DEMO: 'off', ANJU_HOST: '127.0.0.1' })
  try {
    const viewer = await Viewer.open(on, product.url)
    await viewer.signIn('admin', ADMIN_PASSWORD)
    const plain = own.filter(({ what }) => what === undefined)
    await through(
      viewer,
      plain.map((screen) => ({ ...screen, seen: 'h1', what: 'empty' })),
      null,
      emptyViews,
    )
  } finally {
    await product.stop()
  }
}

async function through(
  viewer: Viewer,
  own: readonly Screen[],
  county: Staged | null,
  how: readonly View[],
): Promise<void> {
  let anew = true
  for (const screen of own) {
    const keep = (name: string): string => {
      pictures++
      return path.join(folder, `${name}.png`)
    }
    const at = typeof screen.at === 'string' ? screen.at : county && screen.at(county)
    if (at === null) continue
    found.push(...(await lookAt(viewer, screen, { path: at, views: how, keep, anew })))
    anew = screen.open !== undefined || screen.as === null || screen.then !== undefined
  }
  await viewer.context.close()
}

function report(): void {
  const rows = found.flatMap(({ screen, look, found: each }) => each.map((what) => [screen, look, what] as const))
  const wide = [0, 1].map((n) => Math.max(0, ...rows.map((row) => row[n]?.length ?? 0)))
  for (const [screen, look, what] of rows) say(`${screen.padEnd(wide[0] ?? 0)}  ${look.padEnd(wide[1] ?? 0)}  ${what}`)
  const seconds = ((Date.now() - began) / 1000).toFixed(0)
  say(`${pictures} pictures in ${folder}, ${rows.length} findings, ${seconds} s`)
  process.exitCode = rows.length === 0 ? 0 : 1
}
