import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CREDENTIAL_KINDS, HELD_BY_ALL } from '@anju/domain/visit/credential'
import { presence as presenceEn } from '../../dashboard/src/messages/en-presence.ts'
import { tag as tagEn } from '../../dashboard/src/messages/en-tag.ts'
import { presence as presenceZh } from '../../dashboard/src/messages/zh-CN-presence.ts'
import { tag as tagZh } from '../../dashboard/src/messages/zh-CN-tag.ts'
import { countyForThisFile } from './county.ts'
import { picture } from './picture.ts'
import { comeIn, type Desk, seriousFindings, words } from './desk.ts'
import { chipOf } from './door-tag.ts'
import { ADMIN_PASSWORD } from './product.ts'

const tagWords = { 'zh-CN': tagZh, en: tagEn }
const presenceWords = { 'zh-CN': presenceZh, en: presenceEn }
const county = countyForThisFile()
const { as } = county
const PASSWORD = 'two people look at a tag'
const UID = '04B1B2B3B4B5B6'
type Id = { id: string }

let admin: Desk
let bureau: Desk
let office: Desk
let phone: { page: Page; context: BrowserContext } | undefined
let chip: ReturnType<typeof chipOf>
let visitId = ''
const made = { provider: '', caregiver: '', elder: '', home: '', service: '', area: '' }

beforeAll(async () => {
  const { items } = await as<{ items: { id: string; kind: string }[] }>('GET', '/api/areas')
  made.area = items.find(({ kind }) => kind === 'county')!.id
  const community = items.find(({ kind }) => kind === 'community')!.id
  const id = async (path: string, body: object) => (await as<Id>('POST', path, body)).id
  made.provider = await id('/api/providers', { name: '青石养老服务站', areaId: made.area })
  await as('POST', '/api/contracts', {
    providerId: made.provider,
    areaId: made.area,
    number: 'T-1',
    validFrom: '2020-01-01',
  })
  made.caregiver = await id('/api/caregivers', { name: '何玉兰', providerId: made.provider })
  for (const kind of CREDENTIAL_KINDS.filter((each) => HELD_BY_ALL[each] !== undefined)) {
    await as('POST', `/api/caregivers/${made.caregiver}/credentials`, { kind, issuedOn: '2025-01-05' })
  }
  const elder = await as<{ id: string; home: Id }>('POST', '/api/elders', {
    name: '顾桂珍',
    areaId: community,
    address: '青石巷 17 号',
    phone: '19900008001',
  })
  Object.assign(made, { elder: elder.id, home: elder.home.id })
  made.service = await id('/api/services', {
    areaId: made.area,
    code: 'T9',
    category: 'cleaning',
    name: '擦窗',
    conditions: [],
    photos: false,
  })
  const user = async (username: string, more: object) => {
    const { link } = await as<{ link: string }>('POST', '/api/users', more)
    await as('POST', '/api/invitation/accept', { token: link.split('#')[1], username, password: PASSWORD })
  }
  await user('taps-office', { name: '孙站长', role: 'provider', providerId: made.provider })
  await user('taps-bureau', { name: '民政 钱科长', role: 'bureau', areaId: made.area })
  const { browser, url } = county
  admin = await comeIn(browser, url, { username: 'admin', password: ADMIN_PASSWORD, language: 'zh-CN' })
  bureau = await comeIn(browser, url, { username: 'taps-bureau', password: PASSWORD, language: 'en', dark: true })
  office = await comeIn(browser, url, { username: 'taps-office', password: PASSWORD, language: 'zh-CN' })
})
afterAll(async () => {
  for (const { context } of [admin, bureau, office]) await context.close()
  await phone?.context.close()
})

async function go({ page }: { page: Page }, path: string): Promise<void> {
  await page.evaluate((href) => {
    const link = document.body.appendChild(Object.assign(document.createElement('a'), { href }))
    link.click()
    link.remove()
  }, path)
}
/** At a desk and on a phone, with nothing that keeps anybody out or hangs over the edge. */
async function look({ page }: { page: Page }, name: string): Promise<void> {
  await picture(page, `${name}-1920`)
  expect([name, await seriousFindings(page)]).toEqual([name, []])
  await page.setViewportSize({ width: 360, height: 780 })
  const over = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  await expect.poll(over).toBeLessThanOrEqual(0)
  await picture(page, `${name}-360`)
  expect([name, await seriousFindings(page)]).toEqual([name, []])
  await page.setViewportSize({ width: 1920, height: 1080 })
}
const field = ({ page }: { page: Page }, name: string) => page.locator(`[data-field="${name}"]`)
const press = ({ page }: { page: Page }, name: string) => page.getByRole('button', { name, exact: true }).click()

