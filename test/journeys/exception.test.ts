import type { BrowserContext } from 'playwright-core'
import { CREDENTIAL_KINDS, HELD_BY_ALL } from '@anju/domain/visit/credential'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { exceptionWords } from '../../dashboard/src/exception/words.ts'
import { countyForThisFile } from './county.ts'
import { picture } from './picture.ts'
import { comeIn, type Language, seriousFindings, words } from './desk.ts'

const county = countyForThisFile()
type Id = { id: string }
type Row = Id & { rule: string; state: string; version: number }
/** A provider with a caregiver of their own, so that nothing the demo has is counted on. */
let findings: Row[]
let place: { providerId: string; caregiverId: string; elderId: string; serviceId: string; phone: BrowserContext }

beforeAll(async () => {
  const { as, url } = county
  const { items } = await as<{ items: (Id & { area: Id })[] }>('GET', '/api/elders?limit=1')
  const [elder] = items
  if (!elder) throw new Error('the county has elders')
  const areaId = elder.area.id
  const { id: providerId } = await as<Id>('POST', '/api/providers', { name: '核查养老服务站', areaId })
  const { id: caregiverId } = await as<Id>('POST', '/api/caregivers', { name: '周海燕', providerId })
  for (const kind of CREDENTIAL_KINDS.filter((each) => HELD_BY_ALL[each] !== undefined)) {
    await as('POST', `/api/caregivers/${caregiverId}/credentials`, { kind, issuedOn: '2026-01-05' })
  }
  await as('POST', '/api/contracts', { providerId, areaId, number: 'H-9', validFrom: '2026-01-01' })
  const service = { areaId, code: 'X1', category: 'cleaning', name: '擦窗', conditions: [], photos: true }
  const { id: serviceId } = await as<Id>('POST', '/api/services', service)
  const phone = await county.browser.newContext({
    viewport: { width: 360, height: 780 },
    isMobile: true,
    hasTouch: true,
  })
  const { link } = await as<{ link: string }>('POST', `/api/caregivers/${caregiverId}/phone-link`)
  const joined = await phone.request.post(`${url}/api/phone/join`, {
    headers: { origin: url },
    data: { token: new URL(link).hash.slice(1), pin: '284071', phoneId: crypto.randomUUID() },
  })
  expect(joined.status(), await joined.text()).toBe(200)
  place = { providerId, caregiverId, elderId: elder.id, serviceId, phone }
  // both wait for the worker together
  findings = await Promise.all([missed(-124), missed(-62)])
})
afterEach(async () => {
  for (const context of county.browser.contexts()) if (context !== place.phone) await context.close()
})

/** A visit that nobody came to; answers what the rules found of it. */
async function missed(fromMin: number): Promise<Row> {
  const { as } = county
  const { elderId, providerId, caregiverId, serviceId } = place
  const at = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString()
  const plan = {
    elderIds: [elderId],
    providerId,
    serviceIds: [serviceId],
    plannedFrom: at(-fromMin),
    plannedTo: at(60 - fromMin),
  }
  const { ids } = await as<{ ids: string[] }>('POST', '/api/visits', plan)
  const id = String(ids[0])
  await as('POST', `/api/visits/${id}/assign`, { version: 1, caregiverId })
  // it was to be an hour ago
  const past = { version: 2, plannedFrom: at(fromMin), plannedTo: at(fromMin + 60), reason: '记错了时间' }
  await as('POST', `/api/visits/${id}/reschedule`, past)
  const read = async (): Promise<Row | undefined> =>
    (await as<{ items: Row[] }>('GET', `/api/visit-exceptions?show=all&visit=${id}`)).items.find(
      ({ rule }) => rule === 'missed',
    )
  // a minute after something is known of it the worker looks
  return vi.waitUntil(read, { timeout: 150_000, interval: 1000 })
}
const stateOf = async ({ id }: Id): Promise<string> =>
  (await county.as<Row>('GET', `/api/visit-exceptions/${id}`)).state

test.each([
  ['zh-CN', { width: 1440, height: 900 }, 'desk'],
  ['en', { width: 390, height: 844 }, 'phone'],
] as const)(
  'a finding is disputed on the phone, and at the office explained, taken back and looked into (%s)',
  async (language: Language, size, name) => {
    const found = findings.pop()
    if (!found) throw new Error('one finding each')
    const w = exceptionWords[language]
    const m = words[language].phone

    const phone = await place.phone.newPage()
    await phone.addInitScript((tag) => localStorage.setItem('anju.language', tag), language)
    await phone.setViewportSize(language === 'en' ? { width: 320, height: 640 } : { width: 360, height: 780 })
    await phone.goto(`${county.url}/found`)
    const own = phone.locator(`[data-found="${found.id}"]`)
    await own.getByText(w.rule.missed.name).waitFor()
    await picture(phone, `phone-found-${language}`)
    expect(await seriousFindings(phone)).toEqual([])
    await own.getByRole('button', { name: m.found.how }).click()
    await phone.getByLabel(m.found.own).fill('路上塌方，绕了山路')
    await picture(phone, `phone-found-own-${language}`)
    expect(await seriousFindings(phone)).toEqual([])
    await phone.getByRole('button', { name: m.found.tell }).click()
    await own.getByText(m.found.told).waitFor()
    await picture(phone, `phone-found-told-${language}`)
    await phone.goto(`${county.url}/errand`)
    await phone.getByText(m.errand.none).waitFor()
    await picture(phone, `phone-errand-${language}`)
    expect(await seriousFindings(phone)).toEqual([])
    await phone.close()

    const { page } = await comeIn(county.browser, county.url, { username: 'bureau', password: 'anju-demo', language })
    await page.setViewportSize(size)
    await page.goto(`${county.url}/visit-exceptions`)
    await page.getByLabel(w.filter.provider).selectOption(place.providerId)
    const row = page.locator(`[data-exception="${found.id}"]`)
    await row.getByText(w.disputed).waitFor()
    await picture(page, `exceptions-${name}-${language}`)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(size.width)
    await row.click()
    await page.getByText('路上塌方，绕了山路').waitFor()
    await picture(page, `exceptions-open-${name}-${language}`)
    expect(await seriousFindings(page)).toEqual([])
    await page.getByRole('button', { name: w.act.acknowledge, exact: true }).click()
    await page.getByLabel(w.reason, { exact: true }).selectOption('emergency')
    await page.getByRole('button', { name: w.confirm }).click()
    await expect.poll(() => stateOf(found)).toBe('acknowledged')
    await page.getByRole('button', { name: w.act.undo, exact: true }).click()
    await page.getByRole('button', { name: w.confirm }).click()
    await expect.poll(() => stateOf(found)).toBe('open')
    await page.getByRole('button', { name: w.act.investigate, exact: true }).click()
    await page.getByRole('button', { name: w.confirm }).click()
    await expect.poll(() => stateOf(found)).toBe('investigating')
    await picture(page, `exceptions-decided-${name}-${language}`)
  },
)
