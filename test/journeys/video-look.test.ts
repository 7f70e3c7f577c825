import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CREDENTIAL_KINDS, HELD_BY_ALL } from '@anju/domain/visit/credential'
import { lookWords } from '../../dashboard/src/video-look/words.ts'
import { countyForThisFile } from './county.ts'
import { picture } from './picture.ts'
import { comeIn, type Language, openBrowser, seriousFindings, words } from './desk.ts'

const county = countyForThisFile()
type Id = { id: string }
let cameras: Browser
let place: { caregiverId: string; elderId: string; providerId: string; services: string[] }

beforeAll(async () => {
  cameras = await openBrowser('none', [
    '--allow-loopback-in-peer-connection',
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
  ])
  const { as } = county
  const { items } = await as<{ items: (Id & { area: Id })[] }>('GET', '/api/elders?limit=3')
  const areaId = items[0]?.area.id ?? ''
  const provider = await as<Id>('POST', '/api/providers', { name: '望山养老服务站', areaId })
  const caregiver = await as<Id>('POST', '/api/caregivers', { name: '钱桂花', providerId: provider.id })
  for (const kind of CREDENTIAL_KINDS.filter((each) => HELD_BY_ALL[each] !== undefined)) {
    await as('POST', `/api/caregivers/${caregiver.id}/credentials`, { kind, issuedOn: '2026-01-05' })
  }
  await as('POST', '/api/contracts', { providerId: provider.id, areaId, number: 'V-1', validFrom: '2026-01-01' })
  const service = { areaId, code: 'V1', category: 'cleaning', name: '擦窗', conditions: [], photos: true }
  const services = [(await as<Id>('POST', '/api/services', service)).id]
  place = { caregiverId: caregiver.id, elderId: items[0]?.id ?? '', providerId: provider.id, services }
})
afterAll(() => cameras.close())

/** A visit that its caregiver began on this phone, by word. */
async function begun(phone: Page): Promise<string> {
  const from = Date.now()
  const times = { plannedFrom: new Date(from).toISOString(), plannedTo: new Date(from + 600_000).toISOString() }
  const { elderId, providerId, services, caregiverId } = place
  const visit = { elderIds: [elderId], providerId, serviceIds: services, ...times }
  const { ids } = await county.as<{ ids: string[] }>('POST', '/api/visits', visit)
  const id = String(ids[0])
  await county.as('POST', `/api/visits/${id}/assign`, { version: 1, caregiverId })
  const m = words['zh-CN'].phone
  await phone.goto(`${county.url}/visit/${id}`)
  for (const go of [m.visit.accept, m.visit.setOutGo]) {
    await phone.getByRole('button', { name: go, exact: true }).click()
  }
  await phone.getByRole('link', { name: m.door.noNfc }).click()
  await phone.getByLabel(m.typed.reasons['tag-gone']).check()
  await phone.getByRole('button', { name: m.typed.begin, exact: true }).click()
  const state = async () => (await county.as<{ state: string }>('GET', `/api/visits/${id}`)).state
  await expect.poll(state).toBe('in-service')
  return id
}

async function takeUp(): Promise<Page> {
  const context = await cameras.newContext({ viewport: { width: 360, height: 780 }, locale: 'zh-CN' })
  context.setDefaultTimeout(60_000)
  const page = await context.newPage()
  const { link } = await county.as<{ link: string }>('POST', `/api/caregivers/${place.caregiverId}/phone-link`)
  const { join, today } = words['zh-CN'].phone
  await page.goto(link)
  await page.getByLabel(join.choose).fill('284071')
  await page.getByLabel(join.again).fill('284071')
  await page.getByRole('button', { name: join.go, exact: true }).click()
  await page.getByRole('heading', { name: today.title, exact: true }).waitFor()
  return page
}

/** Pictures that move: the time played goes on. */
const plays = (page: Page) =>
  expect.poll(() => page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime)).toBeGreaterThan(0.5)

async function seenBy(language: Language): Promise<{ page: Page; m: (typeof lookWords)[Language] }> {
  const { page } = await comeIn(cameras, county.url, {
    username: 'bureau',
    password: 'anju-demo',
    language,
    size: { width: 1440, height: 900 },
  })
  return { page, m: lookWords[language] }
}

test('the bureau asks, the elder agrees, both see, nothing is kept; the next time she declines', async () => {
  const phone = await takeUp()
  const id = await begun(phone)
  const { page, m } = await seenBy('zh-CN')
  await page.goto(`${county.url}/visits/${id}`)
  await page.getByLabel(m.note, { exact: true }).fill('窗户擦得怎么样')
  await page.getByRole('button', { name: m.ask, exact: true }).click()
  await page.getByText(m.waiting).waitFor()
  expect(await seriousFindings(page)).toEqual([])

  await phone.goto(`${county.url}/visit/${id}`)
  await phone.getByRole('link', { name: m.phone.banner }).click()
  await phone.getByText('窗户擦得怎么样').waitFor()
  await picture(phone, 'look-phone-asked')
  expect(await seriousFindings(phone)).toEqual([])
  await phone.getByRole('button', { name: m.consent.elder, exact: true }).click()
  await phone.getByText(m.phone.live).waitFor()
  await page.getByText(m.live).waitFor()
  await plays(page)
  await plays(phone)
  await picture(phone, 'look-phone-live')
  await picture(page, 'look-desk-live')
  expect(await seriousFindings(page)).toEqual([])

  await phone.getByRole('button', { name: m.phone.end, exact: true }).click()
  await phone.getByText(m.phone.over).waitFor()
  await page.getByLabel(m.finding['as-ordered']).check()
  await page.getByRole('button', { name: m.save, exact: true }).click()
  await page.getByRole('button', { name: m.save, exact: true }).waitFor({ state: 'detached' })
  await picture(page, 'look-desk-after')
  const { items } = await county.as<{ items: object[] }>('GET', `/api/video-looks?show=all&visit=${id}`)
  expect(items).toMatchObject([{ state: 'ended', ending: 'looked', consent: 'elder', finding: 'as-ordered' }])

  // once more, and she would rather not
  await page.getByRole('button', { name: m.ask, exact: true }).click()
  await page.getByText(m.waiting).waitFor()
  await phone.goto(`${county.url}/look`)
  await phone.getByRole('button', { name: m.phone.decline, exact: true }).click()
  await picture(phone, 'look-phone-why')
  await phone.getByRole('button', { name: m.refusal['elder-declines'], exact: true }).click()
  await phone.getByText(m.phone.over).waitFor()
  await page
    .getByText(m.ending.refused + m.refusal['elder-declines'])
    .first()
    .waitFor()
})
