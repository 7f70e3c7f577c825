import type { Worklist } from '@anju/api/credential/schema'
import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { countyForThisFile } from './county.ts'
import { picture } from './picture.ts'
import { chooseFile, type Language, seriousFindings, words } from './desk.ts'

const county = countyForThisFile()
let bureau: Sitting

/** Somebody of an office, who answers no alarms and so hears none. */
interface Sitting {
  page: Page
  m: (typeof words)[Language]
}

async function openOffice(
  who: { username: string; language: Language; size?: { width: number; height: number }; dark?: boolean },
  path: string,
): Promise<Sitting> {
  const context = await county.browser.newContext({
    viewport: who.size ?? { width: 1920, height: 1080 },
    colorScheme: who.dark ? 'dark' : 'light',
  })
  await context.addInitScript((language) => localStorage.setItem('anju.language', language), who.language)
  context.setDefaultTimeout(60_000)
  const page = await context.newPage()
  const m = words[who.language]
  await page.goto(`${county.url}${path}`)
  await page.getByLabel(m.signIn.name, { exact: true }).fill(who.username)
  await page.getByLabel(m.signIn.password, { exact: true }).fill('anju-demo')
  await page.getByRole('button', { name: m.signIn.go, exact: true }).click()
  return { page, m }
}

beforeAll(async () => {
  bureau = await openOffice({ username: 'bureau', language: 'zh-CN' }, '/staff/catalogue')
})

const field = (page: Page, name: string) => page.locator(`[data-field="${name}"]`)
async function visit(page: Page, path: string): Promise<void> {
  await page.evaluate((href) => {
    const link = document.body.appendChild(Object.assign(document.createElement('a'), { href }))
    link.click()
    link.remove()
  }, path)
}
async function passesAxe(page: Page, where: string): Promise<void> {
  expect([where, await seriousFindings(page)]).toEqual([where, []])
}

test('the bureau sets what the annex left open for bathing, and its history keeps it', async () => {
  const { page, m } = bureau
  const service = m.staff.fitness.service
  await visit(page, '/staff/catalogue')
  await page.getByText(service.noPhotos).first().waitFor()
  expect(await page.locator('tbody tr').count()).toBe(16)
  await passesAxe(page, 'catalogue')
  await picture(page, 'catalogue-zh-CN-1920')
  await page.getByRole('link', { name: '上门助浴、陪同助浴' }).click()
  await page.getByText(service.silent).first().waitFor()
  await page.getByRole('button', { name: m.people.editPart(`${service.code} 12`) }).click()
  await field(page, 'price').fill('八十')
  await page.getByRole('button', { name: m.people.save, exact: true }).click()
  await page.getByText(service.priceBad).waitFor()
  await field(page, 'price').fill('80.5')
  await field(page, 'unit').fill('次')
  await field(page, 'minutes').fill('60')
  await page.getByLabel(service.substitute).selectOption('village-group')
  await passesAxe(page, 'catalogue form')
  await page.getByRole('button', { name: m.people.save, exact: true }).click()
  await page.getByText(m.staff.fitness.history.yuan('80.50')).waitFor()
  await page.getByText(service.substitutes['village-group']).first().waitFor()
  await passesAxe(page, 'catalogue entry')
  await picture(page, 'catalogue-entry-zh-CN-1920')
})

test('a second contract for the same days is refused in words', async () => {
  const { page, m } = bureau
  const contract = m.staff.fitness.contract
  await visit(page, '/staff/providers')
  await page.getByRole('link', { name: '青石众康为老服务站' }).click()
  await page.getByText(contract.state['in-force']).waitFor()
  await page.getByRole('button', { name: contract.add }).click()
  await field(page, 'areaId').selectOption({ label: '　青石镇' })
  await field(page, 'number').fill('示例政购〔9〕号')
  await field(page, 'validFrom').fill('2026-01-01')
  await page.getByRole('button', { name: m.staff.save, exact: true }).click()
  await page.getByText(m.error['contract-overlaps']).waitFor()
  await passesAxe(page, 'provider')
  await picture(page, 'provider-zh-CN-1920')
})

