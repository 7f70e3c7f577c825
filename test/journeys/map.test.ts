import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { fromWgs84 } from '@anju/domain/place/position'
import { countyForThisFile } from './county.ts'
import { picture } from './picture.ts'
import { type Language, seriousFindings, sitDown } from './desk.ts'
import { ADMIN_PASSWORD, signIn, startProduct } from './product.ts'

const county = countyForThisFile('software')
const { as } = county
/** A source of tiles of the installation's own; what it was asked for. */
let source: Server
const askedTiles: string[] = []
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
)

beforeAll(async () => {
  source = createServer((request, response) => {
    askedTiles.push(request.url ?? '')
    response.writeHead(200, { 'content-type': 'image/png', 'access-control-allow-origin': '*' }).end(PIXEL)
  })
  await new Promise<void>((resolve) => source.listen(0, '127.0.0.1', resolve))
})
afterAll(() => void source.close())
afterEach(async () => {
  await Promise.all(county.browser.contexts().map((context) => context.close()))
})

const DRAWN_WITHIN_MS = 60_000 // software drawing on a busy machine
const drawn = (page: Page) => page.locator('[data-drawn]').waitFor({ timeout: DRAWN_WITHIN_MS })

interface MapHome {
  id: string
  lon: number
  lat: number
  area: { id: string; name: string }
  residents: { id: string; name: string; state: string }[]
}
interface MapView {
  homes: MapHome[]
  communities: { id: string; name: string; homes: number; residents: number }[]
}

/** Homes of one, some 50 m from any other, so that a click there means no neighbour. */
const alone = ({ homes }: MapView): MapHome[] =>
  homes.filter(
    (one) =>
      one.residents.length === 1 &&
      homes.every((other) => other.id === one.id || Math.hypot(other.lon - one.lon, other.lat - one.lat) > 0.0005),
  )

/** A home of one, with a button at hand. */
async function withButton(view: MapView, n: number) {
  const home = alone(view)[n]
  const elder = home?.residents[0]
  if (!home || !elder) throw new Error('the demo has no such home')
  const button = await county.buttonFor(elder.id)
  return { home, elder, press: () => button.press('1') }
}

const journeys: [Language, boolean, number][] = [
  ['zh-CN', false, 0],
  ['en', true, 40],
]

