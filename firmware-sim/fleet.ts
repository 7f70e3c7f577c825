import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { likelyMeasurement, startHttpMeter, startMeter } from './bp-meter.ts'
import { startButton } from './button.ts'
import type { Clock } from './clock.ts'
import type { Device } from './device.ts'
import type { Measurement } from './gatt.ts'
import { startHub } from './hub.ts'
import { type Random, seeded } from './random.ts'

export type FleetFile = {
  broker: string
  /** http address of the HTTP ingress, for meters with `way: 'http'`. */
  ingress?: string
  devices: FleetDevice[]
}
export type FleetDevice = {
  id: string
  kind: string
  secret: string
  /** A hub's bound devices. */
  children?: { id: string; kind: string }[]
  /** How a bp-meter reaches the platform; 'mqtt' unless given. */
  way?: 'mqtt' | 'http'
}

/** What one inhabitant's device does now and then. */
export type Habit = { press(): string } | { measure(m: Measurement): string }

const heartbeatMs = 30_000
const firstPressMs = 20_000
const betweenPressesMs = [4 * 60_000, 8 * 60_000] as const
const betweenReadingsMs = [2 * 60_000, 5 * 60_000] as const
/** A reading soon after the start, so that no screen is empty. */
const firstReadingsMs = [3_000, 30_000] as const

/** Presses come one at a time over the whole fleet; each meter measures by itself. Returns when `over` aborts. */
export async function calmLife(
  world: { clock: Clock; random: Random; over: AbortSignal },
  habits: Habit[],
): Promise<void> {
  const { clock, random, over } = world
  const buttons = habits.filter((habit) => 'press' in habit)
  const meters = habits.filter((habit) => 'measure' in habit)
  const pressing = async (): Promise<void> => {
    await clock.sleep(firstPressMs, over)
    while (!over.aborted) {
      buttons[random.whole(0, buttons.length - 1)]?.press()
      await clock.sleep(random.between(...betweenPressesMs), over)
    }
  }
  const measuring = async (meter: (typeof meters)[number]): Promise<void> => {
    await clock.sleep(random.between(...firstReadingsMs), over)
    while (!over.aborted) {
      meter.measure(likelyMeasurement(random))
      await clock.sleep(random.between(...betweenReadingsMs), over)
    }
  }
  await Promise.all([...(buttons.length > 0 ? [pressing()] : []), ...meters.map(measuring)])
}

/** The file is written by our own parent. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-return
const readFleet = (path: string): FleetFile => JSON.parse(readFileSync(path, 'utf8'))

/**
 * Runs the demo fleet that a file describes until `over` aborts; disks stand in `devices/` beside the file, so a restart
 * goes on with the next boot. Kinds it cannot play are named in the log and left alone.
 */
export async function runFleet(
  path: string,
  options: { seed: number; clock: Clock; over: AbortSignal; log(line: string): void },
): Promise<void> {
  const fleet = readFleet(path)
  const habits: Habit[] = []
  const devices: Device[] = []
  for (const entry of fleet.devices) {
    const common = {
      broker: fleet.broker,
      id: entry.id,
      secret: entry.secret,
      outboxDir: join(dirname(path), 'devices', entry.id),
      clock: options.clock,
      seed: options.seed,
      heartbeatMs,
    }
    if (entry.kind === 'button') {
      const button = startButton(common)
      devices.push(button)
      habits.push({ press: () => button.press() })
    } else if (entry.kind === 'bp-meter') {
      const { ingress } = fleet
      const meter = entry.way === 'http' && ingress ? startHttpMeter({ ...common, ingress }) : startMeter(common)
      devices.push(meter)
      habits.push({ measure: (m) => meter.measure(m) })
    } else if (entry.kind === 'hub') {
      const children = entry.children ?? []
      const hub = startHub({ ...common, children: children.map((child) => child.id) })
      devices.push(hub)
      for (const child of children) {
        if (child.kind === 'button') habits.push({ press: () => hub.press(child.id) })
        if (child.kind === 'bp-meter') habits.push({ measure: (m) => hub.measure(child.id, m) })
      }
    } else {
      options.log(`${entry.id}: a ${entry.kind} is not simulated`)
    }
  }
  for (const device of devices) {
    device.events.on('offline', (reason) => options.log(`${device.id} offline: ${reason}`))
    device.events.on('heard', (heard) => options.log(`${device.id} heard ${heard.cmd}: ${heard.result}`))
    device.events.on('acknowledged', (item) => item.type === 'press' && options.log(`${device.id} press ${item.id}`))
  }
  await calmLife({ clock: options.clock, random: seeded(options.seed, 'fleet'), over: options.over }, habits)
  if (!options.over.aborted) await new Promise((resolve) => options.over.addEventListener('abort', resolve))
  await Promise.all(devices.map((device) => device.stop()))
}
