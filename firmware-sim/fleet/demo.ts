import { dirname, join } from 'node:path'
import type { Clock } from '../clock.ts'
import { dayMs, dayOf, minuteOfDay } from '../life/calendar.ts'
import { type Act, type Household, planDay, pressing } from '../life/day.ts'
import { measured } from '../life/body.ts'
import { inHospital } from '../life/absence.ts'
import { planRounds } from '../life/rounds.ts'
import { isMeterKind } from '../meter.ts'
import { type Random, seeded } from '../random.ts'
import { Calls } from './calls.ts'
import { Caregivers } from './caregivers.ts'
import { type FleetDevice, readFleet, type Visiting } from './file.ts'
import { doorsOf, householdsOf } from './home.ts'
import { type Lender, type Loan, type Party, startLending, type Wish } from './lend.ts'
import { type Machine, machineOf, perform, type Playable } from './playable.ts'

export type DemoOptions = {
  seed: number
  clock: Clock
  over: AbortSignal
  log: (line: string) => void
  /** Minutes between presses of the whole fleet by day, about; 0 for none. */
  pressEveryMin?: number
}

const secondMs = 1_000
const minuteMs = 60 * secondMs
/** Somebody measures soon after the start, whatever the hour, so that no visitor looks at a still screen. */
const firstReadingsMs = [1.5, 5, 10, 20, 35, 55, 80, 115].map((s) => s * secondMs)
const quietMs = [3 * minuteMs, 7 * minuteMs] as const
/** What one reaches for at any hour. */
const quickMeters: ReadonlySet<string> = new Set(['bp-meter', 'oximeter', 'thermometer'])
const firstPressMs = [90 * secondMs, 160 * secondMs] as const
const usualPressEveryMin = 30
/** At night presses are so many times rarer. */
const nightFactor = 2.5
/** The first devices are there at once; then so many a second, so that a county does not knock at one moment. */
const atOnce = 10
const switchedOnPerS = 16

/** A county's devices, alive: switched on one after another, used as their households live, lent to scenarios. */
export class DemoFleet implements Lender {
  readonly #o: DemoOptions
  readonly #fleet: { broker: string; ingress?: string }
  readonly #visiting: Visiting | undefined
  readonly #caregivers: Caregivers | undefined
  readonly #calls: Calls | undefined
  readonly #entries: FleetDevice[]
  readonly #folder: string
  readonly #machines = new Map<string, Machine>()
  readonly #uses = new Map<string, { use: Playable; machine: Machine }>()
  readonly #households: Household[]
  readonly #random: Random
  readonly #lent = new Set<string>()
  #measuredAt = 0

