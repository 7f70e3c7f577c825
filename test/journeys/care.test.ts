import { expect, test } from 'vitest'
import { countyForThisFile } from './county.ts'
import { picture } from './picture.ts'
import { seriousFindings, sitDown } from './desk.ts'

const county = countyForThisFile()
const { as } = county

test('on her page checks get a rhythm, one is recorded and put right, and a matter is handed on', async () => {
  const areas = await as<{ items: { id: string; kind: string }[] }>('GET', '/api/areas')
  const areaId = areas.items.find(({ kind }) => kind === 'community')?.id
  const elder = await as<{ id: string }>('POST', '/api/elders', { name: '罗桂英', areaId, phone: '19900000901' })
  const { page, m } = await sitDown(county.browser, county.url, {
    username: 'lead',
    password: 'anju-demo',
    language: 'zh-CN',
  })
  await page.goto(`${county.url}/elders/${elder.id}`)
  const words = m.service.care
  const care = page.locator('[data-part="care-checks"]')
  await care.getByText(words.every('7')).waitFor()

  await care.getByRole('button', { name: m.people.editPart(words.title) }).click()
  await care.locator('[data-field="every-days"]').fill('91')
  await care.getByRole('button', { name: m.people.save, exact: true }).click()
  await care.getByText(words.badEvery).waitFor()
  await care.locator('[data-field="every-days"]').fill('3')
  await care.getByRole('button', { name: m.people.save, exact: true }).click()
  await care.getByText(words.every('3')).waitFor()

  await care.getByRole('button', { name: words.record, exact: true }).click()
  await care.locator('[data-field="check-note"]').fill('门口没人应')
  await care.getByRole('button', { name: words.save, exact: true }).click()
  await care.getByText('门口没人应').waitFor()
  await care.getByRole('button', { name: words.correct }).click()
  await care.getByRole('radio', { name: words.results['not-reached'] }).check()
  await picture(page, 'care-correct-zh-CN')
  await care.getByRole('button', { name: words.save, exact: true }).click()
  await care.getByText(words.corrected, { exact: true }).waitFor()
  expect(await care.locator('li').count()).toBe(2) // what it said stays

  const referrals = page.locator('[data-part="referrals"]')
  await referrals.getByText(m.service.referral.noneOpen).waitFor()
  await referrals.getByRole('button', { name: m.service.referral.open }).click()
  await referrals.locator('textarea').first().fill('水龙头漏水')
  await referrals.locator('form .button.main').click()
  await referrals.getByRole('link', { name: /水龙头漏水/ }).waitFor()
  await picture(page, 'care-referral-zh-CN')
  expect(await seriousFindings(page)).toEqual([])
  await referrals.getByRole('link', { name: /水龙头漏水/ }).click()
  await page.getByText('水龙头漏水').first().waitFor()
})
