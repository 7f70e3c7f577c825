import { expect, test } from 'vitest'
import { gbk } from '../api/gbk.fixture.ts'
import { connectDevice } from '../device.ts'
import { countyForThisFile } from './county.ts'
import { picture } from './picture.ts'
import { chooseFile, seriousFindings, sitDown } from './desk.ts'

const county = countyForThisFile()
const { as } = county

test('a device is registered, its card kept, pressed as a test, and the test ended in one act', async () => {
  const elders = await as<{ items: { id: string; name: string; phone: string }[] }>('GET', '/api/elders?limit=50')
  const elder = elders.items.find((each) => elders.items.filter(({ name }) => name === each.name).length === 1)
  if (!elder) throw new Error('the demo has no elders')
  const who = { password: 'anju-demo', language: 'zh-CN' } as const
  const desk = await sitDown(county.browser, county.url, { ...who, username: 'desk1' })
  const { page, m } = await sitDown(county.browser, county.url, { ...who, username: 'lead' })

  // registered for an elder who is found by name
  await page.goto(`${county.url}/devices/new`)
  const found = page.getByRole('searchbox', { name: m.fleet.stay.whose })
  await found.fill(elder.name)
  await page.locator('[data-row]').first().waitFor()
  await found.press('Enter')
  await page.getByLabel(m.fleet.registering.label).fill('卧室床头')
  await page.getByLabel(m.fleet.registering.serial).fill('JOURNEY-1')
  expect(await seriousFindings(page)).toEqual([])
  await page.getByRole('button', { name: m.fleet.registering.go, exact: true }).click()

  // the card: shown once, and whoever leaves is asked
  const card = page.getByRole('article', { name: m.fleet.card.title })
  await card.waitFor()
  const secret = (await card.locator('[data-secret]').getAttribute('data-secret')) ?? ''
  const id = (await card.locator('.id').textContent()) ?? ''
  expect([secret, id]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), expect.stringMatching(/^btn-/)])
  await page.getByRole('link', { name: m.nav.desk }).first().click()
  await page.getByRole('alertdialog').getByRole('button', { name: m.fleet.card.stay }).click()
  await picture(page, 'fleet-card')
  expect(await seriousFindings(page)).toEqual([])
  await page.getByLabel(m.fleet.card.saved).check()
  await page.getByRole('link', { name: m.fleet.card.open }).click()
  await page.getByText(m.fleet.stateWhy.never).waitFor()

  // a real client with that secret; its first word makes it alive
  const button = await connectDevice(county.mqtt, { id, secret })
  const say = (topic: string, body: object) =>
    button.publishAsync(`anju/v1/${id}/${topic}`, JSON.stringify({ at: new Date().toISOString(), ...body }), { qos: 1 })
  await say('state', { online: true, boot: 1, seq: 1, battery: 15, rssi: -82, firmware: '2.4.1' })
  await page.getByText(m.fleet.stateWhy.alive).waitFor()
  await say('reading', { id: 'bad', kind: 'mood', value: 5 })

  // the test: pressed, shown on the other desk, ended here
  await page.getByRole('button', { name: m.fleet.test.start }).click()
  await page.getByText(m.fleet.test.waiting('').slice(0, 4)).waitFor()
  await say('press', { id: 'test-1' })
  const end = page.getByRole('button', { name: m.fleet.test.finish })
  await end.waitFor()
  await desk.page.getByText(elder.name).first().waitFor()
  await page.locator('[data-test] b').nth(2).waitFor() // shown, so many seconds later
  await picture(page, 'fleet-test-press')
  expect(await seriousFindings(page)).toEqual([])
  const { items } = await as<{ items: { id: string; deviceId: string; priority: string }[] }>('GET', '/api/alarms')
  const alarm = items.find((each) => each.deviceId === id)
  expect(alarm?.priority).toBe('high')
  await desk.page.goto(`${county.url}/alarms/${alarm?.id}`)
  await desk.page.getByText(m.fleet.test.expected('').trim().slice(-10)).first().waitFor()
  await end.click()
  await page.getByText(m.fleet.test.done).waitFor()
  const ended = await as<{ outcome: string; state: string }>('GET', `/api/alarms/${alarm?.id}`)
  expect(ended).toMatchObject({ state: 'resolved', outcome: 'test' })
  await desk.page.goto(county.url)
  // how long ago it was depends on how busy the machine is
  await desk.page
    .getByText(new RegExp(`${m.fleet.test.desk('', '').slice(0, 4)} .*\\d[.]\\d`))
    .first()
    .waitFor()
  await button.endAsync()

  // the list finds it, in both languages and on a phone
  await page.goto(`${county.url}/devices?search=journey-1`)
  await page.getByText(id).waitFor()
  await picture(page, 'fleet-list')
  expect(await seriousFindings(page)).toEqual([])
  await page.setViewportSize({ width: 360, height: 800 })
  await picture(page, 'fleet-list-phone')
  await page.context().close()
  await desk.context.close()
})

test('a list in GBK with duplicates is looked at, registered once, and its result kept', async () => {
  const [elder] = (await as<{ items: { name: string; phone: string }[] }>('GET', '/api/elders?limit=200')).items.filter(
    ({ phone }) => phone !== '',
  )
  const { page, m } = await sitDown(county.browser, county.url, {
    username: 'lead',
    password: 'anju-demo',
    language: 'en',
  })
  await page.goto(`${county.url}/devices/file`)
  const list = `设备种类,标签,序列号,姓名,电话\n紧急按钮,床头,FILE-1,${elder?.name},${elder?.phone}\n血压计,,FILE-1,${elder?.name},${elder?.phone}\n紧急按钮,=1+1,FILE-2,查无此人,13800000000\n`
  const chosen = page.getByRole('group', { name: m.fleet.listing.file })
  await chooseFile(chosen.getByRole('button', { name: m.file.choose }), {
    name: '设备.csv',
    mimeType: 'text/csv',
    buffer: gbk(list),
  })
  await chosen.getByText('设备.csv').waitFor()
  await page.getByText(m.fleet.listing.fresh('1')).waitFor()
  await page.getByText(m.fleet.listing.troubles.duplicate).waitFor()
  await page.getByText(m.fleet.listing.troubles['elder-not-found']).waitFor()
  await picture(page, 'fleet-preview')
  expect(await seriousFindings(page)).toEqual([])
  await page.getByRole('button', { name: m.fleet.listing.go('1') }).dblclick()
  await page.getByRole('heading', { name: m.fleet.listing.madeTitle('1') }).waitFor()
  const coming = page.waitForEvent('download')
  await page.getByRole('button', { name: m.fleet.listing.download }).click()
  const file = await (await coming).createReadStream()
  const text = Buffer.concat(await file.toArray()).toString('utf8')
  expect(text.startsWith('\ufeff"Line"')).toBe(true)
  expect(text).toContain(`"'=1+1"`)
  expect(text).toMatch(/"FILE-1".*"btn-\w+","[0-9a-f]{64}"/)
  await picture(page, 'fleet-registered')
  expect(await seriousFindings(page)).toEqual([])
  await page.context().close()
})