test.each(journeys)(
  'the county is drawn with nothing but our own server, an alarm appears at once, and the list says the same (%s, dark: %s)',
  async (language, dark, n) => {
    const view = await as<MapView>('GET', '/api/map')
    const buttons = await Promise.all([n, n + 7, n + 14].map((each) => withButton(view, each)))
    const [{ home, elder } = { home: null, elder: null }] = buttons
    if (!home || !elder) throw new Error('no home')
    const who = { username: 'desk1', password: 'anju-demo', language, dark }
    const { page, m } = await sitDown(county.browser, county.url, who)
    const origins = new Set<string>()
    page.on('request', (request) => origins.add(new URL(request.url()).origin))
    const firstScreen = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name))
    expect(firstScreen.filter((name) => /drawing|maplibre/.test(name))).toEqual([])

    await page.getByRole('link', { name: m.map.title, exact: true }).first().click()
    await drawn(page)
    const sum = page.locator('[data-map-sum]')
    const figures = new Intl.NumberFormat(language)
    const residents = view.communities.reduce((total, each) => total + each.residents, 0)
    const whole = m.map.sum(
      figures.format(view.communities.length),
      figures.format(view.homes.length),
      figures.format(residents),
    )
    await sum.getByText(whole).waitFor()
    await picture(page, `map-${language}`)
    expect(await seriousFindings(page)).toEqual([])

    // the county stays whole in whatever window, until somebody moves away from it
    const scale = (): Promise<string> =>
      page.locator('.maplibregl-ctrl-scale').evaluate((each) => `${each.textContent} in ${each.clientWidth} px`)
    const [wide, size] = [await scale(), page.viewportSize() ?? { width: 0, height: 0 }]
    await page.setViewportSize({ width: 1000, height: 700 })
    await expect.poll(scale).not.toBe(wide)
    await page.setViewportSize(size)
    await expect.poll(scale).toBe(wide)
    await page.getByRole('button', { name: m.map.zoomIn, exact: true }).click()
    await expect.poll(scale).not.toBe(wide)
    await drawn(page)
    const near = await scale()
    await page.setViewportSize({ width: 1000, height: 700 })
    await page.setViewportSize(size)
    await drawn(page)
    expect(await scale()).toBe(near)
    await page.getByRole('button', { name: m.map.whole, exact: true }).click()
    await expect.poll(scale).toBe(wide)

    // pressed: the sign is on the map within a second, and the list has it under its community
    await page.evaluate(() => {
      new MutationObserver(() => {
        for (const pin of document.querySelectorAll<HTMLElement>('[data-pin]:not([data-at])'))
          pin.dataset['at'] = String(Date.now())
      }).observe(document.body, { subtree: true, childList: true })
    })
    const waits: number[] = []
    for (const each of buttons) {
      const pressedAt = Date.now()
      await each.press()
      const pin = page.locator(`[data-pin][data-at][aria-label*="${each.elder.name}"]`)
      await pin.waitFor()
      waits.push(Number(await pin.getAttribute('data-at')) - pressedAt)
      const listed = page.locator(`[data-community="${each.home.area.id}"] [data-listed-alarm]`)
      await listed.getByText(each.elder.name).waitFor()
    }
    // of several, since the machine may be busy with other tests at any one of them
    expect(Math.min(...waits)).toBeLessThan(1000)
    await sum.getByText(m.map.alarms(String(buttons.length))).waitFor()
    const ids = (name: string) =>
      page
        .locator(`[${name}]`)
        .evaluateAll((found, attribute) => found.map((each) => each.getAttribute(attribute)).sort(), name)
    expect(await ids('data-listed-alarm')).toEqual(await ids('data-pin'))
    await picture(page, `map-alarm-${language}`)
    expect(await seriousFindings(page)).toEqual([])

    // by keys alone: the list finds the home on the map, the sign leads to the alarm
    await page.goto(`${county.url}/map?elder=${elder.id}`)
    await drawn(page)
    const card = page.getByRole('group', { name: elder.name })
    await card.waitFor()
    await page.locator(`[data-home="${home.id}"].chosen`).waitFor()
    await picture(page, `map-near-${language}`)
    const sign = page.locator(`[data-pin][aria-label*="${elder.name}"]`)
    await sign.focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/alarms\//)
    const open = await as<{ items: { id: string }[] }>('GET', '/api/alarms?state=open')
    for (const { id } of open.items) {
      await as('POST', `/api/alarms/${id}/acknowledge`)
      await as('POST', `/api/alarms/${id}/resolve`, { outcome: 'test' })
    }
    await page.goto(`${county.url}/map?elder=${elder.id}`)
    await drawn(page)
    await card.waitFor()
    expect(await page.locator('[data-pin]').count()).toBe(0)

    // a click where the home is drawn finds it again
    await card.getByRole('button', { name: m.map.close }).click()
    await card.waitFor({ state: 'detached' })
    await drawn(page)
    const stage = await page.locator('.maplibregl-canvas').boundingBox()
    if (!stage) throw new Error('no map')
    await page.mouse.click(stage.x + stage.width / 2, stage.y + stage.height / 2)
    await card.waitFor()

    await page.setViewportSize({ width: 360, height: 780 })
    await page.goto(`${county.url}/map`)
    await drawn(page)
    await sum.waitFor()
    await picture(page, `map-phone-${language}`)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
    expect(await seriousFindings(page)).toEqual([])
    expect([...origins]).toEqual([county.url])
  },
  180_000,
)