  constructor(path: string, options: DemoOptions) {
    const { devices, visiting, ...fleet } = readFleet(path)
    this.#o = options
    this.#fleet = fleet
    this.#entries = devices
    this.#folder = join(dirname(path), 'devices')
    // The devices are the same at every start; what happens first is not.
    this.#random = seeded(options.seed, `fleet/${Math.floor(options.clock.now() / minuteMs)}`)
    this.#households = householdsOf(devices, options.seed)
    const place = { ...fleet, folder: this.#folder, clock: options.clock, seed: options.seed }
    const unplayed = new Set<string>()
    for (const entry of devices) {
      const machine = machineOf(entry, place)
      if (!machine) {
        unplayed.add(entry.kind)
        continue
      }
      this.#watch(machine)
      this.#machines.set(entry.id, machine)
      for (const use of machine.uses) this.#uses.set(use.id, { use, machine })
    }
    for (const kind of unplayed) options.log(`a ${kind} is not simulated`)
    this.#visiting = visiting
    const readers = readersOf(devices)
    this.#calls = visiting && new Calls({ ...options, visiting })
    this.#caregivers =
      visiting &&
      new Caregivers({
        ...options,
        visiting,
        folder: dirname(path),
        badge: (home, uid) => {
          const device = readers.get(home)
          return device !== undefined && this.#do({ atMs: options.clock.now(), device, does: 'tap', uid, way: 'in' })
        },
      })
  }

  /** Plays until `over` aborts. */
  async run(): Promise<void> {
    await Promise.all([
      this.#switchOn(),
      this.#oddReadings(),
      this.#days(),
      this.#presses(),
      this.#caregivers?.run(),
      this.#calls?.run(),
    ])
    await Promise.all([...this.#machines.values()].map((machine) => machine.end()))
  }

  async take(wish: Wish): Promise<Loan> {
    if ('caregivers' in wish) return this.#lendCaregivers(wish.caregivers)
    const free = this.#entries.filter(({ id }) => this.#machines.get(id)?.device.on)
    const chosen = 'village' in wish ? villageOf(free, wish.on).slice(0, wish.most) : wish.kinds.map(pick)
    if (chosen.length === 0) throw new Error('No device of the fleet is free')
    function pick(kind: string): FleetDevice {
      const fits = (device: FleetDevice): boolean =>
        device.kind === kind && (kind !== 'hub' || (device.children ?? []).length > 0)
      const named = free.findIndex((device) => device.id === wish.on && fits(device))
      const at = named < 0 ? free.findIndex(fits) : named
      const [device] = at < 0 ? [] : free.splice(at, 1)
      if (!device) throw new Error(`No ${kind} of the fleet is free`)
      return device
    }
    const ids = chosen.map(({ id }) => id)
    for (const id of ids) this.#lent.add(id)
    await Promise.all(ids.flatMap((id) => this.#machines.get(id)?.device.stop() ?? []))
    this.#o.log(`lent to a scenario: ${ids.join(', ')}`)
    return { ...this.#fleet, folder: this.#folder, devices: chosen }
  }

  async #lendCaregivers(party: Party): Promise<Loan> {
    if (!this.#caregivers || !this.#visiting) throw new Error('This fleet has no caregivers')
    const ids = await this.#caregivers.take(party)
    const caregivers = this.#visiting.caregivers.filter(({ id }) => ids.includes(id))
    this.#o.log(`lent to a scenario: ${ids.length} caregivers`)
    const visiting = { ...this.#visiting, caregivers }
    return { ...this.#fleet, folder: this.#folder, devices: [], visiting }
  }

  giveBack(ids: string[]): void {
    this.#caregivers?.giveBack(ids)
    for (const id of ids) {
      this.#lent.delete(id)
      if (!this.#o.over.aborted) this.#machines.get(id)?.device.powerOn()
    }
    this.#o.log(`back from a scenario: ${ids.join(', ')}`)
  }

  #watch({ device }: Machine): void {
    const { log } = this.#o
    device.events.on('offline', (reason) => {
      if (reason !== 'asleep') log(`${device.id} offline: ${reason}`)
    })
    device.events.on('heard', (heard) => log(`${device.id} heard ${heard.cmd}: ${heard.result}`))
    device.events.on('acknowledged', (item) => {
      if (item.type === 'press') log(`${item.device ?? device.id} press ${item.id} stored`)
    })
  }

  async #switchOn(): Promise<void> {
    let count = 0
    for (const { device } of this.#machines.values()) {
      if (++count > atOnce) await this.#sleep(secondMs / switchedOnPerS)
      if (this.#o.over.aborted) return
      if (!this.#lent.has(device.id)) device.powerOn()
    }
  }

  /** A few soon after the start; then, when the county has been quiet for a while, somebody who cannot sleep. */
  async #oddReadings(): Promise<void> {
    const start = this.#o.clock.now()
    for (const ms of firstReadingsMs) {
      await this.#until(start + ms)
      this.#somebodyMeasures()
    }
    while (!this.#o.over.aborted) {
      await this.#sleep(this.#random.between(...quietMs))
      if (this.#o.clock.now() - this.#measuredAt > quietMs[0]) this.#somebodyMeasures()
    }
  }

  #somebodyMeasures(): void {
    if (this.#o.over.aborted) return
    const now = this.#o.clock.now()
    const able = this.#households.flatMap(({ people, tools }) => {
      const person = people.find((each) => !inHospital(each, dayOf(now)))
      const meters = tools.filter((tool) => quickMeters.has(tool.kind))
      return person === undefined ? [] : meters.map((tool) => ({ person, tool }))
    })
    const chosen = able[this.#random.whole(0, able.length - 1)]
    if (!chosen || !isMeterKind(chosen.tool.kind)) return
    const value = measured(chosen.tool.kind, chosen.person, now, this.#random)
    this.#do({ atMs: now, device: chosen.tool.device, does: 'measure', value })
  }

  /** Each household's day, and badges at its doors where no caregivers are known. Presses are left out: the fleet has a pace of its own for them. */
  async #days(): Promise<void> {
    const doors = this.#caregivers ? [] : doorsOf(this.#entries)
    for (let day = dayOf(this.#o.clock.now()); !this.#o.over.aborted; day += dayMs) {
      const acts = [...this.#households.flatMap((home) => planDay(home, day)), ...planRounds(this.#o.seed, doors, day)]
      const ahead = acts.filter((act) => act.does !== 'press' && act.atMs > this.#o.clock.now())
      for (const act of ahead.sort((a, b) => a.atMs - b.atMs)) {
        await this.#until(act.atMs)
        if (this.#o.over.aborted) return
        this.#do(act)
      }
      await this.#until(day + dayMs)
    }
  }

  async #presses(): Promise<void> {
    const everyMs = (this.#o.pressEveryMin ?? usualPressEveryMin) * minuteMs
    if (everyMs === 0) return
    await this.#sleep(this.#random.between(...firstPressMs))
    while (!this.#o.over.aborted) {
      const now = this.#o.clock.now()
      const acts = this.#somebodyPresses(now)
      for (const act of acts) {
        await this.#until(act.atMs)
        if (!this.#o.over.aborted) this.#do(act)
      }
      await this.#sleep(restBetweenPresses(now, everyMs / minuteMs, this.#random))
    }
  }

  #somebodyPresses(now: number): Act[] {
    const homes = this.#households.flatMap((home) => {
      const button = home.tools.find(({ kind }) => kind === 'button')
      const someone = home.people.some((person) => !inHospital(person, dayOf(now)))
      return button && someone && this.#uses.get(button.device)?.machine.device.online ? [button.device] : []
    })
    const device = homes[this.#random.whole(0, homes.length - 1)]
    if (device === undefined) return []
    const why = this.#random.next() < 0.45 ? 'need' : this.#random.next() < 0.75 ? 'slip' : 'try'
    this.#o.log(`${device} is pressed: ${{ need: 'help is needed', slip: 'by mistake', try: 'to try it' }[why]}`)
    return pressing(device, now, why, this.#random)
  }

  /** A device that is lent is left alone; one whose turn to be switched on has not come yet is switched on. */
  #do(act: Act): boolean {
    const found = this.#uses.get(act.device)
    if (!found || this.#lent.has(found.machine.device.id)) return false
    if (act.does === 'measure') this.#measuredAt = this.#o.clock.now()
    found.machine.device.powerOn()
    return perform(act, found.use)
  }

  #until(atMs: number): Promise<void> {
    return this.#sleep(atMs - this.#o.clock.now())
  }

  /** In steps, since a timer holds no more than 24 days, and a machine may be put to sleep. */
  async #sleep(ms: number): Promise<void> {
    const end = this.#o.clock.now() + ms
    for (let rest = ms; rest > 0 && !this.#o.over.aborted; rest = end - this.#o.clock.now()) {
      await this.#o.clock.sleep(Math.min(rest, 10 * minuteMs), this.#o.over)
    }
  }
}

/** Milliseconds until somebody of the county presses again, about every `everyMin` minutes by day. */
export function restBetweenPresses(nowMs: number, everyMin: number, random: Random): number {
  const hour = minuteOfDay(nowMs) / 60
  const rarer = hour >= 6 && hour < 22 ? 1 : nightFactor
  return rarer * everyMin * minuteMs * random.between(0.67, 1.33)
}

/** The reader at each home's door that has one. */
function readersOf(devices: readonly FleetDevice[]): Map<string, string> {
  const found = devices.flatMap(({ home, ...device }) =>
    [device, ...(device.children ?? [])].flatMap(({ id, kind }) =>
      kind === 'door-reader' && home !== undefined ? [[home, id] as const] : [],
    ),
  )
  return new Map(found)
}

/** The village of the device that is named, else the largest. */
function villageOf(devices: readonly FleetDevice[], on?: string): FleetDevice[] {
  const villages = [...Map.groupBy(devices, (device) => device.community ?? '').values()]
  const named = villages.find((village) => village.some((device) => device.id === on))
  return named ?? villages.sort((a, b) => b.length - a.length)[0] ?? []
}

/** Runs the fleet that a file describes until `over` aborts; disks stand in `devices/` beside the file. */
export async function runFleet(path: string, options: DemoOptions): Promise<void> {
  const fleet = new DemoFleet(path, options)
  const lending = await startLending(dirname(path), fleet)
  await fleet.run()
  await lending.stop()
}
