import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Button, startButton } from './button.ts'
import { realClock, wrongClock } from './clock.ts'
import { type Platform, startPlatform } from './platform.fixture.ts'

let folder: string
let platform: Platform
const buttons: Button[] = []
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anju-button-'))
  platform = await startPlatform()
})
afterEach(async () => {
  for (const button of buttons.splice(0)) await button.stop()
  await platform.kill()
  rmSync(folder, { recursive: true })
})

function start(more: Partial<Parameters<typeof startButton>[0]> = {}): Button {
  const backoff = { minMs: 5, maxMs: 40 }
  const button = startButton({ broker: platform.url, id: 'b-1', secret: 's', outboxDir: folder, backoff, ...more })
  buttons.push(button)
  return button
}
const acks = () =>
  platform.stored.filter((m) => m.topic === 'ack').map((m) => JSON.parse(m.body) as { id: string; result: string })
const help = (id: string, inMs: number) => ({
  id,
  cmd: 'help-coming',
  expires: new Date(Date.now() + inMs).toISOString(),
})

test('help-coming is played once however often it is sent, and every sending is answered', async () => {
  const button = start()
  await button.until((b) => b.online)
  await platform.tell('b-1', 'cmd', help('c-1', 60_000))
  await platform.until(() => acks().length === 1)
  await platform.tell('b-1', 'cmd', help('c-1', 60_000))
  await platform.until(() => acks().length === 2)
  expect(acks()).toEqual([
    { id: 'c-1', result: 'played' },
    { id: 'c-1', result: 'played' },
  ])
  expect(button.heard.map((h) => [h.id, h.result])).toEqual([['c-1', 'played']])
})

test('a command played before a power cut is not played again after it', async () => {
  const button = start()
  await button.until((b) => b.online)
  platform.withhold = (message) => message.topic === 'ack'
  await platform.tell('b-1', 'cmd', help('c-1', 60_000))
  await button.until((b) => b.heard.length === 1)
  await button.powerCut()
  platform.withhold = () => false
  button.powerOn()
  await platform.until(() => acks().length === 1) // the answer was on the disk
  await platform.tell('b-1', 'cmd', help('c-1', 60_000))
  await platform.until(() => acks().length === 2)
  expect(button.heard).toHaveLength(1)
})

test('an expired help-coming is never played', async () => {
  const button = start()
  await button.until((b) => b.online)
  await platform.tell('b-1', 'cmd', help('old', -1))
  await platform.until(() => acks().length === 1)
  expect(acks()).toEqual([{ id: 'old', result: 'expired' }])
  expect(button.heard.map((h) => h.result)).toEqual(['expired'])
})

test('what is no command is passed over, and the next command is heard', async () => {
  const button = start()
  await button.until((b) => b.online)
  for (const odd of [[], { id: 1 }, { cmd: 'help-coming' }]) await platform.tell('b-1', 'cmd', odd)
  await platform.tell('b-1', 'cmd', help('c-2', 60_000))
  await button.until((b) => b.heard.length === 1)
  expect(button.heard[0]?.id).toBe('c-2')
})

test('a press carries the time of the button, however wrong, and none from a button without a clock', async () => {
  const wrong = start({ clock: wrongClock(realClock, { offsetMs: -3 * 365 * 86_400_000 }) })
  wrong.press()
  await wrong.settled()
  const clockless = start({ id: 'b-2', outboxDir: join(folder, 'b-2'), hasClock: false })
  clockless.press()
  await clockless.settled()
  const presses = platform.stored.filter((m) => m.topic === 'press').map((m) => JSON.parse(m.body) as { at?: string })
  const behindMs = Date.now() - Date.parse(presses[0]?.at ?? '')
  expect(Math.round(behindMs / 86_400_000)).toBe(3 * 365)
  expect(presses[0]?.at).toMatch(/\+08:00$/)
  expect(presses[1]).not.toHaveProperty('at')
})
