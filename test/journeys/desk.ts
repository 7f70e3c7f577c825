import { existsSync } from 'node:fs'
import axe from 'axe-core'
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core'
import { zhCN } from '../../dashboard/src/messages/zh-CN.ts'
import { en } from '../../dashboard/src/messages/en.ts'

export const words = { 'zh-CN': zhCN, en }
export type Language = keyof typeof words

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** @param drawing how WebGL is drawn; without it a browser has none, as a remote desktop may have none */
export async function openBrowser(drawing: 'software' | 'none' = 'none', more: string[] = []): Promise<Browser> {
  const executablePath = process.env['ANJU_CHROMIUM'] ?? PLACES.find((place) => existsSync(place))
  return chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [
      '--no-sandbox',
      ...(drawing === 'none' ? ['--disable-gpu'] : ['--use-angle=swiftshader', '--enable-unsafe-swiftshader']),
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  })
}

const launched = new Map<string, Promise<Browser>>()

/**
 * One browser for all files of a lane: each launch costs two seconds of a core. Whoever was in it leaves by closing
 * their context; it ends with the process that runs the lane.
 */
export function browserOfThisLane(drawing: 'software' | 'none' = 'none'): Promise<Browser> {
  const browser = launched.get(drawing) ?? openBrowser(drawing)
  launched.set(drawing, browser)
  return browser
}

/** A person at a desk: a browser of their own, signed in, sound armed. `tones()` counts what was really played. */
export interface Desk {
  page: Page
  context: BrowserContext
  m: (typeof words)[Language]
  tones(): Promise<number>
}

declare global {
  interface Window {
    anjuTones?: number
    axe: typeof axe
  }
}

interface Who {
  username: string
  password: string
  language: Language
  size?: { width: number; height: number }
  dark?: boolean
}

/** Signed in, with the sound armed and the link alive: a seat, or whoever hears alarms. */
export async function sitDown(browser: Browser, url: string, who: Who): Promise<Desk> {
  const desk = await comeIn(browser, url, who)
  const { page, m } = desk
  await page.getByRole('button', { name: m.sound.arm }).first().click()
  await page.getByText(m.sound.on, { exact: true }).first().waitFor()
  await page.getByText(m.link.live, { exact: true }).first().waitFor()
  return desk
}

/** Signed in in a browser of one's own. */
export async function comeIn(browser: Browser, url: string, who: Who): Promise<Desk> {
  const context = await browser.newContext({
    viewport: who.size ?? { width: 1920, height: 1080 },
    locale: who.language,
    colorScheme: who.dark ? 'dark' : 'light',
    timezoneId: 'America/New_York', // the desk shows the area's time, wherever its browser believes to be
  })
  await context.addInitScript((language) => {
    localStorage.setItem('anju.language', language)
    const play = AudioScheduledSourceNode.prototype.start
    window.anjuTones = 0
    AudioScheduledSourceNode.prototype.start = function (...times) {
      window.anjuTones = (window.anjuTones ?? 0) + 1
      play.apply(this, times)
    }
  }, who.language)
  context.setDefaultTimeout(60_000) // a wait ends with its fact; a busy machine is no finding
  const page = await context.newPage()
  const m = words[who.language]
  await page.goto(url)
  await page.getByLabel(m.signIn.name, { exact: true }).fill(who.username)
  await page.getByLabel(m.signIn.password, { exact: true }).fill(who.password)
  await page.getByRole('button', { name: m.signIn.go, exact: true }).click()
  await page.getByLabel(m.signIn.password, { exact: true }).waitFor({ state: 'detached' })
  return { page, context, m, tones: () => page.evaluate(() => window.anjuTones ?? 0) }
}

/** A file chosen as a person does: by the button's key, from what the browser then asks. */
export async function chooseFile(
  button: Locator,
  file: { name: string; mimeType: string; buffer: Buffer },
): Promise<void> {
  const asked = button.page().waitForEvent('filechooser')
  await button.press('Enter')
  await (await asked).setFiles(file)
}

/**
 * Findings that would keep somebody out (axe: serious and critical). axe-core itself, in the page that is looked at: its
 * Playwright package opens a second page for each look and judges what passes too, which took a quarter of all journeys.
 */
export async function seriousFindings(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  const { violations } = await page.evaluate(async () =>
    window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'],
      resultTypes: ['violations'],
      iframes: false, // there are none
    }),
  )
  return violations
    .filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
    .map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(' ')).join(', ')}`)
}
