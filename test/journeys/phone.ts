import type { BrowserContext, Page } from 'playwright-core'
import { afterEach, beforeAll, expect } from 'vitest'
import { CREDENTIAL_KINDS, HELD_BY_ALL } from '@anju/domain/visit/credential'
import { type Cable, layCable } from './cable.ts'
import { type County, countyForThisFile } from './county.ts'
import { picture } from './picture.ts'
import { type Language, seriousFindings, words } from './desk.ts'

export const PIN = '284071'
type Id = { id: string }

/** A provider of the county with a caregiver who may be sent, a service of each kind, and an elder to visit. */
interface Place {
  providerId: string
  caregiverId: string
  elder: Id & { name: string }
  homeId: string
  services: string[]
  at: { longitude: number; latitude: number }
}

export interface Phone {
  page: Page
  cable: Cable
  m: (typeof words)[Language]['phone']
  /** A picture of the screen, on which nothing keeps anybody out and nothing hangs over the edge. */
  look(name: string): Promise<void>
  press(name: string): Promise<void>
  hold(name: string, until: () => Promise<unknown>): Promise<void>
}

/** What a file of journeys on the caregiver's phone begins with. */
export interface Round {
  county: County
  readonly place: Place
  planned(inMin: number): Promise<string>
  takeUp(language: Language, size: { width: number; height: number }): Promise<Phone>
  /** What is closed after each journey. */
  open: (BrowserContext | Cable)[]
  stateOf(id: string): Promise<string>
}

/**
 * A caregiver's round for one file: files share the county, so each has its own.
 * @param code what its services and its contract are called by
 * @param nth which of the county's elders is visited, from 1
 */
export function roundForThisFile(code: string, nth: number): Round {
  const county = countyForThisFile()
  const { as } = county
  let place: Place | undefined
  const begun = (): Place => {
    if (place === undefined) throw new Error('the round is there from beforeAll on')
    return place
  }
  const open: (BrowserContext | Cable)[] = []

  beforeAll(async () => {
    const elders = await as<{ items: (Id & { name: string; home: Id; area: Id })[] }>('GET', `/api/elders?limit=${nth}`)
    const elder = elders.items[nth - 1]
    if (!elder) throw new Error('the county has elders')
    const areaId = elder.area.id
    const file = await as<{ version: number }>('GET', `/api/elders/${elder.id}`)
    const known = { version: file.version, allergies: '青霉素', hearing: '右耳听不清', note: '不吃猪肉' }
    await as('PATCH', `/api/elders/${elder.id}`, known)
    const provider = await as<Id>('POST', '/api/providers', { name: '柳林养老服务站', areaId })
    const caregiver = await as<Id>('POST', '/api/caregivers', { name: '李秀兰', providerId: provider.id })
    for (const kind of CREDENTIAL_KINDS.filter((each) => HELD_BY_ALL[each] !== undefined)) {
      await as('POST', `/api/caregivers/${caregiver.id}/credentials`, { kind, issuedOn: '2026-01-05' })
    }
    await as('POST', '/api/contracts', {
      providerId: provider.id,
      areaId,
      number: `H-${code}`,
      validFrom: '2026-01-01',
    })
    const services = []
    for (const each of [
      { code: `${code}1`, category: 'cleaning', name: '打扫房间', conditions: [], photos: true },
      {
        code: `${code}2`,
        category: 'bathing',
        name: '入户助浴',
        conditions: ['safety-briefing', 'family-present'],
        photos: false,
      },
    ]) {
      services.push((await as<Id>('POST', '/api/services', { areaId, ...each })).id)
    }
    const home = await as<{ position: { lon: number; lat: number } | null }>('GET', `/api/homes/${elder.home.id}`)
    const at = { longitude: home.position?.lon ?? 0, latitude: home.position?.lat ?? 0 }
    place = { providerId: provider.id, caregiverId: caregiver.id, elder, homeId: elder.home.id, services, at }
  })
  afterEach(async () => {
    for (const each of open.splice(0)) await ('close' in each ? each.close() : each.end())
  })

  /** A visit from `inMin` minutes on, an hour long, given to the caregiver. */
  async function planned(inMin: number): Promise<string> {
    const from = Date.now() + inMin * 60_000
    const times = { plannedFrom: new Date(from).toISOString(), plannedTo: new Date(from + 3_600_000).toISOString() }
    const { elder, providerId, services, caregiverId } = begun()
    const visit = { elderIds: [elder.id], providerId, serviceIds: services, ...times }
    const { ids } = await as<{ ids: string[] }>('POST', '/api/visits', visit)
    await as('POST', `/api/visits/${ids[0]}/assign`, { version: 1, caregiverId })
    return String(ids[0])
  }

  /** A phone on a line of its own, taken into use by the office's code. */
  async function takeUp(language: Language, size: { width: number; height: number }): Promise<Phone> {
    const cable = await layCable(Number(new URL(county.url).port))
    const context = await county.browser.newContext({
      viewport: size,
      isMobile: true,
      hasTouch: true,
      deviceScaleFactor: 2,
      locale: language,
      timezoneId: 'Asia/Shanghai',
      permissions: ['geolocation'],
      geolocation: { ...begun().at, accuracy: 20 }, // at her door
      userAgent: 'Mozilla/5.0 (Linux; Android 11; V2026) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36',
    })
    open.push(context, cable)
    context.setDefaultTimeout(60_000)
    await context.addInitScript((tag) => localStorage.setItem('anju.language', tag), language)
    const page = await context.newPage()
    const { link } = await as<{ link: string }>('POST', `/api/caregivers/${begun().caregiverId}/phone-link`)
    const m = words[language].phone
    const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
    const phone: Phone = {
      page,
      cable,
      m,
      press,
      async look(name) {
        await picture(page, `phone-${name}-${language}`)
        // to the end, where nothing lies half under the bar
        await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
        expect([name, await seriousFindings(page)]).toEqual([name, []])
        expect([name, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([name, size.width])
      },
      async hold(name, until) {
        await page.getByRole('button', { name, exact: true }).hover()
        await page.mouse.down()
        await until()
        await page.mouse.up()
      },
    }
    let asked = 0
    page.on('request', (request) => (asked += Number(request.url().includes('/api/phone/day'))))
    await page.goto(cable.url + new URL(link).pathname + new URL(link).hash)
    await page.getByRole('heading', { name: m.join.title('李秀兰') }).waitFor()
    await page.getByLabel(m.join.choose).fill('123456')
    await page.getByLabel(m.join.again).fill('123456')
    await press(m.join.go)
    await page.getByText(m.join.weak).waitFor()
    await phone.look('join')
    await page.getByLabel(m.join.choose).fill(PIN)
    await page.getByLabel(m.join.again).fill(PIN)
    await press(m.join.go)
    await page.getByRole('heading', { name: m.today.title, exact: true }).waitFor()
    await page.waitForLoadState('networkidle')
    expect(asked).toBeLessThan(5) // what it read does not make it read again
    return phone
  }

  const stateOf = async (id: string) => (await as<{ state: string }>('GET', `/api/visits/${id}`)).state

  return {
    county,
    get place() {
      return begun()
    },
    planned,
    takeUp,
    open,
    stateOf,
  }
}

/** The pages are kept in the phone. */
export const keptForLater = (page: Page) =>
  expect
    .poll(() =>
      page.evaluate(async () => {
        const all = await navigator.serviceWorker.getRegistrations()
        return all.filter(({ active }) => active?.state === 'activated').length
      }),
    )
    .toBe(5)
