import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { connectButton } from '../device.ts'
import { type Language, openBrowser, seriousFindings, words } from './desk.ts'
import { picture } from './picture.ts'
import { ADMIN_PASSWORD, type Product, signIn, startProduct } from './product.ts'

const PASSWORD = '白日依山尽黄河入海流'

let product: Product
let browser: Browser

beforeAll(async () => {
  product = await startProduct({ ANJU_DEMO: 'off', ANJU_HOST: '127.0.0.1' })
  browser = await openBrowser()
}, 180_000)
afterAll(async () => {
  await browser.close()
  await product.stop()
})
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()))
})

async function open(language: Language, dark = false): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({
    viewport: { width: 1920, height: 1080 },
    locale: language,
    colorScheme: dark ? 'dark' : 'light',
  })
  context.setDefaultTimeout(60_000)
  await context.addInitScript((tag) => localStorage.setItem('anju.language', tag), language)
  return { context, page: await context.newPage() }
}

/** The page as it is, at the desk and in a hand, and that nothing on it keeps anybody out. */
async function look(page: Page, name: string): Promise<void> {
  await picture(page, name)
  expect([name, await seriousFindings(page)]).toEqual([name, []])
  await page.setViewportSize({ width: 360, height: 780 })
  await picture(page, `${name}-phone`)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
  await page.setViewportSize({ width: 1920, height: 1080 })
}

test('an empty installation is set up step by step until a press is seen by a person who was invited', async () => {
  const m = words['zh-CN']
  const { page } = await open('zh-CN')
  await page.goto(product.url)
  await page.getByLabel(m.signIn.name, { exact: true }).fill('admin')
  await page.getByLabel(m.signIn.password, { exact: true }).fill(ADMIN_PASSWORD)
  await page.getByRole('button', { name: m.signIn.go, exact: true }).click()

  // with nothing there yet the first sign-in leads to the beginning
  const { steps } = m.start
  await page.getByRole('heading', { name: m.start.title }).waitFor()
  await look(page, 'start-empty-zh-CN')
  const save = () => page.getByRole('button', { name: m.start.save }).click()
  const at = (step: keyof typeof steps) => page.getByRole('heading', { name: steps[step].title }).first()
  await page.getByLabel(m.start.county).fill('清河县')
  await save()
  await page.getByLabel(m.start.town, { exact: true }).fill('临河镇')
  await save()
  await page.getByLabel(m.start.community, { exact: true }).fill('北街社区')

  // left and continued: the desk says that something is open, and the way goes on where it was
  await page.goto(product.url)
  await page.getByText(m.start.resume).waitFor()
  await look(page, 'start-desk-zh-CN')
  await page.getByRole('link', { name: m.start.continue }).click()
  await page.getByLabel(m.start.community, { exact: true }).fill('北街社区')
  await save()
  await page.getByRole('button', { name: m.start.skip, exact: true }).click()
  await page.getByLabel(m.start.elderName).fill('王秀英')
  await page.getByLabel(m.start.address).fill('北街 12 号')
  await save()

  // the device is registered on its own page, which shows its secret once
  await page.getByRole('link', { name: m.start.toDevice('王秀英') }).click()
  await page.getByText('王秀英').first().waitFor()
  await page.getByRole('button', { name: m.fleet.registering.go, exact: true }).click()
  const secret = await page.locator('[data-secret]').first().getAttribute('data-secret')
  const id = (await page.locator('.card .id').first().textContent())?.trim()
  if (!secret || !id) throw new Error('no secret was shown')
  await page.getByRole('checkbox', { name: m.fleet.card.saved }).check()
  await page.goto(`${product.url}/start`)

  // the seat is invited; the link is shown once
  await at('seat').waitFor()
  await page.getByLabel(m.staff.name, { exact: true }).fill('李静')
  await save()
  const link = await page.getByRole('textbox', { name: m.staff.user.link.invite }).inputValue()
  expect(new URL(link).hash.length).toBeGreaterThan(40)
  await look(page, 'start-link-zh-CN')

  // opened in another browser, in English: name, password, in
  const e = words.en
  const { page: seat } = await open('en', true)
  await seat.goto(link)
  await seat.getByRole('heading', { name: e.staff.come.title('李静') }).waitFor()
  await seat.getByLabel(e.staff.come.username).fill('LiJing')
  await seat.getByLabel(e.staff.come.password, { exact: true }).fill('lijing12345')
  await seat.getByRole('button', { name: e.staff.come.go }).click()
  await seat.getByText(e.staff.password.fault['own-name']).waitFor()
  await look(seat, 'invitation-en-dark')
  await seat.getByLabel(e.staff.come.password, { exact: true }).fill(PASSWORD)
  await seat.getByRole('button', { name: e.staff.come.go }).click()
  await seat.getByRole('button', { name: e.sound.arm }).first().click()
  await seat.getByText(e.link.live, { exact: true }).first().waitFor()

  // the link is good no more
  const { page: second } = await open('en')
  await second.goto(link)
  await second.getByText(e.staff.come.gone.used).waitFor()
  await look(second, 'invitation-used-en')

  // a press of the device just registered is seen by the person just invited
  const button = await connectButton(product.mqtt, { id, secret })
  await button.press('first')
  await seat.locator('[data-alarm]').getByText('王秀英').waitFor()
  await button.end()

  // a role taken away is felt at once, without signing in again: who only looks is no seat
  const as = await signIn(product.url, 'admin', ADMIN_PASSWORD)
  const found = await as<{ items: { id: string; version: number }[] }>('GET', '/api/users?search=lijing')
  const [user] = found.items
  await as('PATCH', `/api/users/${user?.id}`, { version: user?.version, role: 'auditor' })
  await seat.locator('[data-fact="sound"]').waitFor({ state: 'detached' })
  await seat.getByText(e.link.live, { exact: true }).first().waitFor()
  await seat.locator('[data-alarm]').getByText('王秀英').waitFor()

  // and the way is finished, for good
  await page.goto(`${product.url}/start`)
  await page.getByRole('heading', { name: m.start.finished }).waitFor()
  await look(page, 'start-finished-zh-CN')
  await page.goto(product.url)
  await page.getByText(m.start.resume).waitFor({ state: 'detached' })
})
