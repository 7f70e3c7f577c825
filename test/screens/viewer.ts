import type { Browser, BrowserContext, BrowserContextOptions, Page, Request } from 'playwright-core'
import { type Language, words } from '../journeys/desk.ts'

export type Words = (typeof words)[Language]

/** How a screen is looked at. */
export interface Look {
  language: Language
  theme: 'light' | 'dark'
  width: number
  height: number
}
export const sizes = { phone: [360, 780], office: [1280, 800], desk: [1920, 1080] } as const

/** What a page waits for; streams and workers never come to an end. */
const ANSWERED = new Set(['fetch', 'xhr', 'image'])
/** A busy machine is no finding. */
const WITHIN_MS = 30_000

/**
 * One browser page that goes from screen to screen without loading anew, and changes size, theme and language where it
 * stands. What it says by console or throws is kept until asked for.
 */
export class Viewer {
  readonly page: Page
  readonly context: BrowserContext
  private readonly url: string
  private readonly pending = new Set<Request>()
  private said: string[] = []
  look: Look = { language: 'zh-CN', theme: 'light', width: 1280, height: 800 }

  private constructor(url: string, context: BrowserContext, page: Page) {
    this.url = url
    this.context = context
    this.page = page
    page.on('request', (request) => ANSWERED.has(request.resourceType()) && this.pending.add(request))
    page.on('response', (response) => this.pending.delete(response.request()))
    page.on('requestfailed', (request) => this.pending.delete(request))
    page.on('domcontentloaded', () => this.pending.clear()) // what the page before asked for is nobody's
    page.on('console', (message) => {
      // a browser complains of every refusal; that is an answer, and the page says what it means
      const refused = /status of 4\d\d/.test(message.text()) && message.location().url.includes('/api/')
      if (message.type() === 'error' && !refused) this.said.push(message.text())
    })
    page.on('pageerror', (error) => this.said.push(error.message))
  }

  static async open(browser: Browser, url: string, more: BrowserContextOptions = {}): Promise<Viewer> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
      reducedMotion: 'reduce',
      serviceWorkers: 'block', // what it fetches is counted twice
      ...more,
    })
    context.setDefaultTimeout(WITHIN_MS)
    await context.addInitScript(() => {
      if (localStorage.getItem('anju.language') === null) localStorage.setItem('anju.language', 'zh-CN')
    })
    return new Viewer(url, context, await context.newPage())
  }

  async signIn(username: string, password: string): Promise<void> {
    const { m, page } = this
    await this.load('/')
    await page.getByLabel(m.signIn.name, { exact: true }).fill(username)
    await page.getByLabel(m.signIn.password, { exact: true }).fill(password)
    await page.getByRole('button', { name: m.signIn.go, exact: true }).click()
    await page.locator('.house').waitFor()
    this.said = [] // that nobody was signed in
  }

  get m(): Words {
    return words[this.look.language]
  }

  /** Goes there by a link, as a person does; `anew` when what is open on the page would hold its reader back. */
  async go(path: string, anew: boolean): Promise<void> {
    if (anew) return this.load(path)
    await this.page.evaluate((href) => {
      const link = document.body.appendChild(Object.assign(document.createElement('a'), { href }))
      link.click()
      link.remove()
    }, path)
  }

  async load(path: string): Promise<void> {
    await this.page.goto(new URL(path, this.url).href)
  }

  /** Size, theme and language as asked for. True: the page had to be loaded anew, and what was open is shut. */
  async use(look: Look): Promise<boolean> {
    const { width, height, theme, language } = look
    const anew = language !== this.look.language
    if (width !== this.look.width || height !== this.look.height) await this.page.setViewportSize({ width, height })
    if (theme !== this.look.theme) {
      await this.page.emulateMedia({ colorScheme: theme })
      // whoever asked for less motion is never shown dark words on a dark ground for a while
      const late = await this.page.evaluate(
        () => document.getAnimations().filter((a) => a instanceof CSSTransition).length,
      )
      if (late > 0) this.said.push(`${late} colours follow the theme later than the rest`)
    }
    this.look = look
    if (!anew) return false
    // the strip's own button changes the words of all that is open; where there is no strip the page is loaded anew
    const changed = await this.page.evaluate((tag) => {
      const button = document.querySelector<HTMLElement>(`.own button[lang="${tag}"]`)
      button?.click()
      if (!button) localStorage.setItem('anju.language', tag)
      return button !== null
    }, language)
    if (!changed) await this.page.reload()
    else await this.page.locator(`html[lang="${language}"]`).waitFor()
    return !changed
  }

  /** Waits until `seen` is there and nothing is on its way; answers what is still missing after all. */
  async settled(seen: string): Promise<string | null> {
    try {
      await this.page.locator(seen).filter({ visible: true }).first().waitFor()
    } catch {
      return `${seen} was not seen`
    }
    const until = Date.now() + WITHIN_MS
    for (let quiet = 0; quiet < 3;) {
      const loading = await this.page.evaluate(
        (word) =>
          new Promise<boolean>((resolve) =>
            requestAnimationFrame(() => resolve(document.body.innerText.includes(word))),
          ),
        this.m.loading,
      )
      quiet = loading || this.pending.size > 0 ? 0 : quiet + 1
      if (Date.now() > until) {
        return loading ? 'still loading' : `no answer: ${[...this.pending].map((each) => each.url()).join(' ')}`
      }
    }
    return null
  }

  /** A seat that hears, as one is; the bar that asks for it is on no picture. */
  async arm(): Promise<void> {
    const button = this.page.getByRole('button', { name: this.m.sound.arm }).first()
    if (!(await button.isVisible())) return
    await button.click()
    await button.waitFor({ state: 'hidden' })
  }

  /** Complaints since it was last asked. */
  heard(): string[] {
    return this.said.splice(0)
  }
}
