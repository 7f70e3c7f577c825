import { RESUME_WINDOW } from '@anju/api/live/hub'
import { serverAccount } from '@anju/prisma/postgres/account'
import { describeCluster } from '@anju/prisma/postgres/cluster'
import { clusterPlace } from '@anju/prisma/postgres/place'
import { openPool, transact } from '@anju/prisma/tx'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cable, layCable } from './cable.ts'
import { countyForThisFile } from './county.ts'
import { type Desk, sitDown } from './desk.ts'

const county = countyForThisFile()
let cable: Cable
let desk: Desk
let press: (id: string) => Promise<unknown>
let elderName: string

beforeAll(async () => {
  cable = await layCable(Number(new URL(county.url).port))
  const { items } = await county.as<{ items: { id: string; name: string }[] }>('GET', '/api/elders')
  const [elder] = items
  if (!elder) throw new Error('the demo has no elders')
  elderName = elder.name
  const button = await county.buttonFor(elder.id)
  press = button.press
  desk = await sitDown(county.browser, cable.url, { username: 'desk1', password: 'anju-demo', language: 'zh-CN' })
})
afterAll(() => cable.end())

const phase = (): Promise<string | null> => desk.page.locator('[data-fact=link]').getAttribute('data-phase')
const until = { timeout: 30_000, interval: 100 }

test('with the cable out the desk says and sounds that it knows nothing; back online it tries at once', async () => {
  const quiet = await desk.tones()
  cable.pull()
  await expect.poll(phase, until).toBe('lost')
  await desk.page.getByText(desk.m.link.lostBar).waitFor()
  await expect.poll(desk.tones, until).toBeGreaterThan(quiet)
  // By now it waits seconds between its tries; the browser's word that the network is back does not wait for them.
  for (let n = 0; n < 3; n++) {
    const before = cable.tries()
    await desk.page.evaluate(() => dispatchEvent(new Event('online')))
    await expect.poll(cable.tries, { timeout: 2500, interval: 50 }).toBeGreaterThan(before)
  }
  await press('while-cut')
  cable.plugIn()
  await desk.page.evaluate(() => dispatchEvent(new Event('online')))
  await expect.poll(phase, until).toBe('live')
  await desk.page.locator('[data-alarm]').getByText(elderName).waitFor()
  expect(cable.heard('event: reset')).toBe(false)
})

test('a desk too far behind is told to read anew, and misses nothing', async () => {
  cable.pull()
  await expect.poll(phase, until).not.toBe('live')
  const { url } = await describeCluster(await clusterPlace(county.folder, serverAccount()))
  const pool = openPool(url, { max: 1, name: 'journey' })
  await transact(pool, async (tx) => {
    const event = { at: new Date(), topic: 'device', name: 'device.back', areaPath: '/elsewhere/', subject: 'device:x' }
    for (let n = 0; n <= RESUME_WINDOW; n++) tx.events.push({ ...event, body: {} })
    return Promise.resolve()
  })
  await pool.end()
  await press('while-far-behind')
  cable.plugIn()
  await expect.poll(phase, until).toBe('live')
  await desk.page.locator('[data-alarm]').getByText(desk.m.queue.times(2)).waitFor()
  expect(cable.heard('event: reset')).toBe(true)
})
