import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { realClock } from '../clock.ts'
import { type Platform, startPlatform } from '../platform.fixture.ts'
import { seeded } from '../random.ts'
import { play } from '../play.ts'
import { scenarios } from '../scenarios/index.ts'
import { DemoFleet, restBetweenPresses } from './demo.ts'
import { readFleet } from './file.ts'
import { doorsOf, householdsOf } from './home.ts'
import { borrow, startLending } from './lend.ts'

let folder: string
let platform: Platform
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anju-fleet-'))
  platform = await startPlatform()
  platform.receipts = true
})
afterEach(async () => {
  await platform.kill()
  rmSync(folder, { recursive: true })
})

const path = () => join(folder, 'fleet.json')
const devices = [
  { id: 'b-1', kind: 'button', secret: 's', home: 'one', community: 'east' },
  { id: 'm-1', kind: 'bp-meter', secret: 's', home: 'one', community: 'east' },
  { id: 'b-2', kind: 'button', secret: 's', home: 'two', community: 'west' },
  {
    id: 'h-1',
    kind: 'hub',
    secret: 's',
    home: 'three',
    community: 'east',
    children: [{ id: 'c-1', kind: 'glucose-meter' }],
  },
]
const minuteMs = 60_000

test('by day somebody presses every 20 to 40 minutes, at night more rarely', () => {
  const random = seeded(7)
  const rests = (time: string) =>
    Array.from({ length: 300 }, () => restBetweenPresses(Date.parse(`2026-11-22T${time}+08:00`), 30, random) / minuteMs)
  const byDay = rests('10:00:00')
  expect(Math.min(...byDay)).toBeGreaterThanOrEqual(20)
  expect(Math.max(...byDay)).toBeLessThanOrEqual(40)
  expect(Math.min(...rests('03:00:00'))).toBeGreaterThan(45)
})

test('devices of one home are one household; without a word on its people they have the illness of their meters', () => {
  const households = householdsOf(
    [
      { id: 'g-1', kind: 'glucose-meter', secret: 's' },
      { ...devices[0]!, people: [{}, { conditions: ['copd'] }] },
      devices[1]!,
    ],
    7,
  )
  expect(households.map(({ id, people, tools }) => [id, people.length, tools.length])).toEqual([
    ['g-1', 1, 1],
    ['one', 2, 2],
  ])
  expect(households[0]?.people[0]?.conditions).toEqual(new Set(['diabetes']))
  expect(households[1]?.people[1]?.conditions).toEqual(new Set(['copd']))
})

test('a door has its own badges, or one that every seven doors share', () => {
  const doors = Array.from({ length: 9 }, (_, n) => ({ id: `d-${n}`, kind: 'door-reader', secret: 's' }))
  const badges = doorsOf([...doors, { ...doors[0]!, id: 'own', badges: ['04AB', '04CD'] }]).map((door) => door.badges)
  expect(badges[0]).toEqual(badges[6])
  expect(badges[0]).not.toEqual(badges[7])
  expect(badges.at(-1)).toEqual(['04AB', '04CD'])
})

test('credentials may be a table; what is neither table nor fleet is refused in words', () => {
  const csv = join(folder, 'fleet.csv')
  writeFileSync(csv, '\uFEFFid,kind,secret,hub\r\nh-1,hub,s1,\r\nc-1,button,s2,h-1\r\nb-1,button,s3,\r\n')
  expect(readFleet(csv).devices).toEqual([
    { id: 'h-1', kind: 'hub', secret: 's1', children: [{ id: 'c-1', kind: 'button' }] },
    { id: 'b-1', kind: 'button', secret: 's3' },
  ])
  writeFileSync(csv, 'id;kind\n')
  expect(() => readFleet(csv)).toThrow('neither JSON nor a table')
})

test('a scenario borrows its device from the running fleet, with its disk, and the fleet goes on with it afterwards', async () => {
  writeFileSync(path(), JSON.stringify({ broker: platform.url, devices }))
  const over = new AbortController()
  const said: string[] = []
  const fleet = new DemoFleet(path(), { seed: 1, clock: realClock, over: over.signal, log: (line) => said.push(line) })
  const lending = await startLending(folder, fleet)
  const running = fleet.run()
  const states = (id: string) =>
    platform.stored
      .filter((m) => m.device === id && m.topic === 'state')
      .map((m) => JSON.parse(m.body) as { online: boolean; boot: number })
  await platform.until(() => ['b-1', 'b-2', 'h-1'].every((id) => states(id).length > 0)) // a heartbeat at once
  const press = scenarios.get('double-press')
  if (!press) throw new Error('gone')
  const ending = await play(press, { devices: [], fleet: path(), seed: 7, speed: 50, log: () => {} })
  expect(ending).toMatchObject({ sent: 2, acknowledged: 2, received: 2, missing: [] })
  const id = ending.devices[0]?.id ?? ''
  await platform.until(() => states(id).some(({ boot, online }) => boot === 3 && online))
  expect(
    states(id)
      .filter(({ online }) => online)
      .map(({ boot }) => boot),
  ).toEqual([1, 2, 3])
  await expect(borrow(folder, { kinds: ['button', 'button', 'button'] })).rejects.toThrow(
    'No button of the fleet is free',
  )
  const village = await borrow(folder, { village: true, most: 2 })
  expect(village?.devices.map((device) => device.community)).toEqual(['east', 'east'])
  village?.giveBack()
  const west = await borrow(folder, { village: true, most: 9, on: 'b-2' })
  expect(west?.devices.map((device) => device.id)).toEqual(['b-2'])
  west?.giveBack()
  over.abort()
  await running
  await lending.stop()
  expect(await borrow(folder, { kinds: ['button'] })).toBeUndefined()
})

test('nobody borrows without the fleet’s token', async () => {
  const lent: string[] = []
  const lender = {
    take() {
      lent.push('one')
      return Promise.resolve({ broker: '', folder: '', devices: [] })
    },
    giveBack: () => {},
  }
  const lending = await startLending(folder, lender)
  const file = join(folder, 'lend.json')
  const address = JSON.parse(readFileSync(file, 'utf8')) as { port: number; token: string }
  writeFileSync(file, JSON.stringify({ ...address, token: address.token.replaceAll(/./g, '0') }))
  await expect(borrow(folder, { kinds: ['button'] })).rejects.toThrow('lends nothing')
  expect(lent).toEqual([])
  await lending.stop()
})
