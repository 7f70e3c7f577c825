import { expect, test } from 'vitest'
import { picture } from './picture.ts'
import { seriousFindings, words } from './desk.ts'
import { tagAtDoor } from './door-tag.ts'
import { PIN, roundForThisFile } from './phone.ts'

const round = roundForThisFile('G', 2)
const { county, planned, takeUp, stateOf, open } = round

test('a tag begins and ends a visit by its address; the same address again is a reload; help is a hold away', async () => {
  const tap = await tagAtDoor(county.as, round.place.homeId)
  const id = await planned(2)
  const away = await planned(120)
  const { page, cable, m, look, press, hold } = await takeUp('en', { width: 320, height: 640 })
  const { name } = round.place.elder
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

  // the next one: nobody is home; and what was asked before she answered comes after the answer
  let goOn = (): void => {}
  const answered = new Promise<void>((resolve) => (goOn = resolve))
  await page.route(/\/api\/(phone\/day|visits\/[^/]+$)/, async (route) => {
    const response = await route.fetch()
    await answered
    await route.fulfill({ response })
  })
  await page.goto(`${cable.url}/visit/${away}`)
  await press(m.visit.accept)
  await expect.poll(() => stateOf(away)).toBe('accepted')
  await page.getByText(m.strip.allSent).waitFor()
  const late = page.waitForResponse(/\/api\/phone\/day/)
  goOn()
  await late
  await page.unrouteAll({ behavior: 'wait' })
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
