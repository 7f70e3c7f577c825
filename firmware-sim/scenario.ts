import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BpMeter } from './bp-meter.ts'
import { Button } from './button.ts'
import type { Clock } from './clock.ts'
import type { Device, DeviceOptions } from './device.ts'
import { DoorReader } from './door-reader.ts'
import type { FleetDevice, Visiting } from './fleet/file.ts'
import type { Party } from './fleet/lend.ts'
import { type Machine, machineOf } from './fleet/playable.ts'
import { Hub, type HubOptions } from './hub.ts'
import { type Account, Ledger } from './ledger.ts'
import { Link } from './link.ts'
import { Meter, type MeterKind, meterKinds, type MeterOptions } from './meter.ts'
import type { Phone } from './phone/phone.ts'
import { type Random, seeded } from './random.ts'

export const actorKinds = ['button', ...meterKinds, 'door-reader', 'hub'] as const
export type ActorKind = (typeof actorKinds)[number]
export type Actor = Omit<FleetDevice, 'kind'> & { kind?: ActorKind }

export type Scenario = {
  /** One line for `list`. */
  about: string
  /** The devices it plays with, in the order in which unnamed `--device`s are dealt out. */
  cast: ActorKind[]
  /** It plays with every device there is, a village's, at most so many. */
  village?: number
  /** It plays with so many caregivers of the running demo, their phones and its doors. */
  caregivers?: Party
  /** Returns when everything was done; what still waits in the outboxes is then waited for. */
  play(stage: Stage): Promise<void>
}

/** What really happened, and what the platform found of it. */
export type Truth = {
  truth: string
  /** Whether it was staged, or something was wrong with it. */
  staged: boolean
  visits: string[]
  found: string[]
  /** Whether the platform saw that something was wrong; null: that is not asked. */
  seen: boolean | null
}

export type StageOptions = {
  broker: string
  /** http address of the ingress, for what posts. */
  ingress?: string
  actors: Actor[]
  seed: number
  /** Time of the story. */
  clock: Clock
  /** Time of the network; the story's unless given. */
  network?: Clock
  /** How long to play, for scenarios that can go on. */
  forMs?: number
  log: (line: string) => void
  /** Outboxes; a temporary folder, removed at the end, unless given. */
  folder?: string
  /** Of the running demo: its caregivers, with the folder in which their phones and the doors' tags remember. */
  visiting?: { visiting: Visiting; home: string }
}

type More<O> = Partial<Omit<O, 'id' | 'secret' | 'broker'>>

/** What a scenario plays on: its devices, its seeded chance, its clock, its network. */
export class Stage {
  readonly random: Random
  readonly clock: Clock
  readonly network: Clock
  readonly seed: number
  readonly forMs: number | undefined
  readonly log: (line: string) => void
  readonly devices: Device[] = []
  readonly ledger = new Ledger()
  readonly truths: Truth[] = []
  readonly #phones: Phone[] = []
  readonly #options: StageOptions & { folder: string }
  readonly #waiting: (Actor & { kind: ActorKind })[]
  readonly #links: Link[] = []
  readonly #machines: Machine[] = []

  constructor(options: StageOptions & { folder: string }, cast: ActorKind[]) {
    this.random = seeded(options.seed, 'scenario')
    this.clock = options.clock
    this.network = options.network ?? options.clock
    this.seed = options.seed
    this.forMs = options.forMs
    this.log = options.log
    this.#options = options
    this.#waiting = options.actors.map((actor, i) => ({ ...actor, kind: actor.kind ?? cast[i] ?? 'button' }))
  }

  button(more: More<DeviceOptions> = {}, link?: Link): Button {
    return this.#add(new Button({ ...this.#common('button', link), ...more }))
  }

  meter(more: More<MeterOptions> = {}, link?: Link): BpMeter {
    return this.#add(new BpMeter({ ...this.#common('bp-meter', link), ...more }))
  }

  gauge(kind: MeterKind, more: More<MeterOptions> = {}, link?: Link): Meter {
    return this.#add(new Meter({ ...this.#common(kind, link), ...more }))
  }

  hub(more: More<HubOptions> = {}, link?: Link): Hub {
    const { children, ...common } = this.#common('hub', link)
    return this.#add(new Hub({ ...common, children: children.map(({ id }) => id), ...more }))
  }

