import { expect, test } from 'vitest'
import { exceptionWords } from '../../dashboard/src/exception/words.ts'
import { countyForThisFile, picture } from './county.ts'
import { seriousFindings, sitDown } from './desk.ts'

const county = countyForThisFile()
type Row = { id: string; rule: string; state: string; visit: { id: string } }
const found = async (query: string): Promise<Row[]> =>
  (await county.as<{ items: Row[] }>('GET', `/api/visit-exceptions?limit=50${query}`)).items

test('the bureau walks what was found by keys, reads it in plain words, and acknowledges with a reason', async () => {
  const size = { width: 1440, height: 900 }
  const who = { username: 'bureau', password: 'anju-demo', size }
  const desk = await sitDown(county.browser, county.url, { ...who, language: 'zh-CN' })
  const { page } = desk
  const words = exceptionWords['zh-CN']
  // The night's checks of the demo county are run at the start.
  await expect.poll(async () => (await found('')).length, { timeout: 60_000 }).toBeGreaterThan(2)
  await page.goto(`${county.url}/visit-exceptions`)
  await page.locator('[data-exception]').first().waitFor()
  await page.keyboard.press('ArrowDown')
  await page.locator('article h2').waitFor()
  await page.keyboard.press('ArrowDown')
  const chosen = page.locator('[data-exception][aria-current="true"]')
  const id = (await chosen.getAttribute('data-exception')) ?? ''
  expect(await chosen.evaluate((row) => row === document.activeElement)).toBe(true)
  await expect.poll(() => page.locator('article').count()).toBe(1)
  expect(await seriousFindings(page)).toEqual([])
  await picture(page, 'visit-exceptions-zh')
  await page.locator('article .ways button').first().waitFor()
  await page.keyboard.press('a')
  await page.locator('#exception-reason').selectOption('asked-and-plausible')
  await page.locator('[data-field="exception-note"]').fill('电话问过家属')
  await picture(page, 'visit-exceptions-decide-zh')
  await page.getByRole('button', { name: words.confirm }).click()
  await expect.poll(async () => (await found('&show=all')).find((row) => row.id === id)?.state).toBe('acknowledged')
  await page.locator('article').getByText('电话问过家属').waitFor()
  await desk.context.close()

  const phone = await sitDown(county.browser, county.url, {
    ...who,
    language: 'en',
    size: { width: 390, height: 844 },
  })
  await phone.page.goto(`${county.url}/visit-exceptions`)
  await phone.page.locator('[data-exception]').first().click()
  await phone.page.locator('article h2').waitFor()
  const wide = await phone.page.evaluate(() => document.documentElement.scrollWidth)
  expect(wide).toBeLessThanOrEqual(390)
  expect(await seriousFindings(phone.page)).toEqual([])
  await picture(phone.page, 'visit-exceptions-phone-en')
  await phone.context.close()
})