async function planned(): Promise<string> {
  const from = Date.now() + 60_000
  const { ids } = await as<{ ids: string[] }>('POST', '/api/visits', {
    elderIds: [made.elder],
    providerId: made.provider,
    serviceIds: [made.service],
    plannedFrom: new Date(from).toISOString(),
    plannedTo: new Date(from + 3_600_000).toISOString(),
  })
  await as('POST', `/api/visits/${ids[0]}/assign`, { version: 1, caregiverId: made.caregiver })
  return ids[0]!
}

test('a tag is registered and written with what is shown once; the phone of whoever writes it says that it answers', async () => {
  const words = tagWords['zh-CN']
  const { page } = admin
  await go(admin, '/tags/new')
  await field(admin, 'homeId').fill('青石巷')
  await page.getByRole('button', { name: /青石巷 17 号/ }).click()
  await field(admin, 'uid').fill('04:b1:b2:b3:b4:b5:b6')
  await field(admin, 'label').fill('进门右手边')
  await press(admin, words.new.go)
  await page.locator('[data-state="number-only"]').waitFor()
  await page.getByText(words.template['hidden-file']).click()
  await press(admin, words.write.go)
  const sheet = page.locator(`[data-sheet="${UID}"]`)
  await sheet.waitFor()
  const read = (name: string, at: string) => sheet.locator(`[data-${name}]`).getAttribute(`data-${at}`)
  const key = (name: string) => sheet.locator(`[data-key="${name}"]`).getAttribute('data-value')
  chip = chipOf(UID, {
    keys: { metaRead: (await key('metaRead'))!, fileRead: (await key('fileRead'))! },
    template: { ndef: (await read('ndef', 'ndef'))!, fileSettings: (await read('settings', 'settings'))! },
  })
  await look(admin, 'tag-writing-zh-CN')
  await page.getByText(words.check.waiting).waitFor()
  // a code that is wrong leaves nobody without a way on
  await field(admin, 'tap-address').fill(chip.tap().replace(/c=..../, 'c=0000'))
  await press(admin, words.check.go)
  await page.locator('[data-failed="wrong-key"]').waitFor()
  await press(admin, words.failed.goAgain)
  expect(await field(admin, 'tap-address').inputValue()).toBe('')

  const hand = await comeIn(county.browser, county.url, {
    username: 'admin',
    password: ADMIN_PASSWORD,
    language: 'zh-CN',
    size: { width: 360, height: 780 },
  })
  await hand.page.locator('main#main').waitFor() // the answer to signing in is here
  await hand.page.goto(chip.tap())
  await hand.page.locator('[data-verified]').waitFor()
  await picture(hand.page, 'tag-trial-zh-CN-360')
  expect(await seriousFindings(hand.page)).toEqual([])
  await hand.context.close()
  await page.locator('[data-verified]').waitFor()
  await press(admin, words.write.print)
  await go(admin, '/tags')
  await page.getByRole('link', { name: UID }).waitFor()
  await look(admin, 'tags-zh-CN')
  // the keys are gone
  await page.getByRole('link', { name: UID }).click()
  await page.locator('[data-state="in-use"]').waitFor()
  expect(await page.locator('#main [data-sheet]').count()).toBe(0)
})

test('a caregiver’s tap without a visit waits at the desk, and is given to the visit once that is planned', async () => {
  const m = words['zh-CN'].phone
  const context = await county.browser.newContext({
    viewport: { width: 360, height: 780 },
    isMobile: true,
    hasTouch: true,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
  })
  context.setDefaultTimeout(60_000)
  await context.addInitScript(() => localStorage.setItem('anju.language', 'zh-CN'))
  const page = await context.newPage()
  phone = { page, context }
  const { link } = await as<{ link: string }>('POST', `/api/caregivers/${made.caregiver}/phone-link`)
  await page.goto(county.url + new URL(link).pathname + new URL(link).hash)
  await page.getByLabel(m.join.choose).fill('284071')
  await page.getByLabel(m.join.again).fill('284071')
  await press(phone, m.join.go)
  await page.getByRole('heading', { name: m.today.title, exact: true }).waitFor()
  await page.goto(chip.tap())
  await page.getByText(m.tap.unknown).waitFor()

  const wordsOf = presenceWords['zh-CN']
  await go(office, '/presences')
  const row = office.page.locator('[data-tap]', { hasText: '何玉兰' })
  await field(office, 'caregiver').selectOption(made.caregiver)
  await office.page.reload()
  await row.click()
  expect(await field(office, 'caregiver').inputValue()).toBe(made.caregiver)
  await office.page.locator('[data-clear]').click()
  expect(new URL(office.page.url()).search).toBe('')
  await row.click()
  await office.page.getByText(wordsOf.kindHow['no-visit']).waitFor()
  await press(office, wordsOf.aside.title)
  await press(office, wordsOf.aside.go)
  await office.page.locator('[data-again]').click()
  await office.page.locator('[data-decided] li', { hasText: '重新提起' }).waitFor()
  visitId = await planned()
  await press(office, wordsOf.attach.title)
  await office.page.locator('label.tick', { hasText: wordsOf.attach.sameCaregiver }).waitFor()
  await field(office, 'attach-reason').fill('工单补录晚了')
  await look(office, 'taps-attach-zh-CN')
  await press(office, wordsOf.attach.go)
  await office.page.getByRole('status').filter({ hasText: '✓' }).waitFor()
  const visit = await as<{ state: string; beginGrade: string }>('GET', `/api/visits/${visitId}`)
  expect([visit.state, visit.beginGrade]).toEqual(['in-service', 'proved'])
})

