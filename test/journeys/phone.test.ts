import type { BrowserContext, Page } from 'playwright-core'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { CREDENTIAL_KINDS, HELD_BY_ALL } from '@anju/domain/visit/credential'
import { type Cable, layCable } from './cable.ts'
import { tagAtDoor } from './door-tag.ts'
import { countyForThisFile, picture } from './county.ts'
import { type Language, seriousFindings, words } from './desk.ts'

const county = countyForThisFile()
const PIN = '284071'
type Id = { id: string }

/** A provider of the county with a caregiver who may be sent, a service of each kind, and an elder to visit. */
let place: {
  providerId: string
  caregiverId: string
  elder: Id & { name: string }
  homeId: string
  services: string[]
  at: { longitude: number; latitude: number }
}
const open: (BrowserContext | Cable)[] = []

beforeAll(async () => {
  const { as } = county
  const elders = await as<{ items: (Id & { name: string; home: Id; area: Id })[] }>('GET', '/api/elders?limit=1')
  const [elder] = elders.items
  if (!elder) throw new Error('the county has elders')
  const areaId = elder.area.id
  const file = await as<{ version: number }>('GET', `/api/elders/${elder.id}`)
  const known = { version: file.version, allergies: '青霉素', hearing: '右耳听不清', note: '不吃猪肉' }
  await as('PATCH', `/api/elders/${elder.id}`, known)
  const provider = await as<Id>('POST', '/api/providers', { name: '柳林养老服务站', areaId })
  const caregiver = await as<Id>('POST', '/api/caregivers', { name: '李秀兰', providerId: provider.id })
  for (const kind of CREDENTIAL_KINDS.filter((each) => HELD_BY_ALL[each] !== undefined)) {
    await as('POST', `/api/caregivers/${caregiver.id}/credentials`, { kind, issuedOn: '2026-01-05' })
  }
  await as('POST', '/api/contracts', { providerId: provider.id, areaId, number: 'H-1', validFrom: '2026-01-01' })
  const services = []
  for (const each of [
    { code: 'T1', category: 'cleaning', name: '打扫房间', conditions: [], photos: true },
    {
      code: 'T2',
      category: 'bathing',
      name: '入户助浴',
      conditions: ['safety-briefing', 'family-present'],
      photos: false,
    },
  ]) {
    services.push((await as<Id>('POST', '/api/services', { areaId, ...each })).id)
  }
  const home = await as<{ position: { lon: number; lat: number } | null }>('GET', `/api/homes/${elder.home.id}`)
  const at = { longitude: home.position?.lon ?? 0, latitude: home.position?.lat ?? 0 }
  place = { providerId: provider.id, caregiverId: caregiver.id, elder, homeId: elder.home.id, services, at }
})
afterEach(async () => {
  for (const each of open.splice(0)) await ('close' in each ? each.close() : each.end())
})

/** A visit from `inMin` minutes on, an hour long, given to the caregiver. */
async function planned(inMin: number): Promise<string> {
  const from = Date.now() + inMin * 60_000
  const times = { plannedFrom: new Date(from).toISOString(), plannedTo: new Date(from + 3_600_000).toISOString() }
  const { elder, providerId, services, caregiverId } = place
  const visit = { elderIds: [elder.id], providerId, serviceIds: services, ...times }
  const { ids } = await county.as<{ ids: string[] }>('POST', '/api/visits', visit)
  await county.as('POST', `/api/visits/${ids[0]}/assign`, { version: 1, caregiverId })
  return String(ids[0])
}

interface Phone {
  page: Page
  cable: Cable
  m: (typeof words)[Language]['phone']
  /** A picture of the screen, on which nothing keeps anybody out and nothing hangs over the edge. */
  look(name: string): Promise<void>
  press(name: string): Promise<void>
  hold(name: string, until: () => Promise<unknown>): Promise<void>
}