test('the worklist names who runs out and who may not be sent, and leads to the caregiver', async () => {
  const { page, m } = bureau
  const fitness = m.staff.fitness
  await visit(page, '/staff/credentials')
  await page.getByText(fitness.worklist.counts('3', '2', '2')).waitFor()
  const first = page.locator('tbody tr').first()
  await first.getByText(fitness.state.expiring).waitFor()
  await passesAxe(page, 'worklist')
  await picture(page, 'credentials-zh-CN-1920')
  await page.getByRole('row', { name: fitness.state.never }).getByRole('link').click()
  await page.getByText(fitness.unfit(1)).waitFor()
  await page.getByText(fitness.rule['medical-check']).waitFor()
  await page.getByText(fitness.kin.none).waitFor()
  await passesAxe(page, 'caregiver')
  await picture(page, 'caregiver-zh-CN-1920')
})

test('on a phone the provider renews a check that ran out: what is no paper is refused, too large told at once', async () => {
  const list = await county.as<Worklist>('GET', '/api/credentials/worklist?show=missing')
  const late = list.items.find(({ state }) => state === 'expired')
  const { page, m } = await openOffice(
    { username: 'provider', language: 'en', size: { width: 390, height: 844 }, dark: true },
    `/staff/caregivers/${late?.caregiver.id}`,
  )
  const file = m.staff.fitness.file
  await page.getByText(m.staff.fitness.unfit(1)).waitFor()
  await page.getByRole('button', { name: file.add }).click()
  await page.locator('select[name="kind"]').selectOption('medical-check')
  await field(page, 'issuedOn').fill('2026-11-20')
  await field(page, 'expiresOn').fill('2029-11-19')
  const paper = page.getByRole('group', { name: file.paper })
  const give = (what: ReturnType<typeof named>) => chooseFile(paper.getByRole('button').first(), what)
  const named = (name: string, buffer: Buffer) => ({ name, mimeType: 'application/pdf', buffer })
  const save = page.getByRole('button', { name: file.save, exact: true })
  await give(named('check.pdf', Buffer.alloc(5 * 1024 * 1024, '%PDF-')))
  await page.getByText(file.tooLarge('5.0')).waitFor()
  await paper.getByRole('button', { name: m.file.putBack }).click()
  await page.getByText(file.tooLarge('5.0')).waitFor({ state: 'detached' })
  await give(named('check.pdf', Buffer.alloc(5 * 1024 * 1024, '%PDF-')))
  await page.getByText(file.tooLarge('5.0')).waitFor()
  await passesAxe(page, 'add credential')
  await picture(page, 'credential-add-en-390-dark')
  await give(named('check.pdf', Buffer.from('a letter that is called a PDF')))
  await save.click()
  await page.getByText(m.error['document-unreadable']).waitFor()
  await give(named('check.pdf', Buffer.from('%PDF-1.4\nThe check was in order.\n%%EOF')))
  await save.click()
  await page.getByText(m.staff.fitness.fit).waitFor()
  await passesAxe(page, 'caregiver on a phone')
  await picture(page, 'caregiver-en-390-dark')
  await visit(page, '/staff/catalogue')
  await page.getByText(m.staff.fitness.service.noPhotos).first().waitFor()
  await passesAxe(page, 'catalogue on a phone')
  await picture(page, 'catalogue-en-390-dark')
  await visit(page, '/staff/credentials')
  await page.locator('[data-state="expiring"]').first().waitFor()
  await picture(page, 'credentials-en-390-dark')
  await page.context().close()
})

test('a group session says that it is never paid, and who was there', async () => {
  const { page, m } = bureau
  const session = m.staff.fitness.session
  await visit(page, '/staff/sessions')
  await page.getByText(session.never).waitFor()
  await passesAxe(page, 'sessions')
  await picture(page, 'sessions-zh-CN-1920')
  await page.getByRole('link', { name: '健康操与唱歌' }).click()
  await page.getByText(`${session.attendance} · ${session.there(9)}`).waitFor()
  await page.getByText(session.never).waitFor()
  await passesAxe(page, 'session')
  await picture(page, 'session-zh-CN-1920')
  await page.context().close()
})