test('without WebGL the list alone says all, and why there is no map', async () => {
  const view = await as<MapView>('GET', '/api/map')
  const { page, context, m } = await sitDown(county.browser, county.url, {
    username: 'desk1',
    password: 'anju-demo',
    language: 'zh-CN',
  })
  await context.addInitScript(() => {
    HTMLCanvasElement.prototype.getContext = () => null
  })
  await page.goto(`${county.url}/map`)
  await page.getByText(m.map.noWebgl).first().waitFor()
  await page.locator('[data-map-sum]').getByText(String(view.homes.length)).waitFor()
  expect(await page.locator('[data-community]').count()).toBe(view.communities.length)
  expect(await page.locator('canvas').count()).toBe(0)
  await picture(page, 'map-without-webgl')
  expect(await seriousFindings(page)).toEqual([])
})

test('the desk’s map is hidden until it is asked for, and stays as it was left', async () => {
  const { page, m } = await sitDown(county.browser, county.url, {
    username: 'desk1',
    password: 'anju-demo',
    language: 'zh-CN',
    dark: true,
  })
  expect(await page.locator('canvas').count()).toBe(0)
  await page.getByRole('button', { name: m.map.desk.show }).click()
  await drawn(page)
  await picture(page, 'desk-map')
  expect(await seriousFindings(page)).toEqual([])
  await page.reload()
  await drawn(page)
  await page.getByRole('button', { name: m.map.desk.hide }).click()
  await page.locator('canvas').waitFor({ state: 'detached' })
})

test('over tiles in GCJ-02 everything is drawn where those maps have it, and stays WGS-84 in store', async () => {
  const { port } = source.address() as AddressInfo
  const tiled = await startProduct({
    ANJU_SIMULATOR: 'off',
    ANJU_MAP_TILES: `http://127.0.0.1:${port}/{z}/{x}/{y}.png`,
    ANJU_MAP_TILES_SYSTEM: 'gcj02',
    ANJU_MAP_TILES_ATTRIBUTION: '某地图',
  })
  try {
    const { page } = await sitDown(county.browser, tiled.url, {
      username: 'desk1',
      password: 'anju-demo',
      language: 'zh-CN',
    })
    const other = await signIn(tiled.url, 'admin', ADMIN_PASSWORD)
    const view = await other<MapView>('GET', '/api/map')
    const [home] = alone(view)
    const elder = home?.residents[0]
    if (!home || !elder) throw new Error('no home')
    await page.goto(`${tiled.url}/map?elder=${elder.id}`)
    await drawn(page)
    await page.getByRole('group', { name: elder.name }).waitFor()
    await page.getByText('某地图').waitFor()

    const zooms = (): { z: number; x: number }[] =>
      askedTiles.map((path) => path.split('/').slice(1).map(Number)).map(([z = 0, x = 0]) => ({ z, x }))
    await expect.poll(() => Math.max(...zooms().map(({ z }) => z)), { timeout: 60_000 }).toBeGreaterThanOrEqual(16)
    const z = Math.max(...zooms().map((tile) => tile.z))
    const column = (lon: number): number => ((lon + 180) / 360) * 2 ** z
    const shown = fromWgs84(home, 'gcj02')
    await expect
      .poll(() => {
        const xs = zooms().flatMap((tile) => (tile.z === z ? [tile.x] : []))
        return Math.abs((Math.min(...xs) + Math.max(...xs) + 1) / 2 - column(shown.lon))
      })
      .toBeLessThan(1)
    expect(fromWgs84(home, 'wgs84')).toEqual({ lon: home.lon, lat: home.lat })
    await page.getByRole('button', { name: '收起', exact: true }).click()
    await page.getByRole('group', { name: elder.name }).waitFor({ state: 'detached' })
    await drawn(page)
    const stage = await page.locator('.maplibregl-canvas').boundingBox()
    if (!stage) throw new Error('no map')
    await page.mouse.click(stage.x + stage.width / 2, stage.y + stage.height / 2)
    await page.getByRole('group', { name: elder.name }).waitFor()
    await picture(page, 'map-tiles')
  } finally {
    await tiled.stop()
  }
}, 240_000)
