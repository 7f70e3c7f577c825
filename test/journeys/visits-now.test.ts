import { afterEach, expect, test } from 'vitest'
import { countyForThisFile } from './county.ts'
import { picture } from './picture.ts'
import { type Language, seriousFindings, sitDown } from './desk.ts'

const county = countyForThisFile('software')
const { as } = county
afterEach(async () => {
  await Promise.all(county.browser.contexts().map((context) => context.close()))
})

const SIZES = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const

interface Now {
  id: string
  elders: [{ id: string; name: string }]
  home: { id: string }
  caregiver: { name: string; phone: string }
}

test.each([
  ['zh-CN', 'desk'],
  ['en', 'phone'],
] as [Language, keyof typeof SIZES][])(
  'who is in which home stands on the desk, the map’s list, her page and her alarm (%s, %s)',
  async (language, size) => {
    const { items } = await as<{ items: Now[] }>('GET', '/api/visits/now')
    const [visit] = items
    if (!visit) throw new Error('the demo has nobody under way')
    const [elder] = visit.elders
    const { page } = await sitDown(county.browser, county.url, {
      username: 'lead',
      password: 'anju-demo',
      language,
    })
    await page.setViewportSize(SIZES[size])
    const name = `visits-now-${language}-${size}`
    await page.locator(`[data-visits-now="${items.length}"]`).scrollIntoViewIfNeeded()
    await picture(page, `${name}-desk`)
    expect(await seriousFindings(page)).toEqual([])
    await page.goto(`${county.url}/map`)
    await page.locator('[data-listed-visit]').first().waitFor()
    await picture(page, `${name}-map`)
    expect(await seriousFindings(page)).toEqual([])
    await page.goto(`${county.url}/elders/${elder.id}`)
    await page.locator('[data-visits-here]').waitFor()
    await page.getByText(visit.caregiver.phone).first().waitFor()
    await page.locator('li.visit').first().waitFor()
    await picture(page, `${name}-elder`)
    expect(await seriousFindings(page)).toEqual([])
    const button = await county.buttonFor(elder.id)
    await button.press(`visits-now-${language}-${size}`)
    const open = await as<{ items: { id: string; elderId: string }[] }>('GET', '/api/alarms?state=open')
    const alarm = open.items.find(({ elderId }) => elderId === elder.id)
    await page.goto(`${county.url}/alarms/${alarm?.id ?? ''}`)
    await page.locator(`[data-alarm-inside="${visit.id}"]`).waitFor()
    await picture(page, `${name}-alarm`)
    expect(await seriousFindings(page)).toEqual([])
  },
  180_000,
)
