import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { likelyMeasurement } from './bp-meter.ts'
import { type Hub, startHub } from './hub.ts'
import { type Platform, startPlatform } from './platform.fixture.ts'
import { seeded } from './random.ts'

let folder: string
let platform: Platform
const hubs: Hub[] = []
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anju-hub-'))
  platform = await startPlatform()
})
afterEach(async () => {
  for (const hub of hubs.splice(0)) await hub.stop()
  await platform.kill()
  rmSync(folder, { recursive: true })
})

function start(more: Partial<Parameters<typeof startHub>[0]> = {}): Hub {
  const children = ['c-1', 'c-2']
  const backoff = { minMs: 5, maxMs: 40 }
  const hub = startHub({ broker: platform.url, id: 'h-1', secret: 's', outboxDir: folder, children, backoff, ...more })
  hubs.push(hub)
  return hub
}
type BatchItem = { type: string; device: string; id?: string }
const batches = () =>
  platform.stored
    .filter((m) => m.topic === 'batch')
    .map((m) => ({ bytes: Buffer.byteLength(m.body), ...(JSON.parse(m.body) as { items: BatchItem[] }) }))
const items = () => batches().flatMap((batch) => batch.items)

test('what an outage gathered goes out in batches of at most 64 KiB, everything once and in order', async () => {
  const random = seeded(3)
  const port = platform.port
  await platform.kill()
  const hub = start()
  const ids: string[] = []
  for (let i = 0; i < 900; i++) ids.push(hub.measure(i % 2 ? 'c-1' : 'c-2', likelyMeasurement(random)))
  platform = await startPlatform(port)
  await hub.settled()
  const readings = items().filter((item) => item.type === 'reading')
  expect(readings.map((item) => item.id)).toEqual(ids)
  expect(hub.acknowledged).toEqual(ids)
  expect(Math.max(...batches().map((batch) => batch.bytes))).toBeLessThanOrEqual(64 * 1024)
  expect(batches().length).toBeGreaterThan(1)
})

test('a press overtakes the readings that wait', async () => {
  const hub = start()
  await hub.until((h) => h.online)
  platform.withhold = (message) => message.body.includes('"reading"')
  for (let i = 0; i < 10; i++) hub.measure('c-1', likelyMeasurement(seeded(i)))
  const press = hub.press('c-2')
  await hub.until((h) => h.acknowledged.includes(press))
  expect(items().find((item) => item.type === 'press')).toMatchObject({ device: 'c-2', id: press })
})

test('a hub that waits for receipts keeps its items past the PUBACK, sends them again, and drops only what is named', async () => {
  const hub = start({ keepUntil: 'receipt', receiptTimeoutMs: 50 })
  const first = hub.press('c-1')
  const second = hub.press('c-2')
  await platform.until(() => items().filter((item) => item.id === first).length >= 3)
  expect(hub.pending().map((item) => item.id)).toEqual([first, second])
  await platform.tell('h-1', 'receipt', { ids: [second], rejected: [] })
  await hub.until((h) => h.acknowledged.length === 1)
  expect(hub.pending().map((item) => item.id)).toEqual([first])
  await platform.tell('h-1', 'receipt', { ids: [], rejected: [{ id: first, code: 'bad-field', message: '' }] })
  await hub.settled()
  expect(hub.acknowledged).toEqual([second, first])
})

test('each heartbeat says that the children are alive', async () => {
  start()
  await platform.until(() => batches().length > 0)
  expect(items().map((item) => [item.type, item.device])).toEqual([
    ['state', 'c-1'],
    ['state', 'c-2'],
  ])
})
