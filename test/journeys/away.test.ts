import { execFileSync } from 'node:child_process'
import mqtt from 'mqtt'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, sitDown } from './desk.ts'
import { ADMIN_PASSWORD, type Product, signIn, startProduct } from './product.ts'

let product: Product
let browser: Browser

beforeAll(async () => {
  product = await startProduct({ ANJU_SIMULATOR: 'off' })
  browser = await openBrowser()
}, 180_000)
afterAll(async () => {
  await browser.close()
  await product.stop()
})

/** Every process of the product's own database: the postmaster is a grandchild, its servers are below it. */
function databaseProcesses(): number[] {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid=,comm='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([pid, ppid, comm]) => ({ pid: Number(pid), ppid: Number(ppid), comm: comm ?? '' }))
  const below = (pid: number): number[] =>
    table.filter((each) => each.ppid === pid).flatMap((each) => [each.pid, ...below(each.pid)])
  const ours = new Set(below(product.process.pid ?? -1))
  return table.filter((each) => ours.has(each.pid) && each.comm === 'postgres').map((each) => each.pid)
}

test('with the database away a press is told to the desk, not acknowledged, and stored when it is back', async () => {
  const as = await signIn(product.url, 'admin', ADMIN_PASSWORD)
  const { items } = await as<{ items: { id: string; name: string }[] }>('GET', '/api/elders')
  const [elder] = items
  if (!elder) throw new Error('the demo has no elders')
  const device = await as<{ id: string; secret: string }>('POST', '/api/devices', { kind: 'button', elderId: elder.id })
  const button = await mqtt.connectAsync({
    host: '127.0.0.1',
    port: product.mqtt,
    clientId: device.id,
    username: device.id,
    password: device.secret,
    protocolVersion: 4,
    reconnectPeriod: 0,
  })
  const desk = await sitDown(browser, product.url, { username: 'desk1', password: 'anju-demo', language: 'zh-CN' })
  const quiet = await desk.tones()

  const stopped = databaseProcesses()
  expect(stopped.length).toBeGreaterThan(3)
  let acknowledged = false
  let storing: Promise<unknown> = Promise.resolve()
  try {
    for (const pid of stopped) process.kill(pid, 'SIGSTOP')
    storing = button
      .publishAsync(`anju/v1/${device.id}/press`, JSON.stringify({ id: 'away', at: new Date().toISOString() }), {
        qos: 1,
      })
      .then(() => (acknowledged = true))
    await desk.page.locator('strong', { hasText: desk.m.queue.unstored }).waitFor({ timeout: 15_000 })
    await desk.page.getByText(elder.name).first().waitFor()
    await expect.poll(desk.tones).toBeGreaterThan(quiet)
    expect(acknowledged).toBe(false)
    await desk.page.screenshot({ path: 'test/results/pictures/desk-database-away.png' })
  } finally {
    for (const pid of stopped) process.kill(pid, 'SIGCONT')
  }
  await storing
  expect(acknowledged).toBe(true)
  await desk.page.locator('strong', { hasText: desk.m.queue.unstored }).waitFor({ state: 'detached', timeout: 15_000 })
  await desk.page.locator('[data-alarm]').getByText(elder.name).waitFor()
  const open = await as<{ items: { presses: number }[] }>('GET', '/api/alarms?state=open')
  expect(open.items).toMatchObject([{ presses: 1 }])
  await button.endAsync()
})