test('what the caregiver types in is approved by a second person', async () => {
  const m = words['zh-CN'].phone
  const inHand = phone
  if (!inHand) throw new Error('the phone is taken into use above')
  const { page } = inHand
  await page.goto(`${county.url}/visit/${visitId}`)
  await page.getByRole('link', { name: m.serve.leave, exact: true }).click()
  await page.getByRole('link', { name: m.door.noNfc }).click()
  await page.getByLabel(m.typed.reasons['tag-silent']).check()
  await press(inHand, m.typed.end)
  await expect.poll(async () => (await as<{ state: string }>('GET', `/api/visits/${visitId}`)).state).toBe('left')
  // two minutes have not passed since the begin: the bureau is asked first
  const settle = presenceWords.en
  await go(bureau, '/presences?show=in-question')
  await bureau.page.locator('[data-tap]', { hasText: '何玉兰' }).click()
  await field(bureau, 'settle-reason').fill('The visit was rehearsed')
  await look(bureau, 'taps-in-question-en')
  await press(bureau, settle.settle.go)
  await bureau.page.getByRole('status').filter({ hasText: '✓' }).waitFor()
  const wordsOf = presenceWords['zh-CN']
  await office.page.getByRole('button', { name: new RegExp(`^${wordsOf.show['to-approve']}`) }).click()
  await office.page.locator('[data-tap]', { hasText: '何玉兰' }).click()
  await field(office, 'approve-note').fill('打电话问过，本人说走时标签没反应')
  await look(office, 'taps-approve-zh-CN')
  await press(office, wordsOf.approve.go)
  await office.page.getByRole('status').filter({ hasText: '✓' }).waitFor()
  const visit = await as<{ presences: { part: string; approvedBy: { name: string } | null }[] }>(
    'GET',
    `/api/visits/${visitId}`,
  )
  expect(visit.presences.find(({ part }) => part === 'end')?.approvedBy?.name).toBe('孙站长')
})

test('a torn-off tag is replaced by one person and confirmed by another', async () => {
  const words = tagWords['zh-CN']
  const { page } = admin
  await press(admin, words.replace.title)
  await field(admin, 'new-uid').fill('04C1C2C3C4C5C6')
  await field(admin, 'replace-note').fill('粉刷时撕掉了')
  await press(admin, words.replace.go)
  await page.locator('[data-state="waits-for-second"]').waitFor()
  await page.getByText(words.confirm.own).waitFor()
  await look(admin, 'tag-replaced-zh-CN')
  await go(bureau, '/tags?state=waits-for-second')
  await bureau.page.getByRole('link', { name: '04C1C2C3C4C5C6' }).click()
  await field(bureau, 'confirm-note').fill('Seen beside the door')
  await look(bureau, 'tag-confirm-en')
  await press(bureau, tagWords.en.confirm.go)
  await bureau.page.locator('[data-state="number-only"]').waitFor()
})

test('the bureau reads what counts in sentences, tries a milder policy before it is in force, and sees its keys', async () => {
  const english = presenceWords.en.policy
  const { page } = bureau
  await go(bureau, '/presence-policy')
  await page.locator('[data-policy] li').first().waitFor()
  await page.locator('[data-preview]').waitFor()
  await press(bureau, english.edit)
  const before = await page.locator('[data-preview]').innerText()
  await page.getByRole('radio', { name: english.least.supported }).first().check()
  await page.getByText(english.sentence.supported('Begin')).waitFor()
  expect(before).toMatch(/30 days/)
  await look(bureau, 'what-counts-en')
  await press(bureau, presenceWords.en.cancel)
  await go(bureau, '/tags/keys')
  await page.getByText(tagWords.en.area.inForce).waitFor()
  await look(bureau, 'area-keys-en')
  await go(bureau, '/presences')
  await page.getByText(presenceWords.en.binding).waitFor()
  await look(bureau, 'taps-en')
  await go(bureau, '/tags')
  await page.getByRole('link', { name: UID }).waitFor({ state: 'detached' })
  await look(bureau, 'tags-en')
  await go(admin, '/presence-policy')
  await admin.page.locator('[data-policy] li').first().waitFor()
  await look(admin, 'what-counts-zh-CN')
})
