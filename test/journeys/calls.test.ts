import { signWebhook } from '@anju/api/notification/webhook'
import { expect, test } from 'vitest'
import { CALL_SECRET } from '../api/call.fixture.ts'
import { countyForThisFile } from './county.ts'
import { picture } from './picture.ts'
import { seriousFindings, sitDown } from './desk.ts'

const county = countyForThisFile()

/** What an exchange says, signed. */
async function say(call: string, event: string, number: string): Promise<void> {
  const body = JSON.stringify({ call, event, direction: 'in', number, at: new Date().toISOString() })
  const id = `${call} ${event}`
  const timestamp = Math.floor(Date.now() / 1000)
  const answer = await fetch(`${county.url}/api/calls`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signWebhook(CALL_SECRET, id, timestamp, body),
    },
    body,
  })
  expect(answer.status).toBe(200)
}

test('a call pops the caller’s file without taking the pen, is opened by a key, filed, handed on, and stands in her life', async () => {
  const { items } = await county.as<{ items: { id: string; name: string; phone: string }[] }>(
    'GET',
    '/api/elders?limit=50',
  )
  const elder = items.find(({ phone }) => phone !== '')
  if (!elder) throw new Error('nobody in the demo has a telephone')
  const { page, m, context } = await sitDown(county.browser, county.url, {
    username: 'desk1',
    password: 'anju-demo',
    language: 'zh-CN',
  })
  const words = m.service.calls
  await page.goto(`${county.url}/elders`)
  const search = page.locator('[data-find]')
  await search.fill('c')
  await say('journey-1', 'ringing', elder.phone)
  const bar = page.getByRole('status').filter({ hasText: words.bar })
  await bar.getByText(elder.name).first().waitFor()
  // whoever types goes on typing
  expect(await search.evaluate((node) => node === document.activeElement)).toBe(true)
  await picture(page, 'call-bar-zh-CN')
  await search.blur()
  await page.keyboard.press('c')
  await page.getByRole('radio', { name: words.categories['daily-life'] }).check()
  await say('journey-1', 'answered', elder.phone)
  await page.getByRole('radio', { name: words.outcomes.referred }).check()
  await page.locator('[data-field="call-note"]').fill('厨房水管滴水')
  await say('journey-1', 'ended', elder.phone)
  await page.getByRole('button', { name: m.people.save }).click()
  // a referral is offered where the outcome says so
  await page.locator('[data-field="referral-what"]').fill('修厨房水管')
  await page.getByRole('button', { name: m.service.referral.save }).click()
  await page.locator('[data-field="referral-what"]').waitFor({ state: 'detached' })
  expect(await seriousFindings(page)).toEqual([])
  await picture(page, 'calls-zh-CN')

  await page.goto(`${county.url}/referrals`)
  await page.getByText('修厨房水管').first().waitFor()
  await page.goto(`${county.url}/elders/${elder.id}`)
  await page.getByRole('button', { name: m.timeline.groups.service }).click()
  await page.getByText('厨房水管滴水').first().waitFor()
  await page.getByText('修厨房水管').first().waitFor()
  await context.close()
})

test('a care check is recorded in its place and the row stays under the pointer', async () => {
  const { page, m, context } = await sitDown(county.browser, county.url, {
    username: 'lead',
    password: 'anju-demo',
    language: 'en',
    dark: true,
  })
  await page.goto(`${county.url}/care-checks`)
  const words = m.service.care
  const row = page
    .locator('ol > li')
    .filter({ has: page.getByRole('button', { name: words.record }) })
    .first()
  const name = (await row.getByRole('link').first().textContent()) ?? ''
  await row.getByRole('button', { name: words.record }).click()
  await page.getByRole('radio', { name: words.results.well }).check()
  await page.locator('[data-field="check-note"]').fill('in good spirits')
  await page.getByRole('button', { name: words.save, exact: true }).last().click()
  const kept = page.locator('ol > li').filter({ hasText: name }).first()
  await kept.getByText(words.results.well, { exact: true }).waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await picture(page, 'care-checks-en-dark')
  await page.setViewportSize({ width: 360, height: 780 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
  await context.close()
})