/** A phone on a line of its own, taken into use by the office's code. */
async function takeUp(language: Language, size: { width: number; height: number }): Promise<Phone> {
  const cable = await layCable(Number(new URL(county.url).port))
  const context = await county.browser.newContext({
    viewport: size,
    isMobile: true,
    hasTouch: true,
    deviceScaleFactor: 2,
    locale: language,
    timezoneId: 'Asia/Shanghai',
    permissions: ['geolocation'],
    geolocation: { ...place.at, accuracy: 20 }, // at her door
    userAgent: 'Mozilla/5.0 (Linux; Android 11; V2026) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36',
  })
  open.push(context, cable)
  context.setDefaultTimeout(60_000)
  await context.addInitScript((tag) => localStorage.setItem('anju.language', tag), language)
  const page = await context.newPage()
  const { link } = await county.as<{ link: string }>('POST', `/api/caregivers/${place.caregiverId}/phone-link`)
  const m = words[language].phone
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
  const phone: Phone = {
    page,
    cable,
    m,
    press,
    async look(name) {
      await picture(page, `phone-${name}-${language}`)
      expect([name, await seriousFindings(page)]).toEqual([name, []])
      expect([name, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([name, size.width])
    },
    async hold(name, until) {
      await page.getByRole('button', { name, exact: true }).hover()
      await page.mouse.down()
      await until()
      await page.mouse.up()
    },
  }
  await page.goto(cable.url + new URL(link).pathname + new URL(link).hash)
  await page.getByRole('heading', { name: m.join.title('李秀兰') }).waitFor()
  await page.getByLabel(m.join.choose).fill('123456')
  await page.getByLabel(m.join.again).fill('123456')
  await press(m.join.go)
  await page.getByText(m.join.weak).waitFor()
  await phone.look('join')
  await page.getByLabel(m.join.choose).fill(PIN)
  await page.getByLabel(m.join.again).fill(PIN)
  await press(m.join.go)
  await page.getByRole('heading', { name: m.today.title, exact: true }).waitFor()
  return phone
}

/** The pages are kept in the phone. */
const keptForLater = (page: Page) =>
  expect
    .poll(() =>
      page.evaluate(async () => {
        const all = await navigator.serviceWorker.getRegistrations()
        return all.filter(({ active }) => active?.state === 'activated').length
      }),
    )
    .toBe(5)

const stateOf = async (id: string) => (await county.as<{ state: string }>('GET', `/api/visits/${id}`)).state

test('a visit from setting out to the signature, with the line cut in the middle and back at the end', async () => {
  const id = await planned(5)
  const { page, cable, m, look, press, hold } = await takeUp('zh-CN', { width: 360, height: 780 })
  const { name } = place.elder
  await page.getByText(m.warn.allergies('青霉素')).waitFor()
  await look('today')
  await page.getByRole('link', { name: m.today.open(name) }).click()
  await page.getByText(m.visit.answer).waitFor()
  await look('answer')
  await press(m.visit.accept)
  await page.getByText(m.visit.setOut).waitFor()
  await look('set-out')
  await page.getByRole('link', { name: m.visit.fullFile }).click()
  await page.getByText(m.warn.note('不吃猪肉')).waitFor()
  await look('know')
  await page.goBack()
  await press(m.visit.setOutGo)
  await page.getByRole('heading', { name: m.door.title }).waitFor()
  await look('door')
  await page.getByText(m.strip.allSent).waitFor()
  await expect.poll(() => stateOf(id)).toBe('on-the-way')

  // the house lies behind the hill
  await keptForLater(page)
  cable.pull()
  await page.getByRole('link', { name: m.door.noNfc }).click()
  await page.getByLabel(m.typed.reasons['tag-gone']).check()
  await look('typed')
  await press(m.typed.begin)
  await page.getByText(m.visit.kept).waitFor()
  await page.getByText(m.strip.unsent(1)).waitFor()
  await look('serve-cut-off')

  // reloaded without a line, the page and what it kept are there
  await page.reload()
  await page.getByText(m.visit.kept).waitFor()
  await page.getByText(m.strip.unsent(1)).waitFor()
  await page.getByLabel('打扫房间', { exact: true }).check()
  expect(await page.getByLabel(m.serve.photo('入户助浴')).count()).toBe(0) // it would shame
  const png = await page.screenshot()
  await page.getByLabel(m.serve.photo('打扫房间')).setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: png })
  await page.getByText(m.serve.photoKept).waitFor()

  // conditions are asked one at a time
  await page.getByRole('link', { name: '入户助浴' }).click()
  await page.getByRole('heading', { name: m.condition.ask['safety-briefing'] }).waitFor()
  await look('condition')
  await press(m.yes)
  await page.getByRole('heading', { name: m.condition.ask['family-present'] }).waitFor()
  await press(m.yes)
  await page.getByLabel(m.condition.who).fill('儿子张建国')
  await press(m.go)
  await page.getByLabel('入户助浴', { exact: true }).waitFor()
  expect(await page.getByLabel('入户助浴', { exact: true }).isChecked()).toBe(true)

  await page.getByRole('link', { name: m.serve.reading }).click()
  await press(m.reading.kinds['blood-pressure'])
  await page.getByLabel(m.reading.systolic).fill('142')
  await page.getByLabel(m.reading.diastolic).fill('88')
  await look('reading')
  await press(m.reading.save)
  await page.getByText(m.reading.saved).waitFor()
  await press(m.done)

  // leaving, and the elder's own screen
  await page.getByRole('link', { name: m.serve.leave, exact: true }).click()
  await page.getByRole('link', { name: m.door.noNfc }).click()
  await page.getByLabel(m.typed.reasons['tag-gone']).check()
  await press(m.typed.end)
  await page.getByRole('heading', { name: m.elder.hand(name) }).waitFor()
  await look('hand')
  await press(m.elder.handGo)
  await page.getByRole('heading', { name: m.elder.how }).waitFor()
  await look('face')
  await page.goBack().catch(() => undefined)
  await page.getByRole('heading', { name: m.elder.how }).waitFor() // nothing leads away
  await page.reload()
  await page.getByRole('heading', { name: m.elder.how }).waitFor() // and neither does this
  expect(await page.getByRole('link').count()).toBe(0)
  await press(m.elder.good)
  await press(m.elder.propertyYes)
  await page.getByRole('heading', { name: m.elder.sign, exact: true }).waitFor()
  const box = await page.locator('canvas').boundingBox()
  if (!box) throw new Error('there is a box to sign in')
  await page.mouse.click(box.x + 60, box.y + 60)
  await press(m.elder.signGo)
  await page.getByText(m.elder.dot).waitFor()
  await look('dot')
  await page.mouse.move(box.x + 40, box.y + 40)
  await page.mouse.down()
  await page.mouse.move(box.x + 180, box.y + 120, { steps: 8 })
  await page.mouse.move(box.x + 60, box.y + 130, { steps: 8 })
  await page.mouse.up()
  await look('sign')
  await press(m.elder.signGo)
  await page.getByRole('heading', { name: m.elder.thanks }).waitFor()
  await look('thanks')
  await hold(m.elder.unlock, () => page.getByRole('heading', { name: m.next.title }).waitFor())
  await page.getByLabel(m.next.note).fill('周四上午，打扫')
  await look('next')
  await press(m.next.go)
  await page.getByRole('heading', { name: m.today.title, exact: true }).waitFor()
  await page.getByRole('link', { name: m.strip.unsent(9) }).click()
  await page.getByRole('heading', { name: m.unsent.title }).waitFor()
  await look('unsent')

  // the line is back: all of it arrives, in order, once
  cable.plugIn()
  await page.getByRole('button', { name: m.unsent.sendNow }).click()
  await page.getByText(m.strip.allSent).first().waitFor({ timeout: 60_000 })
  const visit = await county.as<{
    state: string
    presences: { part: string; way: string; grade: string; deviceAt: string; receivedAt: string; reasonCode: string }[]
    services: { name: string; doneAt: string | null; said: Record<string, { met: boolean; who?: string }> }[]
    files: { kind: string; takenAt: string }[]
    entries: { kind: string; body: Record<string, unknown> }[]
  }>('GET', `/api/visits/${id}`)
  expect(visit.state).toBe('evaluated')
  expect(visit.presences).toMatchObject([
    { part: 'begin', way: 'typed', reasonCode: 'tag-gone' },
    { part: 'end', way: 'typed', reasonCode: 'tag-gone' },
  ])
  for (const { deviceAt, receivedAt } of visit.presences) expect(deviceAt < receivedAt).toBe(true)
  expect(visit.services.map(({ doneAt }) => doneAt !== null)).toEqual([true, true])
  expect(visit.services.find(({ name: each }) => each === '入户助浴')?.said).toMatchObject({
    'family-present': { met: true, who: '儿子张建国' },
  })
  expect(visit.files.map(({ kind }) => kind).toSorted()).toEqual(['photo', 'signature'])
  const evaluated = visit.entries.find(({ kind }) => kind === 'evaluated')
  expect(evaluated?.body).toMatchObject({ face: 'good', propertyChecked: true, signed: { how: 'signature' } })
  expect(visit.entries.some(({ kind, body }) => kind === 'note' && String(body['text']).includes('周四上午'))).toBe(
    true,
  )
})

