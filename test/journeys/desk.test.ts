import { afterEach, expect, test } from 'vitest'
import { countyForThisFile } from './county.ts'
import { picture } from './picture.ts'
import { chooseFile, type Desk, type Language, seriousFindings, sitDown } from './desk.ts'

const county = countyForThisFile()
const { as } = county

afterEach(async () => {
  await Promise.all(county.browser.contexts().map((context) => context.close()))
})

interface Seen {
  state: string
  owner: { name: string } | null
  shelvedUntil: string | null
  followUpAt: string | null
  steps: { step: string; outcome: string | null; contactId: string | null }[]
  entries: { kind: string; body: Record<string, unknown> }[]
}

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
/** Two browsers, a dozen steps and axe at each of them. */
const LONG_MS = 240_000
const PHONE = { width: 360, height: 780 }

/** Somebody with a ladder, a gate that is known and a button, who has just pressed. */
async function pressed(name: string) {
  const areas = await as<{ items: { id: string; kind: string }[] }>('GET', '/api/areas')
  const areaId = areas.items.find(({ kind }) => kind === 'community')?.id
  const elder = await as<{ id: string; home: { id: string } }>('POST', '/api/elders', {
    name,
    areaId,
    sex: 'female',
    bornOn: '1939-03-12',
    phone: '19900000701',
    dialect: '四川话',
    hearing: '右耳较好，请慢说',
    allergies: '青霉素',
    medicines: '华法林，每晚一片',
    conditions: '高血压、髋关节置换术后',
    landmark: '过村口小卖部第二个岔路右转，蓝色铁门',
    entryNote: '钥匙在隔壁周婶处，门锁 3391#',
    address: '柳树湾村 3 组 12 号',
    contacts: [
      { name: '陈建国', relation: '儿子', phone: '19900000711' },
      { name: '陈建梅', relation: '女儿', phone: '19900000712' },
      { name: '周玉珍', relation: '邻居', phone: '19900000713', role: 'neighbour' },
      { name: '李支书', relation: '村支书', phone: '19900000714', role: 'cadre' },
      { name: '何医生', relation: '村医', phone: '19900000715', role: 'doctor' },
      { name: '赵明', relation: '路口接车', phone: '19900000716', role: 'guide' },
    ],
  })
  await as('POST', `/api/homes/${elder.home.id}/photos`, { data: PNG, caption: '蓝色铁门' })
  const button = await county.buttonFor(elder.id)
  return { elder, press: button.press }
}

async function alarmOf(elderId: string): Promise<string> {
  const { items } = await as<{ items: { id: string; elderId: string }[] }>('GET', '/api/alarms?state=open')
  const alarm = items.find((item) => item.elderId === elderId)
  if (!alarm) throw new Error('no alarm')
  return alarm.id
}

/** A desk whose machine has no telephone: the numbers it would dial are kept instead. */
async function sit(username: string, language: Language, more: { dark?: boolean } = {}): Promise<Desk> {
  const desk = await sitDown(county.browser, county.url, { username, password: 'anju-demo', language, ...more })
  await desk.page.evaluate(() =>
    document.addEventListener('click', (event) => {
      const link = event.target instanceof Element ? event.target.closest('a') : null
      if (link?.protocol !== 'tel:') return
      event.preventDefault()
      document.body.dataset['dialled'] = `${document.body.dataset['dialled'] ?? ''} ${link.pathname}`.trim()
    }),
  )
  return desk
}

const journeys: [Language, Language, boolean][] = [
  ['zh-CN', 'en', false],
  ['en', 'zh-CN', true],
]

