import { signWebhook } from '@anju/api/notification/webhook'
import type { Locator } from 'playwright-core'
import { expect, test } from 'vitest'
import { CALL_SECRET } from '../api/call.fixture.ts'
import { countyForThisFile, UNREACHABLE } from './county.ts'
import { picture } from './picture.ts'
import { seriousFindings, sitDown } from './desk.ts'

const county = countyForThisFile()
const { as } = county

/** What the exchange says of a call it was asked to dial. */
async function say(call: string, event: string): Promise<void> {
  const body = JSON.stringify({ call, event, direction: 'out', number: null, at: new Date().toISOString() })
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

test('to speak means the device first, then the telephone; where the seat chose so, a key asks the exchange to ring', async () => {
  const areas = await as<{ items: { id: string; kind: string }[] }>('GET', '/api/areas')
  const areaId = areas.items.find(({ kind }) => kind === 'community')?.id
  const elder = await as<{ id: string }>('POST', '/api/elders', {
    name: '吴桂香',
    areaId,
    phone: '19900000801',
    contacts: [{ name: '吴强', relation: '儿子', phone: UNREACHABLE }],
  })
  const button = await county.buttonFor(elder.id)
  const voiceNumber = '19900000802'
  await as('PATCH', `/api/devices/${button.id}`, { version: 1, label: '床头', voiceNumber })
  const { page, m } = await sitDown(county.browser, county.url, {
    username: 'desk1',
    password: 'anju-demo',
    language: 'zh-CN',
  })
  const words = m.deskwork
  await page.evaluate(() =>
    document.addEventListener('click', (event) => {
      const link = event.target instanceof Element ? event.target.closest('a') : null
      if (link?.protocol !== 'tel:') return
      event.preventDefault()
      document.body.dataset['dialled'] = `${document.body.dataset['dialled'] ?? ''} ${link.pathname}`.trim()
    }),
  )
  const dialledHere = () => page.evaluate(() => document.body.dataset['dialled'] ?? '')
  await button.press('first')
  await page.locator('[data-queue-row]').first().waitFor()
  await page.locator('body').press('Space')
  await page.locator('footer .owner').getByText(m.queue.you).waitFor()

  const speak = page.locator('li', { has: page.getByText(words.step.name.speak, { exact: true }) })
  const names = speak.locator('.who')
  await expect.poll(() => names.count()).toBe(2)
  expect(await names.first().textContent()).toContain(words.step.voice('床头'))
  expect(await names.nth(1).textContent()).toContain('吴桂香')

  // the seat's own telephone, until it chooses otherwise
  await page.locator('body').press('1')
  await expect.poll(dialledHere).toBe(voiceNumber)
  const letter = (outcome: 'no-answer') => speak.getByRole('button', { name: words.step.outcome[outcome] }).click()
  await letter('no-answer')

  await page.getByLabel(words.exchange.choice).check()
  // whoever dials for one stands beside the number; in a hand, under the name and nothing over the edge
  const contact = page
    .locator('li', { has: page.getByText(words.step.name.family, { exact: true }) })
    .locator('ul > li')
  const dialFor = contact.getByRole('button', { name: m.service.calls.dial })
  const middleOf = async (what: Locator) => {
    const box = await what.boundingBox()
    return (box?.y ?? 0) + (box?.height ?? 0) / 2
  }
  await dialFor.scrollIntoViewIfNeeded()
  await picture(page, 'exchange-ladder-zh-CN-1920')
  const height = await middleOf(dialFor)
  expect(Math.abs((await middleOf(contact.getByRole('link'))) - height)).toBeLessThan(6)
  expect(Math.abs((await middleOf(contact.locator('.who'))) - height)).toBeLessThan(6)
  await page.setViewportSize({ width: 360, height: 780 })
  await dialFor.scrollIntoViewIfNeeded()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
  await picture(page, 'exchange-ladder-zh-CN-360')
  await page.setViewportSize({ width: 1920, height: 1080 })

  await page.locator('body').press('1') // the device was tried: now her telephone
  const told = (state: string) => speak.locator(`[data-exchange="${state}"]`)
  await told('asked').waitFor()
  const { items } = await as<{ items: { id: string; numberTail: string }[] }>('GET', '/api/calls/live')
  const call = items.find(({ numberTail }) => numberTail === '0801')
  await say(call?.id ?? '', 'ringing')
  await told('ringing').getByText(words.exchange.state.ringing).waitFor()
  await picture(page, 'exchange-zh-CN')
  expect(await seriousFindings(page)).toEqual([])
  await say(call?.id ?? '', 'answered')
  await told('answered').waitFor()
  expect(await dialledHere()).toBe(voiceNumber) // this machine's telephone was left alone

  // what the exchange cannot ring is told, and the number is there to be dialled by hand
  await page.locator('body').press('2')
  const family = page.locator('li', { has: page.getByText(words.step.name.family, { exact: true }) })
  await family.locator('[data-exchange="failed"]').getByText(words.exchange.byHand).waitFor()
  await family.getByRole('link', { name: UNREACHABLE }).click()
  await expect.poll(dialledHere).toBe(`${voiceNumber} ${UNREACHABLE}`)
})
