import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Child, type Frame } from './child.ts'
import { VirtualClock } from './clock.ts'
import { Hub } from './hub.ts'
import { type Platform, startPlatform } from './platform.fixture.ts'
import { freshSeed } from './random.ts'

let folder: string
let platform: Platform
let hub: Hub
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anju-child-'))
  platform = await startPlatform()
  const backoff = { minMs: 5, maxMs: 40 }
  hub = new Hub({ broker: platform.url, id: 'h-1', secret: 's', outboxDir: folder, children: ['c-1'], backoff })
})
afterEach(async () => {
  await hub.stop()
  await platform.kill()
  rmSync(folder, { recursive: true })
})

const value = (n: number) => ({ kind: 'spo2', value: 80 + (n % 20) }) as const
const items = () =>
  platform.stored
    .filter((m) => m.topic === 'batch')
    .flatMap((m) => (JSON.parse(m.body) as { items: { type: string; id: string; at: string; value?: number }[] }).items)
    .filter((item) => item.type !== 'state')

test('through thick walls every fact of a child is kept once, whatever was said twice', async () => {
  const seed = freshSeed()
  const clock = new VirtualClock(Date.parse('2026-11-22T08:00:00+08:00'))
  hub.powerOn()
  const child = new Child({ id: 'c-1', hear: hub.hear.bind(hub), clock, seed, loss: 0.4 })
  let press = 0
  for (let n = 0; n < 40; n++) {
    child.take(value(n))
    if (n === 20) {
      press = hub.pending().length + hub.acknowledged.length
      child.press()
    }
    await clock.advance(300)
  }
  while (child.waiting > 0) await clock.advance(60_000)
  await hub.settled()
  const said = items()
  expect(said.length, `seed ${seed}`).toBe(41)
  expect(new Set(said.map((item) => item.id)).size, `seed ${seed}`).toBe(41)
  const values = said.filter((item) => item.type === 'reading').map((item) => item.value)
  expect(values.toSorted(), `seed ${seed}`).toEqual(Array.from({ length: 40 }, (_, n) => value(n).value).toSorted())
  expect(press).toBeLessThanOrEqual(21)
})

test('a child remembers while its hub is dark, and its press goes before its readings when there is light', async () => {
  const clock = new VirtualClock(Date.parse('2026-11-22T08:00:00+08:00'))
  const child = new Child({ id: 'c-1', hear: hub.hear.bind(hub), clock })
  child.take(value(1))
  await clock.advance(3_600_000)
  child.take(value(2))
  child.press()
  expect(child.waiting).toBe(3)
  hub.powerOn()
  await clock.advance(60_000)
  expect(child.waiting).toBe(0)
  await hub.settled()
  const said = items()
  expect(said.map((item) => [item.type, item.at])).toEqual(
    expect.arrayContaining([
      ['press', '2026-11-22T09:00:00.000+08:00'],
      ['reading', '2026-11-22T08:00:00.000+08:00'],
      ['reading', '2026-11-22T09:00:00.000+08:00'],
    ]),
  )
})

test('what a child cannot hold is forgotten from the oldest reading on, and a press never', () => {
  const heard: Frame[] = []
  let light = false
  const clock = new VirtualClock(0)
  const hear = (_: string, frame: Frame) => light && heard.push(frame) > 0
  const child = new Child({ id: 'c-1', hear, clock, memory: 5 })
  child.press()
  for (let n = 0; n < 20; n++) child.take(value(n))
  expect(child.waiting).toBe(5)
  light = true
  child.press()
  expect(heard.map((frame) => frame.says)).toEqual(['press', 'press', 'reading', 'reading', 'reading'])
  expect(heard.flatMap((frame) => (frame.says === 'reading' ? [frame.value] : []))).toEqual([17, 18, 19].map(value))
})
