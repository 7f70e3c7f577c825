import path from 'node:path'
import { ensureBuilt } from '@anju/dashboard/build'
import { transact } from '@anju/prisma/tx'
import { createUser } from '@anju/prisma/user/apply'
import { hashPassword } from '@anju/prisma/user/password'
import type { Page } from 'playwright-core'
import { Line } from '../../firmware-sim/load/line.ts'
import { type Desk, openBrowser, sitDown, words } from '../journeys/desk.ts'
import { type Child, startNode } from './child.ts'
import { type Figure, type Part, percentile } from './figure.ts'
import { freePorts, pause } from './folder.ts'
import { runLoad } from './load.ts'
import { resolveAll } from './part-press.ts'
import { type GatewayProcess, type Stage, startGateway } from './stage.ts'
import { SECRET } from './world.ts'

const METERS = 500
/** The first presses raise, all later ones join: a queue of this many rows. */
const BUTTONS = 25
const PRESSES = 100
const EVERY_MS = 180 // with up to 60 ms of chance, so that presses and frames do not march in step
const LOADS = [
  { readings: 2000, target: { atMost: 100 } },
  { readings: 10_000, target: undefined },
]

const seat = { username: 'bench-seat', password: 'bench-seat-password' }

/** From a press's PUBLISH until a signed-in desk has painted it, with the whole product at work. */
export async function paintedPart(stage: Stage): Promise<Part> {
  await ensureBuilt()
  await addSeat(stage, seat)
  await resolveAll(stage)
  const gateway = await startGateway(stage)
  const { url, servers } = await startServers(stage, gateway)
  const browser = await openBrowser()
  const figures: Figure[] = []
  try {
    const desk = await sitDown(browser, url, { ...seat, language: 'zh-CN' })
    const buttons = await Promise.all(
      Array.from({ length: BUTTONS }, (_, i) =>
        Line.open(gateway.broker, { id: `bench-b-${i + 1}`, secret: SECRET }, 10),
      ),
    )
    await watchRows(desk)
    await runLoad({ broker: gateway.broker, meters: METERS, readings: 2000, seconds: 3 }) // compiles the hot path
    const answeredMs: number[] = []
    for (const line of buttons) line.onAnswered((_, us) => answeredMs.push(us / 1000))
    const presses = new Map<number, number>() // button → presses so far
    for (const { readings, target } of LOADS) {
      const loading = runLoad({
        broker: gateway.broker,
        meters: METERS,
        readings,
        seconds: 2 + (PRESSES * EVERY_MS) / 900,
      })
      await pause(2000)
      const took = await pressAll(desk.page, buttons, presses)
      const load = await loading
      const under = `under ${readings.toLocaleString('en')} readings/s`
      const unseen = PRESSES - took.length
      const note = `${took.length} presses on ${BUTTONS} buttons${unseen === 0 ? ', all painted' : `; ${unseen} NOT PAINTED within 10 s`}.`
      figures.push(
        { what: `Press → painted, median, ${under}`, unit: 'ms', runs: [percentile(took, 0.5)] },
        {
          what: `**Press → painted, p99, ${under}**`,
          unit: 'ms',
          runs: [percentile(took, 0.99)],
          note,
          ...(target === undefined ? {} : { target }),
        },
        { what: `of it to its PUBACK, p99, ${under}`, unit: 'ms', runs: [percentile(answeredMs.splice(0), 0.99)] },
        { what: 'Readings acknowledged meanwhile', unit: '/s', runs: [load.acknowledgedPerS] },
      )
    }
    for (const line of buttons) line.close()
  } finally {
    await browser.close()
    await Promise.all(servers.map((server) => server.stop()))
    await gateway.stop()
  }
  return { title: 'From a press to a desk’s screen: gateway, API, worker and a browser', figures }
}

/** Somebody who sits at the town's desk. */
export async function addSeat({ pool, town }: Stage, seat: { username: string; password: string }): Promise<void> {
  const areaId = town.areaPath.slice(1, -1)
  const passwordHash = await hashPassword(seat.password)
  await transact(pool, (tx) =>
    createUser(tx, { username: seat.username, name: '席位', role: 'seat', areaId, passwordHash, now: new Date() }),
  )
}

/** API and worker in processes of their own, as they serve. */
export async function startServers(stage: Stage, gateway: GatewayProcess): Promise<{ url: string; servers: Child[] }> {
  const [port = 0] = await freePorts(1)
  const env = { ...gateway.environment, ANJU_HTTP_PORT: String(port), ANJU_DEMO: 'off' }
  const servers = await Promise.all(
    ['api', 'worker'].map((name) =>
      startNode('anju.ts', { args: [name], env, logFile: path.join(stage.folder, `${name}.log`) }),
    ),
  )
  return { url: `http://127.0.0.1:${port}`, servers }
}

declare global {
  interface Window {
    /** When each '<elder>|<presses>' had been painted, ms since 1970. */
    anjuPainted?: Record<string, number>
  }
}

/** Notes in the page when each press of each elder had been painted: two frames after the row showed it. */
async function watchRows({ page }: Desk): Promise<void> {
  const times = words['zh-CN'].queue.times(7).replace('7', '(\\d+)')
  await page.evaluate((pattern) => {
    const painted: Record<string, number> = {}
    const known = new Set<string>()
    window.anjuPainted = painted
    new MutationObserver(() => {
      for (const row of document.querySelectorAll('[data-alarm]')) {
        const presses = new RegExp(pattern).exec(row.querySelector('.where')?.textContent ?? '')?.[1] ?? '1'
        const key = `${row.querySelector('.name')?.textContent}|${presses}`
        if (known.has(key)) continue
        known.add(key)
        requestAnimationFrame(() => requestAnimationFrame(() => (painted[key] = Date.now())))
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true })
  }, times)
}

/** Presses one button after the other; answers the milliseconds to each painting, those never painted left out. */
async function pressAll(page: Page, buttons: readonly Line[], presses: Map<number, number>): Promise<number[]> {
  const sentAt = new Map<string, number>()
  for (let i = 0; i < PRESSES; i++) {
    const n = (i % buttons.length) + 1
    const count = (presses.get(n) ?? 0) + 1
    presses.set(n, count)
    sentAt.set(`老人${n}|${count}`, Date.now())
    buttons[n - 1]?.send(
      `anju/v1/bench-b-${n}/press`,
      JSON.stringify({ id: `painted-${n}-${count}-${Date.now()}`, at: new Date().toISOString() }),
      0,
    )
    buttons[n - 1]?.flush()
    await pause(EVERY_MS + Math.random() * 60)
  }
  // A row may go from two presses to four at once: then the third was painted with the fourth.
  const all = [...presses].map(([n, count]) => `老人${n}|${count}`)
  await page
    .waitForFunction((keys) => keys.every((key) => window.anjuPainted?.[key] !== undefined), all, { timeout: 10_000 })
    .catch(() => undefined)
  const painted = (await page.evaluate(() => window.anjuPainted)) ?? {}
  return [...sentAt].flatMap(([key, at]) => {
    const [elder = '', count] = key.split('|')
    const most = presses.get(Number(elder.slice('老人'.length))) ?? 0
    const times = Array.from({ length: most - Number(count) + 1 }, (_, i) => painted[`${elder}|${Number(count) + i}`])
    const first = Math.min(...times.filter((time) => time !== undefined))
    return first === Infinity ? [] : [first - at]
  })
}
