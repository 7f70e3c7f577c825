import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { evidence as en } from '../../dashboard/src/messages/en-evidence.ts'
import { evidence as zhCN } from '../../dashboard/src/messages/zh-CN-evidence.ts'
import { countyForThisFile } from './county.ts'
import { picture } from './picture.ts'
import { entry as m } from '../../dashboard/src/messages/zh-CN-visit-entry.ts'
import { comeIn, type Language, seriousFindings } from './desk.ts'
import { ADMIN_PASSWORD } from './product.ts'

const county = countyForThisFile()
const words = { 'zh-CN': zhCN, en }
let folder: string
let visitId: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anju-visit-evidence-'))
  const ready = () => county.as<{ items: { id: string }[] }>('GET', '/api/visits?state=ready&limit=1')
  await vi.waitUntil(async () => (await ready()).items.length > 0, { timeout: 120_000, interval: 500 })
  visitId = (await ready()).items[0]!.id
})
afterAll(() => rm(folder, { recursive: true }))

/** As whoever got the file checks it: with the command, without the platform. */
function verify(file: string): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    const program = join(import.meta.dirname, '../../prisma/evidence/verify-file.ts')
    execFile(process.execPath, [program, file], { cwd: folder }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, said: stdout + stderr })
    })
  })
}

async function open(language: Language, size?: { width: number; height: number }) {
  const who = { username: 'admin', password: ADMIN_PASSWORD, language, ...(size && { size }) }
  const desk = await comeIn(county.browser, county.url, who)
  await desk.page.getByRole('navigation').first().waitFor()
  await desk.page.goto(`${county.url}/visits/${visitId}`)
  await desk.page.getByRole('heading', { name: words[language].head }).waitFor()
  return desk
}

test('a visit of the demo is downloaded as one file, and the command proves it whole, and not after one changed byte', async () => {
  const { page, context } = await open('zh-CN')
  await picture(page, 'visit-evidence-zh')
  const began = page.waitForEvent('download')
  await page.getByRole('button', { name: zhCN.take }).click()
  const download = await began
  expect(download.suggestedFilename()).toBe(`anju-visit-${visitId}.json`)
  const file = join(folder, 'visit.json')
  await download.saveAs(file)
  const { code, said } = await verify(file)
  expect([code, said.split('\n')[0]]).toEqual([0, '演示数据 / demo data'])
  expect(said).toContain('Nothing was altered.')
  expect(said).toMatch(/proved by the chain: (\d+) of \1 steps, 2 of 2 ends/)

  const bytes = await readFile(file)
  const at = bytes.indexOf('"kind":"evaluated"') + 8
  bytes[at] = bytes[at]! ^ 1
  await writeFile(file, bytes)
  const altered = await verify(file)
  expect(altered.code).toBe(1)
  expect(altered.said).toMatch(/ALTERED {2}record\.entries\[\d+\]\.kind \(field-changed\)/)
  expect(await seriousFindings(page)).toEqual([])
  await context.close()
})

test('what the law asks to delete is chosen, looked over and gone for good; the file still proves the rest whole', async () => {
  const { page, context } = await open('zh-CN')
  const { erase } = zhCN
  const story = page.locator('[data-story]')
  await page.locator('[data-erase]').click()
  await page.getByRole('button', { name: erase.onward }).click()
  for (const missing of [erase.chooseNeeded, erase.groundNeeded, erase.noteNeeded]) {
    await page.getByText(missing, { exact: true }).waitFor()
  }
  const entry = page.locator('label', { has: page.locator('[data-piece="entries"]') }).filter({ hasText: m.evaluated })
  const words = await entry.locator('.quiet').innerText()
  await entry.click()
  const photos = await page.locator('[data-piece="files"]').count()
  for (let i = 0; i < photos; i++) await page.locator('[data-piece="files"]').nth(i).check()
  await page.getByLabel(erase.grounds.request).check()
  await page.locator('[data-field="erase-note"]').fill('女儿来信要求')
  await page.locator('[data-erase-choose]').scrollIntoViewIfNeeded()
  await picture(page, 'visit-erase-choose-zh')
  expect(await seriousFindings(page)).toEqual([])
  await page.getByRole('button', { name: erase.onward }).click()
  await page.getByRole('heading', { name: erase.sure }).waitFor()
  expect(await page.locator('[data-goes] li').count()).toBe(1 + photos)
  await page.locator('[data-erase-go]').scrollIntoViewIfNeeded()
  await picture(page, 'visit-erase-sure-zh')
  await page.locator('[data-erase-go]').click()
  await story.getByText(erase.count(String(1 + photos), erase.grounds.request)).waitFor()
  await story.getByText(erase.gone).waitFor()
  expect(await story.getByText(words.split(' · ')[0]!, { exact: true }).count()).toBe(0)
  await story.getByText(erase.gone).scrollIntoViewIfNeeded()
  await picture(page, 'visit-erased-zh')
  const file = join(folder, 'erased.json')
  const began = page.waitForEvent('download')
  await page.getByRole('button', { name: zhCN.take }).click()
  await (await began).saveAs(file)
  const { code, said } = await verify(file)
  expect([code, said.includes('Nothing was altered.'), said.includes('was deleted lawfully on')]).toEqual([
    0,
    true,
    true,
  ])
  await context.close()
})

test('on a phone in English the page says what the file is, and nothing is cut off', async () => {
  const { page, context } = await open('en', { width: 360, height: 780 })
  const wide = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  await expect.poll(wide).toBeLessThanOrEqual(0)
  await page.locator('[data-evidence]').scrollIntoViewIfNeeded()
  await picture(page, 'visit-evidence-en-phone')
  expect(await seriousFindings(page)).toEqual([])
  await page.locator('[data-erase]').click()
  await page.locator('[data-piece="entries"]').first().check()
  await page.getByLabel(en.erase.grounds.court).check()
  await page.locator('[data-field="erase-note"]').fill('Ruling 17/2026')
  await picture(page, 'visit-erase-choose-en-phone')
  await page.getByRole('button', { name: en.erase.onward }).click()
  await page.getByRole('heading', { name: en.erase.sure }).waitFor()
  await expect.poll(wide).toBeLessThanOrEqual(0)
  expect(await seriousFindings(page)).toEqual([])
  await picture(page, 'visit-erase-sure-en-phone')
  await page.getByRole('button', { name: en.erase.back, exact: true }).click()
  await page.locator('[data-erase-choose]').getByRole('button', { name: en.erase.cancel, exact: true }).click()
  await page.locator('[data-erase]').waitFor() // thought better of: nothing is gone
  await context.close()
})