test('a tag begins and ends a visit by its address; the same address again is a reload; help is a hold away', async () => {
  const tap = await tagAtDoor(county.as, place.homeId)
  const id = await planned(2)
  const away = await planned(120)
  const { page, cable, m, look, press, hold } = await takeUp('en', { width: 320, height: 640 })
  const { name } = place.elder
  await look('today')
  await page.getByRole('link', { name: m.today.open(name) }).click()
  await press(m.visit.accept)
  await press(m.visit.setOutGo)
  await page.getByRole('heading', { name: m.door.title }).waitFor()
  await look('door')
  await page.getByText(m.strip.allSent).waitFor()

  const first = `${cable.url}/t${tap()}`
  await page.goto(first)
  await page.getByText(/^Arrival confirmed \d\d:\d\d$/).waitFor()
  await look('tap')
  await page.reload()
  await page.getByText(m.tap.repeated).waitFor()
  await page.getByRole('link', { name: m.tap.toVisit }).click()
  await page.getByText(/^Arrival confirmed \d\d:\d\d/).waitFor()
  await page.getByText(m.visit.grade.proved).waitFor()
  await look('serve')

  // a call for help, held for two seconds; let go sooner, nothing happens
  await page.getByRole('button', { name: m.distress.label }).click()
  expect(await page.getByText(m.distress.sending).count()).toBe(0)
  await hold(m.distress.label, () => page.getByText(/^The platform has received your call/).waitFor())
  await look('distress')
  await press(m.distress.close)

  // read once more at the door: an end is asked about first
  await page.goto(`${cable.url}/t${tap()}`)
  await page.getByRole('heading', { name: m.tap.endAsk(name) }).waitFor()
  await look('tap-end')
  await press(m.tap.endGo)
  await page.getByText(m.visit.inQuestion).waitFor() // minutes after the begin: a person is to look
  await expect.poll(() => stateOf(id)).toBe('left')

  // she cannot write: a thumb, and somebody who saw it
  await page.getByRole('link', { name: m.tap.toVisit }).click()
  await press(m.elder.handGo)
  await press(m.elder.fair)
  await press(m.elder.propertyYes)
  await press(m.elder.thumb)
  await page.locator('canvas').click()
  await page.getByLabel(m.elder.witness).fill('Wang')
  await look('thumb')
  await press(m.done)
  await hold(m.elder.unlock, () => page.getByRole('heading', { name: m.next.title }).waitFor())
  await page.getByRole('link', { name: m.next.skip }).click()
  await expect.poll(() => stateOf(id)).toBe('evaluated')

  // the next one: nobody is home
  await page.goto(`${cable.url}/visit/${away}`)
  await press(m.visit.accept)
  await page.getByRole('link', { name: m.visit.notDone }).click()
  await press(m.away.outcomes['not-home'])
  await page.getByLabel(m.away.ask['not-home']).fill('Knocked three times; the neighbour says she is at the market.')
  await look('away')
  await press(m.away.go)
  await page.getByText(m.away.done).waitFor()
  await expect.poll(() => stateOf(away)).toBe('refused')

  // signed out, cookie and PIN let her in again; the desk is not hers
  await page.goto(`${cable.url}/today`)
  await press(m.signIn.out)
  await page.getByLabel(m.signIn.pinLabel).fill('284072')
  await press(m.signIn.go)
  await page.getByText(words.en.error['pin-wrong']).waitFor()
  await look('pin')
  await page.getByLabel(m.signIn.pinLabel).fill(PIN)
  await press(m.signIn.go)
  await page.getByRole('heading', { name: m.today.title, exact: true }).waitFor()
  await page.goto(`${cable.url}/`)
  await page.waitForURL(`${cable.url}/today`)
})

