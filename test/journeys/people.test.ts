import type { Locator, Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { countyForThisFile } from './county.ts'
import { picture } from './picture.ts'
import { type Desk, seriousFindings, sitDown } from './desk.ts'

const ID_NUMBER = '11010519491231002X'
const OLD_ID_NUMBER = '110105491231002'

const county = countyForThisFile()
const { as } = county
let lead: Desk
let seat: Desk

beforeAll(async () => {
  lead = await sitDown(county.browser, county.url, { username: 'lead', password: 'anju-demo', language: 'zh-CN' })
  seat = await sitDown(county.browser, county.url, {
    username: 'desk1',
    password: 'anju-demo',
    language: 'en',
    dark: true,
  })
})

/** By a link within the page, so that the sound stays armed as at a desk. */
async function visit(page: Page, path: string): Promise<void> {
  await page.evaluate((href) => {
    const link = document.body.appendChild(Object.assign(document.createElement('a'), { href }))
    link.click()
    link.remove()
  }, path)
}
const field = (within: Page | Locator, name: string) => within.locator(`[data-field="${name}"]`)
const part = (desk: Desk, name: keyof Desk['m']['people']['part']) =>
  desk.page.locator('section', { has: desk.page.getByRole('heading', { name: desk.m.people.part[name], exact: true }) })
const edit = (desk: Desk, name: keyof Desk['m']['people']['part']) =>
  part(desk, name)
    .getByRole('button', { name: desk.m.people.editPart(desk.m.people.part[name]) })
    .click()
const button = (desk: Desk, name: string) => desk.page.getByRole('button', { name, exact: true })

async function passesAxe(desk: Desk, where: string): Promise<void> {
  expect([where, await seriousFindings(desk.page)]).toEqual([where, []])
}

interface File {
  id: string
  name: string
  phone: string
  dialect: string
  hearing: string
  home: { id: string; address: string }
  understands: boolean
  withoutFamily: boolean
  version: number
}
let wife: File
let husband: File
const fileOf = (id: string) => as<File>('GET', `/api/elders/${id}`)

test('a couple is registered: the number is checked while it is typed, and the second moves in with the first', async () => {
  const { page, m } = lead
  await visit(page, '/elders?search=' + encodeURIComponent('郑春桃'))
  await page.getByRole('link', { name: m.people.list.registerThis('郑春桃') }).click()
  await expect.poll(() => field(page, 'name').inputValue()).toBe('郑春桃')
  await field(page, 'idNumber').fill('110105')
  await page.getByText(m.people.id.checking(6)).waitFor()
  await field(page, 'idNumber').fill('110105194912310021')
  await page.getByText(m.people.id.invalid).waitFor()
  await field(page, 'idNumber').fill(OLD_ID_NUMBER)
  await page.getByText(m.people.id.converted(ID_NUMBER)).waitFor()
  await button(lead, m.people.id.take).click()
  expect(await field(page, 'bornOn').inputValue()).toBe('1949-12-31')
  expect(await page.getByLabel(m.sex.female, { exact: true }).isChecked()).toBe(true)
  await field(page, 'phone').fill('19900009001')
  // without a community it cannot be sent, and the field says so
  await button(lead, m.people.register.go).click()
  await page.getByText(m.people.register.noArea).waitFor()
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-field'))).toBe('areaId')
  await passesAxe(lead, 'register')
  await field(page, 'areaId').selectOption({ index: 2 })
  await field(page, 'address').fill('桃花巷 7 号')
  await field(page, 'contact-name').fill('郑小军')
  await field(page, 'contact-phone').fill('19900009002')
  await page.getByLabel(m.people.served.understandsNot).check()
  await button(lead, m.people.register.go).click()
  await page.getByRole('heading', { name: '郑春桃', level: 1 }).waitFor()
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  wife = await fileOf(id)
  expect([wife.understands, wife.withoutFamily]).toEqual([false, false])

  await page.getByRole('link', { name: '桃花巷 7 号' }).first().click()
  await page.getByRole('link', { name: m.people.home.addHere }).click()
  await page.getByText(m.people.register.withWhom('郑春桃')).waitFor()
  await field(page, 'name').fill('孙大山')
  await button(lead, m.people.register.go).click()
  await page.getByRole('heading', { name: '孙大山', level: 1 }).waitFor()
  husband = await fileOf(new URL(page.url()).pathname.split('/').at(-1) ?? '')
  expect(husband.home.id).toBe(wife.home.id)
})

test('two edit one file at once: the second sees both field by field, and loses nothing', async () => {
  for (const desk of [lead, seat]) {
    await visit(desk.page, `/elders/${wife.id}`)
    await edit(desk, 'core')
  }
  await field(lead.page, 'phone').fill('19900009111')
  await field(lead.page, 'hearing').fill('左耳听不见')
  await field(seat.page, 'phone').fill('19900009222')
  await field(seat.page, 'dialect').fill('四川话')
  await button(seat, seat.m.people.save).click()
  await seat.page.getByText('19900009222').first().waitFor()
  await button(lead, lead.m.people.save).click()
  await lead.page.getByText(lead.m.people.conflict.title).waitFor()
  await lead.page.getByText('李静').first().waitFor() // whose change it was
  const clash = lead.page.getByRole('group', { name: lead.m.people.field.phone })
  await clash.getByText('19900009111').waitFor()
  await picture(lead.page, 'people-conflict-zh-CN-1920')
  await passesAxe(lead, 'conflict')
  await clash.getByText(lead.m.people.conflict.takeTheirs).click()
  await button(lead, lead.m.people.conflict.again).click()
  await lead.page.getByText(lead.m.people.saved).waitFor()
  expect(await fileOf(wife.id)).toMatchObject({ phone: '19900009222', dialect: '四川话', hearing: '左耳听不见' })
})

test('contacts are put in order by keyboard, and what is not saved holds the page', async () => {
  const { page, m } = lead
  await edit(lead, 'ladder')
  await button(lead, `＋ ${m.people.ladder.add}`).click()
  await field(page, 'contact-name').nth(1).fill('王邻居')
  await field(page, 'contact-name').nth(1).press('Alt+ArrowUp')
  await expect.poll(() => field(page, 'contact-name').first().inputValue()).toBe('王邻居')
  await visit(page, '/elders')
  await page.getByText(m.people.unsaved).waitFor()
  await passesAxe(lead, 'ladder')
  await button(lead, m.people.stay).click()
  await button(lead, m.people.save).click()
  await part(lead, 'ladder').getByText(m.people.saved).waitFor()
  await part(lead, 'ladder').getByText('王邻居').waitFor()
})

test('away and back, then moved to another home', async () => {
  const { page, m } = lead
  await page.getByRole('link', { name: m.people.file.absence }).click()
  await page.getByLabel(m.people.absence.kinds.hospital).check()
  await passesAxe(lead, 'absence')
  await button(lead, m.people.absence.go).click()
  await button(lead, m.people.absence.end).click()
  await button(lead, m.people.absence.end).waitFor({ state: 'detached' })

  await page.getByRole('link', { name: m.people.file.move }).click()
  await field(page, 'address').fill('新桥路 12 号')
  await passesAxe(lead, 'move')
  await button(lead, m.people.move.go).click()
  await page.getByRole('link', { name: '新桥路 12 号' }).first().waitFor()
  expect((await fileOf(wife.id)).home.id).not.toBe(husband.home.id)
})

test('a death is confirmed in two steps under one’s name; nobody is dialled any more; it is undone', async () => {
  const { page, m } = lead
  await page.getByRole('link', { name: m.people.file.death }).click()
  await button(lead, m.people.death.next).click()
  await page.getByText(m.people.required).first().waitFor()
  await field(page, 'diedOn').fill('2026-11-01')
  await field(page, 'reason').fill('村委会通知')
  await passesAxe(lead, 'death')
  await button(lead, m.people.death.next).click()
  await page.getByText('王丽').first().waitFor()
  await picture(page, 'people-death-confirm-zh-CN-1920')
  await button(lead, m.people.death.confirm).click()
  await page.getByText(m.people.file.noDial).waitFor()
  expect(await page.locator('a[href="tel:19900009222"]').count()).toBe(0)
  await page.getByText(m.elder.timelineEnd).waitFor()
  await picture(page, 'people-deceased-zh-CN-1920')
  await passesAxe(lead, 'deceased')
  await button(lead, m.people.file.undoDeath).click()
  await page.getByLabel(m.people.file.whyUndo).fill('弄错了人')
  await button(lead, m.people.file.undoDeath).click()
  await page.locator('a[href="tel:19900009222"]').first().waitFor()
})

test('a double entry is merged side by side, and taken apart again', async () => {
  const { page, m } = lead
  const double = await as<File>('POST', '/api/elders', {
    name: '郑春桃',
    phone: '19900009222',
    areaId: await areaOf(wife),
  })
  await visit(page, `/elders/${double.id}/merge`)
  await page.getByText(m.people.merge.willDevices).waitFor() // said before anything is chosen
  await page.getByRole('searchbox').fill('zhengchuntao')
  await page.locator('[data-row]', { hasText: '新桥路 12 号' }).click()
  await page.getByText(m.people.merge.keep('郑春桃', '新桥路 12 号')).waitFor()
  const served = page.locator('tr', { hasText: m.people.part.served })
  await served.getByText(m.people.merge.differs).waitFor()
  await served.getByText(m.people.served.understandsNot).waitFor()
  await field(page, 'reason').fill('同一个人登记了两次')
  await picture(page, 'people-merge-zh-CN-1920')
  await passesAxe(lead, 'merge')
  await button(lead, m.people.merge.go).click()
  await page.getByText(m.people.file.doubles).waitFor()
  await visit(page, `/elders/${double.id}`)
  await button(lead, m.people.file.undoMerge).click()
  await page.getByLabel(m.people.file.whyUndo).fill('原来是两个人')
  await button(lead, m.people.file.undoMerge).click()
  await page.getByText(m.people.file.merged).waitFor({ state: 'detached' })
})

test('the whole identity number is shown for a reason; the history tells who did what', async () => {
  const { page, m } = lead
  await visit(page, `/elders/${wife.id}`)
  await button(lead, m.people.id.unmask).click()
  await page.getByLabel(m.people.id.why).fill('核对证件')
  await button(lead, m.people.id.show).click()
  await page.getByText(ID_NUMBER).waitFor()
  await passesAxe(lead, 'file')
  await page.getByRole('link', { name: m.people.file.history }).click()
  for (const action of ['died', 'death-undone', 'moved', 'contacts-changed', 'registered'] as const) {
    await page.getByText(m.people.history.action[action], { exact: true }).first().waitFor()
  }
  expect(await page.getByText(ID_NUMBER).count()).toBe(0)
  await passesAxe(lead, 'history')
})

test('key and code are written on the file, not read there: a reason shows them and is kept', async () => {
  const { page, m } = lead
  const { home } = await fileOf(husband.id)
  await visit(page, `/homes/${home.id}`)
  const entry = page.locator('[data-entry]')
  await entry.waitFor()
  await edit(lead, 'home')
  await field(page, 'entryNote').fill('钥匙在井边 5102#')
  await button(lead, m.people.save).click()
  await entry.getByText(m.people.entry.onFile).waitFor()
  expect(await page.getByText('5102#').count()).toBe(0)
  await entry.getByRole('button', { name: m.people.entry.see }).click()
  await entry.locator('input').fill('看看')
  expect(await entry.getByRole('button', { name: m.people.id.show }).isDisabled()).toBe(true)
  await picture(page, 'people-entry-asked')
  await entry.locator('input').fill('送餐员进不去门')
  await entry.getByRole('button', { name: m.people.id.show }).click()
  await entry.getByText('5102#').waitFor()
  await picture(page, 'people-entry-shown')
  await passesAxe(lead, 'entry')
  await entry.getByRole('button', { name: m.people.id.hide }).click()
  expect(await page.getByText('5102#').count()).toBe(0)

  await edit(lead, 'home')
  await page.getByLabel(m.people.entry.clear).check()
  await button(lead, m.people.save).click()
  await entry.getByText(m.people.entry.none).waitFor()
  const { items } = await as<{ items: { action: string; reason: string }[] }>('GET', '/api/access-log?limit=1')
  expect(items).toMatchObject([{ action: 'see-entry', reason: '送餐员进不去门' }])
})

test('every page is drawn in both languages and sizes, and nothing sticks out', async () => {
  const lived = await as<{ items: File[] }>('GET', '/api/elders?limit=1&search=' + encodeURIComponent('陈秀兰'))
  const { id = wife.id } = lived.items[0] ?? {}
  const pages: Record<string, string> = {
    list: '/elders?search=wang',
    'no-hit': '/elders?search=zzz',
    register: '/elders/new?name=' + encodeURIComponent('郑春桃'),
    file: `/elders/${id}`,
    move: `/elders/${id}/move`,
    absence: `/elders/${id}/absence`,
    merge: `/elders/${id}/merge?with=${wife.id}`,
    death: `/elders/${id}/death`,
    history: `/elders/${wife.id}/history`,
    home: `/homes/${wife.home.id}`,
  }
  for (const desk of [lead, seat]) {
    const language = desk === lead ? 'zh-CN' : 'en'
    for (const width of [1920, 360]) {
      await desk.page.setViewportSize(width === 360 ? { width, height: 800 } : { width, height: 1080 })
      for (const [name, path] of Object.entries(pages)) {
        if (desk === seat && ['register', 'merge', 'death'].includes(name)) continue // a seat may not
        await visit(desk.page, path)
        await desk.page.locator('#main h1').first().waitFor()
        await expect.poll(() => desk.page.getByText(desk.m.loading).count()).toBe(0)
        await picture(desk.page, `people-${name}-${language}-${width}`)
        const beyond = await desk.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        expect([name, width, beyond]).toEqual([name, width, 0])
      }
    }
  }
  await passesAxe(seat, 'home')
})

async function areaOf(file: File): Promise<string> {
  const { area } = await as<{ area: { id: string } }>('GET', `/api/homes/${file.home.id}`)
  return area.id
}
