import { beforeAll, expect, test } from 'vitest'
import { connectButton } from '../device.ts'
import { countyForThisFile } from './county.ts'
import { picture } from './picture.ts'
import { comeIn, type Desk, seriousFindings } from './desk.ts'

const county = countyForThisFile()
const { as } = county
const HOUR_MS = 3_600_000
const PHONE = { width: 360, height: 780 }

type Elder = { id: string; name: string; home: { id: string; address: string } }
const people: Record<'from' | 'to', Elder> = { from: noOne(), to: noOne() }
let lead: Desk

beforeAll(async () => {
  const { items } = await as<{ items: { area: { id: string } }[] }>('GET', '/api/elders?limit=1')
  const areaId = items[0]?.area.id
  const make = (name: string, address: string) => as<Elder>('POST', '/api/elders', { name, areaId, address })
  people.from = await make('孟移前', '旧井巷 3 号')
  people.to = await make('孟移后', '新井巷 8 号')
  lead = await comeIn(county.browser, county.url, { username: 'lead', password: 'anju-demo', language: 'zh-CN' })
})

function noOne(): Elder {
  return { id: '', name: '', home: { id: '', address: '' } }
}

/** The move's form of a device's page, with whom it goes to chosen. */
async function chooseWhom({ page, m }: Desk, deviceId: string, to: Elder): Promise<void> {
  await page.goto(`${county.url}/devices/${deviceId}`)
  await page.getByRole('button', { name: m.fleet.stay.move, exact: true }).click()
  const found = page.getByRole('searchbox', { name: m.fleet.stay.whose })
  await found.fill(to.name)
  await page.locator('[data-row]').first().waitFor()
  await found.press('Enter')
  await page.getByText(to.home.address).first().waitFor()
}

test('a button goes from one home to another as of an hour, with its new place; its press is hers who has it now', async () => {
  const { page, m } = lead
  const made = await as<{ id: string; secret: string }>('POST', '/api/devices', {
    kind: 'button',
    elderId: people.from.id,
    label: '卧室床头',
  })
  await chooseWhom(lead, made.id, people.to)
  const place = page.getByLabel(m.fleet.registering.label)
  expect(await place.inputValue()).toBe('卧室床头')
  await place.fill('灶屋门边')
  const movedAt = new Date(Date.now() - 2 * HOUR_MS)
  const wall = new Date(movedAt.getTime() + 8 * HOUR_MS).toISOString().slice(0, 16) // of the county's own clock
  await page.getByRole('textbox', { name: m.fleet.stay.when }).fill(wall.replace('T', ' '))
  const form = page.locator('section', { has: page.locator('#stays') }).locator('form')
  await form.getByRole('button', { name: m.fleet.stay.bind, exact: true }).click()

  // it hangs elsewhere: the page says where since when, and asks
  const ask = page.getByRole('alert').filter({ hasText: '旧井巷 3 号' })
  await ask.getByText(m.fleet.stay.clashAsk).waitFor()
  await ask.scrollIntoViewIfNeeded()
  await picture(page, 'device-move-asked-zh-CN-1920')
  expect(await seriousFindings(page)).toEqual([])
  await ask.getByRole('button', { name: m.fleet.stay.moveHere }).click()
  await page.getByRole('heading', { level: 1, name: '灶屋门边' }).waitFor()
  const file = await as<{ label: string; assignments: { elder: Elder; validFrom: string; validTo: string | null }[] }>(
    'GET',
    `/api/devices/${made.id}`,
  )
  const moment = `${movedAt.toISOString().slice(0, 16)}:00.000Z`
  expect(file.assignments.map((stay) => [stay.elder.name, stay.validTo])).toEqual([
    ['孟移后', null],
    ['孟移前', moment],
  ])
  expect(file.assignments[0]?.validFrom).toBe(moment)
  // what was: a change with both places
  await page.getByText('卧室床头').first().waitFor()
  await picture(page, 'device-moved-zh-CN-1920')

  const button = await connectButton(county.mqtt, made)
  await button.press('after-the-move')
  await button.end()
  const { items } = await as<{ items: { deviceId: string; elderId: string }[] }>('GET', '/api/alarms')
  expect(items.find(({ deviceId }) => deviceId === made.id)?.elderId).toBe(people.to.id)
})

test('a hub that leaves its devices behind says so before, and so do both sides after; in English, and in a hand', async () => {
  const hub = await as<{ id: string }>('POST', '/api/devices', {
    kind: 'hub',
    homeId: people.from.home.id,
    label: '孟家盒子',
  })
  const child = await as<{ id: string }>('POST', '/api/devices', {
    kind: 'button',
    elderId: people.from.id,
    hubId: hub.id,
    label: '厕所',
  })
  const english = await comeIn(county.browser, county.url, {
    username: 'lead',
    password: 'anju-demo',
    language: 'en',
    size: PHONE,
  })
  const hand = english.page
  await hand.goto(`${county.url}/devices/${hub.id}`)
  const kin = (desk: Desk, title: string) =>
    desk.page.locator('section', { has: desk.page.getByRole('heading', { name: title, exact: true }) })
  const beside = kin(english, english.m.fleet.page.children)
  await beside.getByText('厕所').waitFor()
  expect(await beside.getByText(english.m.fleet.page.apartMark, { exact: true }).count()).toBe(0)

  // before: who would be left, and what becomes of what they say
  await chooseWhom(english, hub.id, people.to)
  const warned = hand.getByRole('status').filter({ hasText: english.m.fleet.stay.leavesChildren('1') })
  await warned.getByText(english.m.fleet.page.apartRule).waitFor()
  await warned.scrollIntoViewIfNeeded()
  await picture(hand, 'hub-move-warned-en-360')
  expect(await seriousFindings(hand)).toEqual([])
  const form = hand.locator('section', { has: hand.locator('#stays') }).locator('form')
  await form.getByRole('button', { name: english.m.fleet.stay.bind, exact: true }).click()
  await hand.getByRole('button', { name: english.m.fleet.stay.moveHere }).click()

  // after: the hub's page, and the page of what hangs where the hub was
  await beside.getByText(english.m.fleet.page.apartChildren('1')).waitFor()
  await beside.getByText(english.m.fleet.page.apartMark, { exact: true }).waitFor()
  await beside.scrollIntoViewIfNeeded()
  await picture(hand, 'hub-parted-en-360')
  const { page, m } = lead
  await page.goto(`${county.url}/devices/${child.id}`)
  const above = kin(lead, m.fleet.page.speaksVia)
  await above.getByText(m.fleet.page.apart).waitFor()
  await above.getByText('孟家盒子').waitFor()
  await picture(page, 'hub-parted-child-zh-CN-1920')
  expect(await seriousFindings(page)).toEqual([])

  // whoever moves the child after its hub is warned of nothing, and they are together again
  await chooseWhom(lead, child.id, people.to)
  expect(await page.getByText(m.fleet.stay.leavesHub('孟家盒子')).count()).toBe(0)
  const childForm = page.locator('section', { has: page.locator('#stays') }).locator('form')
  await childForm.getByRole('button', { name: m.fleet.stay.bind, exact: true }).click()
  await page.getByRole('button', { name: m.fleet.stay.moveHere }).click()
  await expect.poll(() => above.getByText(m.fleet.page.apartMark, { exact: true }).count()).toBe(0)
  await english.context.close()
})
