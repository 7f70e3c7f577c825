import type { BrowserContext, Locator, Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { dayAfter, instantOf } from '@anju/domain/access/roster'
import { todayIn } from '@anju/domain/elder/day'
import { HELD_BY_ALL } from '@anju/domain/visit/credential'
import { countyForThisFile } from './county.ts'
import { picture } from './picture.ts'
import { type Language, seriousFindings, words } from './desk.ts'
import { signIn } from './product.ts'

const ZONE = 'Asia/Shanghai'
/** Within this week, and still to come at any hour of the day but a Sunday's last. */
const TODAY = todayIn(ZONE, new Date())
const DAY = new Date(`${TODAY}T00:00:00Z`).getUTCDay() === 0 ? TODAY : dayAfter(TODAY, 1)
const PASSWORD = 'office keeps the board'
const county = countyForThisFile()
const { as } = county

interface Office {
  page: Page
  context: BrowserContext
  m: (typeof words)[Language]
}
let zh: Office
let en: Office
let office: Awaited<ReturnType<typeof signIn>>
const made = { provider: '', area: '', wife: '', husband: '', widow: '', one: '', two: '', service: '' }

async function open(language: Language, more: { dark?: boolean; username?: string } = {}): Promise<Office> {
  const context = await county.browser.newContext({
    viewport: { width: 1920, height: 1080 },
    locale: language,
    colorScheme: more.dark ? 'dark' : 'light',
    timezoneId: 'America/New_York',
  })
  await context.addInitScript((tag) => localStorage.setItem('anju.language', tag), language)
  context.setDefaultTimeout(60_000)
  const page = await context.newPage()
  const m = words[language]
  await page.goto(county.url)
  await page.getByLabel(m.signIn.name, { exact: true }).fill(more.username ?? 'board-office')
  await page.getByLabel(m.signIn.password, { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: m.signIn.go, exact: true }).click()
  return { page, context, m }
}
const field = (within: Page | Locator, name: string) => within.locator(`[data-field="${name}"]`)
const block = ({ page }: Office, name: string) => page.locator('[data-block]', { hasText: name })
const row = ({ page }: Office, id: string) => page.locator(`[data-row="${id}"]`)
async function visit({ page }: Office, path: string): Promise<void> {
  await page.evaluate((href) => {
    const link = document.body.appendChild(Object.assign(document.createElement('a'), { href }))
    link.click()
    link.remove()
  }, path)
}
async function passesAxe({ page }: Office, where: string): Promise<void> {
  expect([where, await seriousFindings(page)]).toEqual([where, []])
}
/** On a phone, in both sizes a hand holds. */
async function onPhone({ page }: Office, name: string): Promise<void> {
  await page.setViewportSize({ width: 360, height: 780 })
  const wide = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  await expect.poll(wide).toBeLessThanOrEqual(0)
  await picture(page, name)
  await passesAxe({ page } as Office, name)
  await page.setViewportSize({ width: 1920, height: 1080 })
}

beforeAll(async () => {
  const areas = await as<{ items: { id: string; kind: string; parentId: string | null }[] }>('GET', '/api/areas')
  const top = areas.items.find(({ kind }) => kind === 'county')!
  made.area = areas.items.find(({ kind }) => kind === 'community')!.id
  const id = async (path: string, body: object) => (await as<{ id: string }>('POST', path, body)).id
  made.provider = await id('/api/providers', { name: '晚霞养老服务站', areaId: top.id })
  await as('POST', '/api/contracts', {
    providerId: made.provider,
    areaId: top.id,
    number: 'J-1',
    validFrom: '2020-01-01',
  })
  for (const [key, name] of [
    ['one', '陈晓燕'],
    ['two', '罗文芳'],
  ] as const) {
    made[key] = await id('/api/caregivers', { name, providerId: made.provider })
    for (const kind of Object.keys(HELD_BY_ALL)) {
      await as('POST', `/api/caregivers/${made[key]}/credentials`, { kind, issuedOn: '2025-01-01' })
    }
  }
  const wife = await as<{ id: string; home: { id: string } }>('POST', '/api/elders', {
    name: '施玉珍',
    areaId: made.area,
    address: '桑园路 3 号',
    phone: '19900007001',
  })
  made.wife = wife.id
  made.husband = await id('/api/elders', { name: '施国栋', homeId: wife.home.id })
  made.widow = await id('/api/elders', {
    name: '柏秀兰',
    areaId: made.area,
    address: '柏树湾 8 号',
    phone: '19900007002',
  })
  const invited = await as<{ link: string }>('POST', '/api/users', {
    name: '周站长',
    role: 'provider',
    providerId: made.provider,
  })
  await as('POST', '/api/invitation/accept', {
    token: invited.link.split('#')[1],
    username: 'board-office',
    password: PASSWORD,
  })
  office = await signIn(county.url, 'board-office', PASSWORD)
  zh = await open('zh-CN')
  en = await open('en', { dark: true })
})

test('a provider’s office lands on the board, plans a couple’s joint visit and a recurring one', async () => {
  const { page, m } = zh
  await page.getByRole('heading', { name: m.visits.board, level: 1 }).waitFor()
  await page.getByRole('link', { name: m.visits.plan }).click()
  await field(page, 'elder').fill('施玉')
  await page.getByRole('button', { name: /施玉珍/ }).click()
  await page.getByLabel('施国栋').check()
  await field(page, 'day').fill(DAY)
  await field(page, 'time').fill('23:00')
  await field(page, 'minutes').fill('45')
  await passesAxe(zh, 'plan')
  await picture(page, 'visit-plan-zh-CN-1920')
  await page.getByRole('button', { name: m.visits.making.save, exact: true }).click()
  await page.getByText(m.visits.making.made('2')).waitFor()

  await field(page, 'elder').fill('柏秀')
  await page.getByRole('button', { name: /柏秀兰/ }).click()
  await page.getByLabel(m.visits.making.weekly, { exact: true }).check()
  for (const day of m.visits.making.weekday) await page.getByLabel(day, { exact: true }).check()
  await field(page, 'day').fill(dayAfter(TODAY, 1))
  await field(page, 'time').fill('09:30')
  await field(page, 'caregiver').selectOption(made.one)
  await page.getByRole('button', { name: m.visits.making.save, exact: true }).click()
  await page.getByText(m.visits.making.made('27')).waitFor()
})

test('a visit is dragged to another caregiver, and given by keys; another office sees it as it happens', async () => {
  for (const one of [zh, en]) await visit(one, '/visits/board')
  await block(en, '施玉珍').waitFor()
  await expect.poll(() => block(zh, '施玉珍').count()).toBe(1) // a couple is one block
  await picture(zh.page, 'visit-board-zh-CN-1920')
  await passesAxe(zh, 'board')
  await block(zh, '施玉珍').dragTo(row(zh, made.two))
  await zh.page.getByText(zh.m.visits.given('罗文芳')).waitFor()
  await row(zh, made.two).getByText('施玉珍').waitFor()
  await row(en, made.two).getByText('施玉珍').waitFor()

  await block(en, '施玉珍').focus()
  await en.page.keyboard.press('Enter')
  await en.page.locator(`[data-give="${made.one}"]`).focus()
  await picture(en.page, 'visit-board-en-dark-1920')
  await passesAxe(en, 'board chosen')
  await en.page.keyboard.press('Enter')
  await row(zh, made.one).getByText('施玉珍').waitFor()
})

test('of two who change one visit at once the second is told whose change it was, and sees it', async () => {
  const { page, m } = en
  for (const path of ['/visits', '/visits/board']) await visit(en, path) // with nothing chosen
  await block(en, '施玉珍').click()
  await page.locator(`[data-give="${made.two}"]`).waitFor()
  // the stream of this one page is cut, as by a bad line
  await page.route('**/api/visits/board*', (route) => route.abort())
  const id = (await block(en, '施玉珍').getAttribute('data-block')) ?? ''
  const { version } = await office<{ version: number }>('GET', `/api/visits/${id}`)
  const at = (time: string) => instantOf(DAY, time, ZONE).toISOString()
  await office('POST', `/api/visits/${id}/reschedule`, {
    version,
    plannedFrom: at('22:30'),
    plannedTo: at('23:15'),
    reason: '老人要早些睡',
  })
  await page.locator(`[data-give="${made.two}"]`).click()
  await page.getByText(m.visits.overtaken('周站长')).waitFor()
  await page.unroute('**/api/visits/board*')
})

test('cancelling one of a couple asks about the other, and cancels both where that is meant', async () => {
  const { page, m } = zh
  const from = Date.now() + 5 * 86_400_000
  const { ids } = await office<{ ids: string[] }>('POST', '/api/visits', {
    elderIds: [made.wife, made.husband],
    providerId: made.provider,
    serviceIds: [],
    plannedFrom: new Date(from).toISOString(),
    plannedTo: new Date(from + 3_600_000).toISOString(),
  })
  await visit(zh, `/visits/${ids[0]}`)
  await page.locator('[data-deed="cancel"]').click()
  await field(page, 'said').fill('两人都去女儿家')
  await page.getByRole('button', { name: m.visits.form.save, exact: true }).click()
  await page.getByText(m.visits.form.chooseBoth).waitFor()
  await page.getByLabel(m.visits.form.both, { exact: true }).check()
  await page.getByRole('button', { name: m.visits.form.save, exact: true }).click()
  await page.locator('[data-deed="cancel"]:disabled').waitFor()
  const states = ids.map(async (id) => (await office<{ state: string }>('GET', `/api/visits/${id}`)).state)
  expect(await Promise.all(states)).toEqual(['cancelled', 'cancelled'])
})

test('the list to telephone, the visit’s page with what keeps it from settlement, and what cannot be done says why', async () => {
  await visit(zh, '/visits/to-call')
  const list = zh.page.locator('[data-worklist="to-confirm"]')
  await list.getByRole('button', { name: new RegExp(`${zh.m.visits.deed.confirm}.*施玉珍`) }).click()
  await field(list, 'said').fill('老人本人')
  await picture(zh.page, 'visit-to-call-zh-CN-1920')
  await passesAxe(zh, 'to call')
  await list.getByRole('button', { name: zh.m.visits.form.save, exact: true }).click()
  await list.getByText(zh.m.visits.call.done).waitFor()

  await list.getByRole('link', { name: '施玉珍' }).click()
  await zh.page.getByText(zh.m.visits.page.keptWords['not-called-back']).waitFor()
  await zh.page.locator('ol').getByText(zh.m.visits.entry.confirmed, { exact: true }).waitFor()
  await picture(zh.page, 'visit-page-zh-CN-1920')
  await passesAxe(zh, 'visit')
  await onPhone(zh, 'visit-page-zh-CN-360')
  await visit(zh, '/visits/board')
  await zh.page.locator('[data-board]').waitFor()
  await onPhone(zh, 'visit-board-zh-CN-360')

  await visit(en, new URL(zh.page.url()).pathname)
  await visit(en, '/visits/plans')
  await en.page.getByText('柏秀兰').first().waitFor()
  await picture(en.page, 'visit-plans-en-dark-1920')
  await passesAxe(en, 'plans')
  await visit(en, '/visits')
  await en.page.getByRole('link', { name: /22:30/ }).first().click()
  const callBack = en.page.locator('[data-deed="call-back"]')
  expect(await callBack.isDisabled()).toBe(true)
  await en.page.getByText(en.m.error['visit-state']).first().waitFor()
  await picture(en.page, 'visit-page-en-dark-1920')
  await passesAxe(en, 'visit en')
  await onPhone(en, 'visit-page-en-dark-360')
})
