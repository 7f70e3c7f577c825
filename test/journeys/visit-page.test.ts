import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { ruleWords } from '../../dashboard/src/exception/words.ts'
import { proofWords } from '../../dashboard/src/visit/proof-words.ts'
import { countyForThisFile } from './county.ts'
import { picture } from './picture.ts'
import { type Language, seriousFindings, words } from './desk.ts'
import { ADMIN_PASSWORD } from './product.ts'

const county = countyForThisFile()
const { as } = county
const opened: BrowserContext[] = []
let visitId = ''
let rule = ''

interface Visits {
  items: { id: string; beginGrade: string | null; endGrade: string | null }[]
}
interface Found {
  items: { rule: string; visit: { id: string } }[]
}

async function open(language: Language, dark = false, path = `/visits/${visitId}`): Promise<Page> {
  const context = await county.browser.newContext({
    viewport: { width: 1920, height: 1080 },
    locale: language,
    colorScheme: dark ? 'dark' : 'light',
  })
  opened.push(context)
  await context.addInitScript((tag) => localStorage.setItem('anju.language', tag), language)
  const page = await context.newPage()
  const m = words[language]
  await page.goto(`${county.url}${path}`)
  await page.getByLabel(m.signIn.name, { exact: true }).fill('admin')
  await page.getByLabel(m.signIn.password, { exact: true }).fill(ADMIN_PASSWORD)
  await page.getByRole('button', { name: m.signIn.go, exact: true }).click()
  return page
}

beforeAll(async () => {
  // a visit of the demo begun by tag, in which the rules found something; best with its end typed in: the most to show
  const { items } = await as<Visits>('GET', '/api/visits?state=given&limit=200')
  const ends = new Map(items.filter((each) => each.beginGrade === 'proved').map(({ id, endGrade }) => [id, endGrade]))
  const look = async (): Promise<string> => {
    const found = await as<Found>('GET', '/api/visit-exceptions?limit=200')
    const fit = found.items.filter(({ visit }) => ends.has(visit.id))
    const one = fit.find(({ visit }) => ends.get(visit.id) === 'claimed') ?? fit[0]
    visitId = one?.visit.id ?? ''
    rule = one?.rule ?? ''
    return rule
  }
  await vi.waitUntil(look, { timeout: 150_000, interval: 2_000 })
})
afterAll(() => Promise.all(opened.map((context) => context.close())))

test.each([
  ['zh-CN', false],
  ['en', true],
] as const)('a visit stands on one page with its proof, in %s, at the desk and on a phone', async (language, dark) => {
  const page = await open(language, dark)
  const proof = proofWords[language]
  for (const heading of [proof.times, proof.readings, proof.found]) {
    await page.getByRole('heading', { name: heading, exact: true }).waitFor()
  }
  await page.locator('#found').getByText(ruleWords(rule, language).name).first().waitFor()
  await page.getByText(proof.raw, { exact: true }).first().waitFor()
  await picture(page, `visit-proof-${language}-1920`)
  expect(await seriousFindings(page)).toEqual([])
  await page.emulateMedia({ media: 'print' })
  await page.setViewportSize({ width: 800, height: 1130 })
  expect(await page.locator('[data-deed]').first().isVisible()).toBe(false)
  await picture(page, `visit-proof-${language}-print`)
  await page.emulateMedia({ media: 'screen' })
  await page.setViewportSize({ width: 360, height: 780 })
  const wide = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  await expect.poll(wide).toBeLessThanOrEqual(0)
  await picture(page, `visit-proof-${language}-360`, { whole: true })
  expect(await seriousFindings(page)).toEqual([])
})

test('the roots of evidence are listed for the office, with who has them', async () => {
  // the demo's past is sealed once it is stored
  const roots = async () => (await as<{ items: unknown[] }>('GET', '/api/anchors')).items.length
  await expect.poll(roots, { timeout: 120_000 }).toBeGreaterThan(0)
  for (const [language, dark] of [
    ['zh-CN', false],
    ['en', true],
  ] as const) {
    const page = await open(language, dark, '/office/roots')
    await page.getByRole('heading', { name: words[language].office.roots, level: 1 }).waitFor()
    await page.locator('[data-root]').first().waitFor()
    await picture(page, `roots-${language}-1920`)
    expect(await seriousFindings(page)).toEqual([])
    await page.setViewportSize({ width: 360, height: 780 })
    await picture(page, `roots-${language}-360`)
  }
})