test.each(journeys)(
  'two seats claim one alarm; its owner works the ladder by keys and hands it over (%s beside %s)',
  async (first, second, dark) => {
    const { elder, press } = await pressed(first === 'en' ? '陈素芬' : '陈秀梅')
    const one = await sit('desk1', first, { dark })
    const two = await sit('desk2', second)
    await press('first')
    const id = await alarmOf(elder.id)
    const file = () => as<Seen>('GET', `/api/alarms/${id}`)
    for (const { page } of [one, two]) await page.locator(`[data-alarm="${id}"]`).waitFor()

    // both strike the space bar: one wins, the other reads who
    await Promise.all([one, two].map(({ page }) => page.locator('body').press('Space')))
    await expect.poll(async () => (await file()).state).toBe('acknowledged')
    const owner = (await file()).owner?.name ?? ''
    await Promise.all(
      [one, two].map(({ page }) => page.locator('footer .owner strong').filter({ hasText: /./ }).waitFor()),
    )
    const mine = (desk: Desk) => desk.page.locator('footer .owner').getByText(desk.m.queue.you)
    const [winner, loser] = (await mine(one).count()) > 0 ? [one, two] : [two, one]
    await loser.page.locator('footer').getByText(owner).first().waitFor()
    const { page, m } = winner
    const words = m.deskwork

    // key and code stand there for its owner, and the look is kept
    await page.getByText('钥匙在隔壁周婶处').waitFor()
    await expect.poll(() => loser.page.getByText('钥匙在隔壁周婶处').count()).toBe(0)

    // the ladder: a digit begins, a letter ends
    const body = page.locator('body')
    const ended = async (step: string) =>
      (await file()).steps.filter((one) => one.step === step && one.outcome !== null).map(({ outcome }) => outcome)
    await body.press('1')
    await page.getByRole('button', { name: words.step.outcome.spoke }).waitFor()
    await picture(page, `alarm-step-${first}`)
    expect(await seriousFindings(page)).toEqual([])
    // fingers are quicker than a slow network: every stroke has its turn, and one struck twice is one
    const slow = `**/api/alarms/${id}/steps**`
    await page.route(slow, async (route) => {
      await new Promise((later) => setTimeout(later, 300))
      await route.continue()
    })
    for (const key of ['a', 'a', '2']) await body.press(key)
    await page.getByRole('button', { name: words.step.outcome.reached }).waitFor()
    expect(await ended('speak')).toEqual(['spoke'])
    for (const key of ['b', '2', '2']) await body.press(key)
    await expect.poll(async () => (await file()).steps.filter(({ step }) => step === 'family').length).toBe(2)
    await body.press('a')
    await expect.poll(() => ended('family')).toEqual(['no-answer', 'reached'])
    await page.unrouteAll({ behavior: 'wait' })
    const rung = (await file()).steps.filter(({ step }) => step === 'family')
    expect(new Set(rung.map(({ contactId }) => contactId)).size).toBe(2)

    await body.press('3')
    await page.getByRole('button', { name: words.step.outcome.refused }).waitFor()
    await body.press('a')
    await page.getByText(words.ambulance.untold).waitFor()
    await body.press('3')
    await body.press('a')
    const told = page.locator('.track li').first()
    await expect.poll(() => told.textContent()).toContain(words.ambulance.state['under-way'])
    await page.getByLabel(words.ambulance.hospital).fill('县人民医院')
    await page.getByLabel(words.ambulance.hospital).press('Enter')
    await page.locator('.track').getByText(words.ambulance.to('县人民医院')).first().waitFor()
    await picture(page, `alarm-ladder-${first}`)
    expect(await seriousFindings(page)).toEqual([])

    const dialled = await page.evaluate(() => document.body.dataset['dialled'])
    expect(dialled).toBe('19900000701 19900000711 19900000712 120')

    // nobody signs out while owning one; the screen names it (another session left open would keep the alarm hers)
    await page.goto(`${county.url}/settings`)
    await page.evaluate(async () => {
      const { items } = await (await fetch('/api/sessions?limit=1000')).json()
      const others = items.filter((own: { current: boolean }) => !own.current)
      await Promise.all(others.map(({ id }: { id: string }) => fetch(`/api/sessions/${id}`, { method: 'DELETE' })))
    })
    await page.getByRole('button', { name: m.settings.signOut }).click()
    await page.getByText(words.signOut.owned).waitFor()
    await page.locator('.caution-box').getByRole('link').first().waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await page.locator('.caution-box').getByRole('link').first().click()

    // handed over by keys: the other hears it and owns it
    await page.locator('footer .owner').getByText(m.queue.you).waitFor()
    const quiet = await loser.tones()
    let asked = 0
    page.on('request', (request) => (asked += request.url().endsWith('/takers') ? 1 : 0))
    await body.press('h')
    await page.locator('.ask .options button').first().waitFor()
    await picture(page, `alarm-hand-over-${first}`)
    await body.press('a')
    // what comes in meanwhile takes the key from nobody
    await as('POST', `/api/alarms/${id}/notes`, { text: '邻居说灯亮着' })
    await page.getByText('邻居说灯亮着').waitFor()
    expect(asked).toBe(1)
    await page.keyboard.press('Enter')
    await mine(loser).waitFor()
    await expect.poll(loser.tones).toBeGreaterThan(quiet)
    expect((await file()).entries.map(({ kind }) => kind)).toContain('handed-over')

    // on a phone it is the same screen, one column
    await loser.page.setViewportSize(PHONE)
    await picture(loser.page, `alarm-phone-${second}`)
    expect(await seriousFindings(loser.page)).toEqual([])
    const wide = await loser.page.evaluate(() => document.documentElement.scrollWidth)
    expect(wide).toBeLessThanOrEqual(PHONE.width)
    await as('POST', `/api/alarms/${id}/resolve`, { outcome: 'need-met' })
  },
  LONG_MS,
)

