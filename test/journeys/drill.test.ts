import { expect, test } from 'vitest'
import { countyForThisFile } from './county.ts'
import { picture } from './picture.ts'
import { seriousFindings, sitDown } from './desk.ts'

const county = countyForThisFile()

test('a lead starts a drill, a desk answers it marked and not in red, and the report says how soon', async () => {
  const who = { password: 'anju-demo', language: 'zh-CN' } as const
  const desk = await sitDown(county.browser, county.url, { ...who, username: 'desk1' })
  const { page, m } = await sitDown(county.browser, county.url, { ...who, username: 'lead' })
  await page.goto(`${county.url}/drills`)
  await page.getByText(m.drill.insideOnly).click()
  expect(await seriousFindings(page)).toEqual([])
  await page.getByRole('button', { name: m.drill.start }).click()
  await page.getByRole('button', { name: m.drill.stop }).waitFor()

  const row = desk.page.locator('[data-queue-row]').filter({ hasText: m.deskwork.drill })
  await row.waitFor({ timeout: 30_000 })
  expect(await row.getAttribute('class')).not.toContain('red')
  await picture(desk.page, 'drill-desk')
  const id = (await row.getAttribute('data-alarm')) ?? ''
  const answer = (act: string, body: object) =>
    desk.page.evaluate(
      async ({ address, body }) =>
        (
          await fetch(address, {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
            body: JSON.stringify(body),
          })
        ).status,
      { address: `/api/alarms/${id}/${act}`, body },
    )
  expect(await answer('acknowledge', {})).toBe(200)
  expect(await answer('resolve', { outcome: 'test' })).toBe(200)

  // over as soon as all of it was resolved: the page says so by itself
  await page.locator('[data-state="done"]').waitFor({ timeout: 30_000 })
  await page.getByText(m.drill.allAnswered).waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await picture(page, 'drill-report')
  await page.getByRole('button', { name: m.drill.print }).waitFor()
})
