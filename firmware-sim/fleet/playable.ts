import { join } from 'node:path'
import type { BackoffOptions } from '../backoff.ts'
import { someBattery } from '../battery.ts'
import { Button } from '../button.ts'
import { Child } from '../child.ts'
import { type Clock, wrongClock } from '../clock.ts'
import type { Device, DeviceOptions } from '../device.ts'
import { DoorReader } from '../door-reader.ts'
import { Hub } from '../hub.ts'
import type { Act } from '../life/day.ts'
import { httpMeter, isMeterKind, Meter, type Value } from '../meter.ts'
import type { Air } from '../radio.ts'
import { seeded } from '../random.ts'
import type { FleetDevice } from './file.ts'

/** A device somebody can use: itself, or through its hub. */
export type Playable = {
  id: string
  kind: string
  press?(): void
  take?(value: Value): void
  tap?(uid: string): void
}

/** A device with a way of its own to the platform, and all that is used through it. */
export type Machine = { entry: FleetDevice; device: Device; uses: Playable[]; end(): Promise<void> }

export type Place = {
  broker: string
  ingress?: string
  /** Disks stand here, each in a folder of its device's id. */
  folder: string
  clock: Clock
  network?: Clock
  seed: number
  /** What is to be otherwise than usual. */
  more?: Partial<DeviceOptions>
}

const minuteMs = 60_000
/** As docs/devices.md asks, and for meters a check-in a day. */
const heartbeatMs: Record<string, number> = {
  hub: 3 * minuteMs,
  button: 5 * minuteMs,
  'door-reader': 10 * minuteMs,
}
const checkInMs = 24 * 60 * minuteMs
const keepaliveS = 240
/** A gateway that restarts must not meet the whole county in its first second; a press does not wait for this. */
const patient: BackoffOptions = { minMs: 1_000, maxMs: 60_000, firstMs: 20_000 }
const thickWalls: Air = { loss: 0.04, answerLoss: 0.02, duplicates: 0.03, delayMs: [0, 1_500] }
const batteryDays: Record<string, number> = { button: 420, 'door-reader': 300 }
const usualBatteryDays = 240
const versions = ['2.4.1', '2.4.1', '2.4.1', '2.4.1', '2.4.1', '2.4.0', '2.3.7'] as const
const lostInWalls = 0.03

/**
 * Makes a device as one finds it in a county: some stand where the signal is weak, some clocks are minutes off, some run
 * old firmware; each by its own seed. It is off. Undefined for a kind that is not played.
 */
export function machineOf(entry: FleetDevice, place: Place): Machine | undefined {
  const { id, kind, secret } = entry
  const own = seeded(place.seed, `${id}/lot`)
  const [weak, wrong] = [own.next() < 0.04, own.next() < 0.03]
  const offsetMs = Math.round(own.between(-4, 4) * minuteMs)
  const common: DeviceOptions = {
    broker: place.broker,
    id,
    secret,
    outboxDir: join(place.folder, id),
    clock: wrong ? wrongClock(place.clock, { offsetMs, driftPpm: 40 }) : place.clock,
    network: place.network ?? place.clock,
    seed: place.seed,
    heartbeatMs: heartbeatMs[kind] ?? checkInMs,
    keepaliveS,
    backoff: patient,
    battery: someBattery(own, batteryDays[kind] ?? usualBatteryDays),
    version: versions[own.whole(0, versions.length - 1)] ?? versions[0],
    ...(weak ? { dBm: -own.whole(101, 109), air: thickWalls } : {}),
    ...place.more,
  }
  if (kind === 'button') {
    const button = new Button(common)
    return alone(entry, button, { press: () => void button.press() })
  }
  if (kind === 'door-reader') {
    const reader = new DoorReader(common)
    return alone(entry, reader, { tap: (uid) => void reader.tap(uid) })
  }
  if (kind === 'hub') return hubAndChildren(entry, common, place)
  if (!isMeterKind(kind)) return undefined
  const { ingress } = place
  const sleeper = { sleeps: true, ...common }
  const meter = entry.way === 'http' && ingress !== undefined ? httpMeter({ ...sleeper, ingress }) : new Meter(sleeper)
  return alone(entry, meter, { take: (value) => void meter.take(value) })
}

function alone(entry: FleetDevice, device: Device, use: Omit<Playable, 'id' | 'kind'>): Machine {
  return { entry, device, uses: [{ id: entry.id, kind: entry.kind, ...use }], end: () => device.stop() }
}

function hubAndChildren(entry: FleetDevice, common: DeviceOptions, place: Place): Machine {
  const bound = entry.children ?? []
  const hub = new Hub({ ...common, children: bound.map((child) => child.id) })
  const children = bound.map(({ id, kind }) => {
    const battery = someBattery(seeded(place.seed, `${id}/lot`), batteryDays[kind] ?? usualBatteryDays)
    const hear = hub.hear.bind(hub)
    const child = new Child({
      id,
      hear,
      clock: place.clock,
      seed: place.seed,
      loss: lostInWalls,
      battery,
    })
    hub.meet(child)
    return { id, kind, child }
  })
  return {
    entry,
    device: hub,
    uses: children.map(({ id, kind, child }) => ({ id, kind, ...usesOf(child, kind) })),
    async end() {
      for (const { child } of children) child.stop()
      await hub.stop()
    },
  }
}

function usesOf(child: Child, kind: string): Omit<Playable, 'id' | 'kind'> {
  if (kind === 'button') return { press: () => child.press() }
  if (kind === 'door-reader') return { tap: (uid) => child.tap(uid) }
  return isMeterKind(kind) ? { take: (value) => child.take(value) } : {}
}

/** Does with a device what the act says. False when the device is not made for it. */
export function perform(act: Act, use: Playable): boolean {
  if (act.does === 'press' && use.press) use.press()
  else if (act.does === 'measure' && use.take) use.take(act.value)
  else if (act.does === 'tap' && use.tap) use.tap(act.uid)
  else return false
  return true
}
