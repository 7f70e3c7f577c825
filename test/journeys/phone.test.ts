import { expect, test } from 'vitest'
import { chooseFile, words } from './desk.ts'
import { keptForLater, roundForThisFile } from './phone.ts'

const round = roundForThisFile('T', 1)
const { county, planned, takeUp, stateOf } = round

test('a visit from setting out to the signature, with the line cut in the middle and back at the end', async () => {
  const id = await planned(5)
  const { page, cable, m, look, press, hold } = await takeUp('zh-CN', { width: 360, height: 780 })
  const { name } = round.place.elder
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
  await chooseFile(page.getByLabel(m.serve.photo('打扫房间')), { name: 'a.png', mimeType: 'image/png', buffer: png })
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
