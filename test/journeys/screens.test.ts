import { afterAll, beforeAll, expect, test } from 'vitest'
import { lookAt, type View } from '../screens/gallery.ts'
import { nameOf, openers, type Screen } from '../screens/screen.ts'
import { DEMO_PASSWORD, stage, type Staged } from '../screens/staged.ts'
import { screens } from '../screens/table.ts'
import { sizes, Viewer } from '../screens/viewer.ts'
import { countyForThisFile } from './county.ts'
import { ADMIN_PASSWORD } from './product.ts'

const county = countyForThisFile()
let staged: Staged

beforeAll(async () => {
  staged = await stage(county.url, county.mqtt)
})
afterAll(async () => {
  await staged.end()
})

const [office, phone] = [sizes.office, sizes.phone]
const inTheOffice: View = { language: 'zh-CN', theme: 'light', width: office[0], height: office[1], axe: true }
const inAHand: View = { language: 'en', theme: 'dark', width: phone[0], height: phone[1], axe: true }

/** The lead’s pages are half of all: on a busy machine they take their time. */
const WITHIN_MS = 300_000

/** Each page once, in one of two looks by turns; `npm run pictures` looks at all that can be open on it, in six. */
const pages = screens.filter(({ what }) => what === undefined)
const viewOf = (screen: Screen): View => (pages.indexOf(screen) % 2 === 0 ? inTheOffice : inAHand)

test.each([null, ...openers])(
  'nothing on the pages of %s is too wide, without words, or keeps anybody out',
  async (as) => {
    const viewer = await Viewer.open(county.browser, county.url)
    if (as !== null) await viewer.signIn(as, as === 'admin' ? ADMIN_PASSWORD : DEMO_PASSWORD)
    // those in one language together, as its change may load the page anew
    const own = pages
      .filter((screen) => screen.as === as)
      .toSorted((one, other) => Number(viewOf(one) === inAHand) - Number(viewOf(other) === inAHand))
    let anew = true
    for (const screen of own) {
      const path = typeof screen.at === 'string' ? screen.at : screen.at(staged)
      const found = await lookAt(viewer, screen, { path, views: [viewOf(screen)], anew })
      expect([nameOf(screen), found]).toEqual([nameOf(screen), []])
      anew = as === null
    }
    await viewer.context.close()
  },
  WITHIN_MS,
)