  /** A door reader and the badges that come to it, if any are known. */
  reader(more: More<DeviceOptions> = {}, link?: Link): { reader: DoorReader; badges: readonly string[] } {
    const { badges, ...common } = this.#common('door-reader', link)
    return { reader: this.#add(new DoorReader({ ...common, ...more })), badges }
  }

  /** Every device that is left, as it stands in its village; all speak MQTT over `link` and are off. */
  village(clock: Clock, more: Partial<DeviceOptions>, link?: Link): { entries: FleetDevice[]; machines: Machine[] } {
    const entries = this.#waiting.splice(0).map((actor): FleetDevice => ({ ...actor, way: 'mqtt' }))
    if (entries.length === 0) throw new Error('This scenario needs a village: give --fleet <file> or several --device')
    const machines = entries.flatMap((entry) => {
      const { folder, seed, broker } = this.#options
      const place = { broker: link?.url ?? broker, folder, clock, network: this.network, seed }
      const machine = machineOf(entry, { ...place, more: { listensFirst: true, ...more } })
      return machine ? [machine] : []
    })
    for (const { device } of machines) this.#know(device, false)
    this.#machines.push(...machines)
    return { entries, machines }
  }

  /** The demo's caregivers and doors. */
  visiting(): NonNullable<StageOptions['visiting']> {
    const { visiting } = this.#options
    if (!visiting) throw new Error('This scenario plays caregivers: start Anju with its demo and simulator')
    return visiting
  }

  /** Where the run keeps what nobody needs afterwards. */
  get folder(): string {
    return this.#options.folder
  }

  /** A phone that is switched off at the end. */
  know(phone: Phone): void {
    this.#phones.push(phone)
    phone.events.on('refused', (fact, code) => this.log(`${phone.name} ${fact.kind} refused: ${code}`))
  }

  tell(truth: Truth): void {
    this.truths.push(truth)
  }

  /** A stretch of network to the broker that the scenario may cut. */
  async link(): Promise<Link> {
    const link = await Link.open(this.#options.broker)
    this.#links.push(link)
    return link
  }

  async close(): Promise<void> {
    await Promise.all(this.#machines.map((machine) => machine.end()))
    await Promise.all(this.devices.map((device) => device.stop()))
    await Promise.all(this.#phones.map((phone) => phone.stop()))
    await Promise.all(this.#links.map((link) => link.close()))
  }

  #common(kind: ActorKind, link?: Link): DeviceOptions & Required<Pick<FleetDevice, 'children' | 'badges'>> {
    const index = this.#waiting.findIndex((actor) => actor.kind === kind)
    const [actor] = index < 0 ? [] : this.#waiting.splice(index, 1)
    if (!actor) throw new Error(`This scenario needs a further ${kind}: give --device ${kind}=<id>:<secret>`)
    return {
      broker: link?.url ?? this.#options.broker,
      id: actor.id,
      secret: actor.secret,
      children: actor.children ?? [],
      badges: actor.badges ?? [],
      outboxDir: join(this.#options.folder, actor.id),
      clock: this.clock,
      network: this.network,
      seed: this.#options.seed,
      listensFirst: true,
    }
  }

  #add<D extends Device>(device: D): D {
    this.#know(device, true)
    device.powerOn()
    return device
  }

  #know(device: Device, aloud: boolean): void {
    this.devices.push(device)
    this.ledger.watch(device)
    if (!aloud) return
    const say = (line: string): void => this.log(`${device.id} ${line}`)
    device.events.on('online', (boot) => say(`online, boot ${boot}`))
    device.events.on('offline', (reason) => say(`offline: ${reason}`))
    device.events.on('acknowledged', (item) => say(`${item.type} ${item.id} acknowledged`))
    device.events.on('heard', (heard) => say(`heard ${heard.cmd} ${heard.id}: ${heard.result}`))
  }
}

export type Ending = Account & {
  seed: number
  /** Every outbox was empty in time. */
  settled: boolean
  devices: { id: string; acknowledged: string[]; heard: string[]; waiting: number }[]
  /** Where a scenario has a truth of its own. */
  truths: Truth[]
}

/** Plays a scenario to its end and waits until every outbox is empty, at most `settleWithinMs` of the network's time. */
export async function playScenario(
  scenario: Scenario,
  options: StageOptions,
  settleWithinMs = 60_000,
): Promise<Ending> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'anju-scenario-'))
  const stage = new Stage({ ...options, folder }, scenario.cast)
  try {
    await scenario.play(stage)
    const settling = new AbortController()
    const devices = stage.devices.filter((device) => device.on)
    const settled = await Promise.race([
      Promise.all(devices.map((device) => device.settled())).then(() => true),
      stage.network.sleep(settleWithinMs, settling.signal).then(() => false),
    ])
    settling.abort()
    return {
      seed: options.seed,
      settled,
      ...(await stage.ledger.account(stage.network)),
      truths: stage.truths,
      devices: stage.devices.map((device) => ({
        id: device.id,
        acknowledged: device.acknowledged,
        heard: device.heard.map((heard) => `${heard.cmd} ${heard.result}`),
        waiting: device.on ? device.pending().length : 0,
      })),
    }
  } finally {
    await stage.close()
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true })
  }
}