test.each<[Language, boolean]>([
  ['zh-CN', true],
  ['en', false],
])(
  'an alarm is shelved with its end, comes back pressed, is resolved to be followed up, and the end is undone (%s)',
  async (language, dark) => {
    const { elder, press } = await pressed(language === 'en' ? '罗淑珍' : '罗桂芳')
    const lead = await sit('lead', language, { dark })
    const { page, m } = lead
    const words = m.deskwork
    await press('first')
    const id = await alarmOf(elder.id)
    const file = () => as<Seen>('GET', `/api/alarms/${id}`)
    const body = page.locator('body')
    await page.locator(`[data-alarm="${id}"]`).waitFor()
    await body.press('Space')
    await page.locator('footer .owner').getByText(m.queue.you).waitFor()

    await body.press('l')
    await body.press('a')
    await page.keyboard.type('换电池，家人已知')
    await picture(page, `alarm-shelve-${language}`)
    await page.keyboard.press('Enter')
    await expect.poll(async () => (await file()).shelvedUntil).not.toBeNull()
    await page.getByText(words.shelf.title(1)).click()
    await page.keyboard.press('Escape')
    await picture(page, `desk-shelf-${language}`)
    expect(await seriousFindings(page)).toEqual([])

    // whoever calls again is not left on the shelf
    await press('second')
    await page.locator(`[data-alarm="${id}"]`).waitFor()
    await expect.poll(() => page.getByText(words.shelf.title(1)).count()).toBe(0)
    await page.locator(`[data-alarm="${id}"]`).click()
    await page.locator('article header').getByText(m.alarm.again('').trim()).waitFor()
    await page.mouse.move(1900, 500)
    await page.getByRole('button', { name: m.alarm.take }).click()
    await page.locator('footer .owner').getByText(m.queue.you).waitFor()

    await body.press('r')
    await body.press('b')
    await page.keyboard.press('2')
    await picture(page, `alarm-resolve-${language}`)
    expect(await seriousFindings(page)).toEqual([])
    await page.keyboard.press('Enter')
    await expect.poll(async () => (await file()).state).toBe('follow-up')
    await page.getByText(words.followUps.later(1)).waitFor()
    await picture(page, `alarm-follow-up-${language}`)

    await body.press('u')
    await page.keyboard.type('按错了')
    await page.keyboard.press('Enter')
    await expect.poll(async () => (await file()).state).toBe('handling')
    await page.locator('footer .owner').getByText(m.queue.you).waitFor()
    await as('POST', `/api/alarms/${id}/resolve`, { outcome: 'need-met' })
  },
  LONG_MS,
)

test('what was asked for before an alarm was taken takes nothing back, nor the next key', async () => {
  const { elder, press } = await pressed('罗桂兰')
  const { page, m } = await sit('desk1', 'zh-CN')
  // every answer about her alarm waits for its word; the first tells of an alarm that nobody owns
  const words = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let asked = 0
  await page.route(/\/api\/alarms\/[0-9a-f-]+$/, async (route) => {
    const response = await route.fetch()
    await words[asked++]?.promise
    await route.fulfill({ response }).catch(() => undefined) // the page may be gone
  })
  await press('first')
  const id = await alarmOf(elder.id)
  await page.locator(`[data-alarm="${id}"]`).click()
  await expect.poll(() => asked).toBe(1)
  await page.locator('body').press('Space')
  const mine = page.locator('footer .owner').getByText(m.queue.you)
  await mine.waitFor()
  words[0]?.resolve()
  await expect.poll(() => asked).toBe(2)
  await page.locator('body').press('1')
  await expect.poll(async () => (await as<Seen>('GET', `/api/alarms/${id}`)).steps.length).toBe(1)
  words[1]?.resolve()
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  await as('POST', `/api/alarms/${id}/resolve`, { outcome: 'need-met' })
})

test('a picture of the gate is made small in the browser, shown, taken off and put back', async () => {
  const { elder } = await pressed('梁春兰')
  const { page, m } = await sit('desk1', 'zh-CN')
  await page.goto(`${county.url}/homes/${elder.home.id}`)
  const words = m.deskwork.photo
  await page.getByLabel(words.caption).fill('从路上看')
  // wider than any screen: what arrives is not
  const data = await page.evaluate(() => {
    const canvas = document.createElement('canvas')
    canvas.width = 4000
    canvas.height = 3000
    const paint = canvas.getContext('2d')
    for (let i = 0; i < 4000; i += 40) {
      if (paint) paint.fillStyle = `hsl(${i % 360} 60% 50%)`
      paint?.fillRect(i, 0, 40, 3000)
    }
    return canvas.toDataURL('image/png').split(',')[1] ?? ''
  })
  await chooseFile(page.getByRole('button', { name: words.add }), {
    name: 'gate.png',
    mimeType: 'image/png',
    buffer: Buffer.from(data, 'base64'),
  })
  const shown = page.getByRole('img', { name: '从路上看' })
  await shown.waitFor()
  await expect.poll(() => shown.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(1600)
  await page.getByRole('button', { name: words.remove('从路上看') }).click()
  await expect.poll(() => shown.count()).toBe(0)
  await page.getByRole('button', { name: words.undo }).click()
  await shown.waitFor()
  await picture(page, 'home-photos')
  expect(await seriousFindings(page)).toEqual([])
})
