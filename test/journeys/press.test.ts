import { afterEach, expect, test } from 'vitest'
import { countyForThisFile } from './county.ts'
import { picture } from './picture.ts'
import { type Desk, type Language, seriousFindings, sitDown } from './desk.ts'

const county = countyForThisFile()
const { as } = county

afterEach(async () => {
  // a seat left over from a failed journey would be present in the next
  await Promise.all(county.browser.contexts().map((context) => context.close()))
})

interface Shown {
  at: string
  kind: string
  user: { name: string } | null
}

const journeys: [Language, Language][] = [
  ['zh-CN', 'en'],
  ['en', 'zh-CN'],
]

test.each(journeys)(
  'a press is heard, seen, shown, taken, comforted, pressed again and resolved (%s, beside a seat in %s)',
  async (first, second) => {
    // an elder with a button, registered as a user would
    const elders = await as<{ items: { id: string; name: string }[] }>('GET', '/api/elders')
    const elder = elders.items[first === 'en' ? 0 : 1]
    if (!elder) throw new Error('the demo has no elders')
    const commands: { cmd: string; id: string }[] = []
    const { id: deviceId, client, press } = await county.buttonFor(elder.id)
    client.on('message', (_topic, payload) =>
      commands.push(JSON.parse(payload.toString()) as (typeof commands)[number]),
    )
    await client.subscribeAsync(`anju/v1/${deviceId}/cmd`, { qos: 1 })

    const one = await sitDown(county.browser, county.url, { username: 'desk1', password: 'anju-demo', language: first })
    const two = await sitDown(county.browser, county.url, {
      username: 'desk2',
      password: 'anju-demo',
      language: second,
      dark: true,
    })
    await picture(one.page, `desk-empty-${first}`)

    const before = { one: await one.tones(), two: await two.tones() }
    await press('first')
    const { items } = await as<{ items: { id: string; elderId: string }[] }>('GET', '/api/alarms?state=open')
    const alarm = items.find((item) => item.elderId === elder.id)
    if (!alarm) throw new Error('no alarm')
    const row = (desk: Desk) => desk.page.locator(`[data-alarm="${alarm.id}"]`)

    // seen and heard at both seats, and both say that they showed it
    for (const desk of [one, two]) await row(desk).getByText(elder.name).waitFor()
    await expect.poll(one.tones).toBeGreaterThan(before.one)
    await expect.poll(two.tones).toBeGreaterThan(before.two)
    const entries = async (kind: string) =>
      (await as<{ entries: Shown[] }>('GET', `/api/alarms/${alarm.id}`)).entries.filter((entry) => entry.kind === kind)
    await expect.poll(async () => (await entries('shown')).length).toBe(2)
    await picture(one.page, `desk-alarm-${first}`)
    expect(await seriousFindings(one.page)).toEqual([])

    // the first seat takes it with the space bar; the other sees who; the button hears that someone is on it
    await one.page.locator('body').press('Space')
    await row(two).getByText(two.m.queue.owner('李静')).waitFor()
    await expect.poll(() => commands.map((command) => command.cmd)).toEqual(['help-coming'])
    await row(one).click()
    await one.page.getByRole('button', { name: one.m.alarm.resolve }).first().waitFor()
    await picture(one.page, `alarm-${first}`)
    await picture(two.page, `desk-dark-${second}`)
    expect(await seriousFindings(one.page)).toEqual([])
    expect(await seriousFindings(two.page)).toEqual([])

    // pressed again: sounds again although it is owned, and is shown again
    const quiet = await one.tones()
    await press('second')
    await expect.poll(one.tones).toBeGreaterThan(quiet)
    await one.page.locator('article header').getByText(one.m.alarm.again('').trim()).waitFor()
    await expect.poll(async () => (await entries('shown')).length).toBeGreaterThanOrEqual(3)
    // with all that is said of it by now, a row of the queue keeps to its two lines, on a small screen too
    const wide = two.page.viewportSize() ?? { width: 1920, height: 1080 }
    for (const width of [wide.width, 1280, 360]) {
      await two.page.setViewportSize({ ...wide, width })
      await row(two).getByText(/×\d/).waitFor()
      const { height = 0 } = (await row(two).boundingBox()) ?? {}
      expect([width, height > 40 && height < 72]).toEqual([width, true])
    }
    await two.page.setViewportSize(wide)

    // a note, then the end, by keyboard alone
    await one.page.locator('body').press('n')
    await one.page.keyboard.type('本人说话清楚 / speaks clearly')
    await one.page.keyboard.press('Enter')
    await expect.poll(async () => (await entries('note')).length).toBe(1)
    await one.page.getByRole('button', { name: one.m.alarm.resolve }).first().click()
    await one.page.keyboard.press('b')
    await picture(one.page, `resolve-${first}`)
    await one.page.getByRole('button', { name: one.m.alarm.confirm(one.m.alarm.outcome['need-met']) }).click()
    await expect.poll(async () => (await entries('resolved')).length).toBe(1)
    await expect.poll(() => row(two).count()).toBe(0)

    // the elder's page tells it all, also on a phone
    await one.page.goto(`${county.url}/elders/${elder.id}`)
    await one.page.getByRole('heading', { name: elder.name }).first().waitFor()
    // the live link never lets the network rest, so the last thing to come is waited for
    const { page: file, m } = one
    await file
      .getByText(m.elder.timelineEnd)
      .or(file.getByRole('button', { name: m.timeline.older }))
      .first()
      .waitFor()
    await picture(one.page, `elder-${first}`)
    expect(await seriousFindings(one.page)).toEqual([])
    await one.page.setViewportSize({ width: 390, height: 844 })
    await picture(one.page, `elder-phone-${first}`)
  },
)