test('a visit that was taken from her meanwhile: what she did is refused, kept and shown', async () => {
  const id = await planned(300)
  const { page, cable, m, look, press } = await takeUp('zh-CN', { width: 360, height: 780 })
  await page.goto(`${cable.url}/visit/${id}`)
  await page.getByText(m.visit.answer).waitFor()
  await keptForLater(page)
  cable.pull()
  await press(m.visit.accept)
  await page.getByText(m.strip.unsent(1)).waitFor()
  const { version } = await county.as<{ version: number }>('GET', `/api/visits/${id}`)
  await county.as('POST', `/api/visits/${id}/cancel`, { version, reason: '住院' })
  cable.plugIn()
  await page.getByText(m.strip.refused(1)).waitFor()
  await page.goto(`${cable.url}/unsent`)
  await page.getByText(m.unsent.refused(words['zh-CN'].error['visit-state'])).waitFor()
  await look('refused')
})

test('WeChat’s browser is sent to another; somebody else has no place here', async () => {
  const context = await county.browser.newContext({
    viewport: { width: 360, height: 780 },
    locale: 'zh-CN',
    userAgent:
      'Mozilla/5.0 (Linux; Android 11) AppleWebKit/537.36 Chrome/107.0 Mobile Safari/537.36 MicroMessenger/8.0.49',
  })
  open.push(context)
  const page = await context.newPage()
  const m = words['zh-CN'].phone
  await page.goto(`${county.url}/t?picc_data=00&cmac=00`)
  await page.getByRole('heading', { name: m.wechat.title }).waitFor()
  await picture(page, 'phone-wechat-zh-CN')
  expect(await seriousFindings(page)).toEqual([])
  await page.getByRole('button', { name: m.wechat.anyway }).click()
  await page.getByText(m.signIn.nobody).waitFor()
  await picture(page, 'phone-nobody-zh-CN')
})
