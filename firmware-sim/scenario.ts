import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BpMeter } from './bp-meter.ts'
import { Button } from './button.ts'
import type { Clock } from './clock.ts'
import type { Device, DeviceOptions } from './device.ts'
import { Hub, type HubOptions } from './hub.ts'
import { Link } from './link.ts'
import type { MeterOptions } from './meter.ts'
import { type Random, seeded } from './random.ts'

export type ActorKind = 'button' | 'bp-meter' | 'hub'
export type Actor = { id: string; secret: string; kind?: ActorKind; children?: string[] }

export type Scenario = {
  /** One line for `list`. */
  about: string
  /** The devices it plays with, in the order in which unnamed `--device`s are dealt out. */
  cast: ActorKind[]
  /** Returns when everything was done; what still waits in the outboxes is then waited for. */
  play(stage: Stage): Promise<void>
}

export type StageOptions = {
  broker: string
  actors: Actor[]
  seed: number
  clock: Clock
  log: (line: string) => void
  /** Outboxes; a temporary folder, removed at the end, unless given. */
  folder?: string
}

type More<O> = Partial<Omit<O, 'id' | 'secret' | 'broker'>>

/** What a scenario plays on: its devices, its seeded chance, its clock, its network. */
export class Stage {
  readonly random: Random
  readonly clock: Clock
  readonly log: (line: string) => void
  readonly devices: Device[] = []
  readonly #options: StageOptions & { folder: string }
  readonly #waiting: Actor[]
  readonly #links: Link[] = []

  constructor(options: StageOptions & { folder: string }, cast: ActorKind[]) {
    this.random = seeded(options.seed, 'scenario')
    this.clock = options.clock
    this.log = options.log
    this.#options = options
    this.#waiting = options.actors.map((actor, i) => ({ kind: cast[i] ?? 'button', ...actor }))
  }

  button(more: More<DeviceOptions> = {}, link?: Link): Button {
    return this.#add(new Button({ ...this.#common('button', link), ...more }))
  }

  meter(more: More<MeterOptions> = {}, link?: Link): BpMeter {
    return this.#add(new BpMeter({ ...this.#common('bp-meter', link), ...more }))
  }

  hub(more: More<HubOptions> = {}, link?: Link): Hub {
    const common = this.#common('hub', link)
    return this.#add(new Hub({ ...common, ...more }))
  }

  /** A stretch of network to the broker that the scenario may cut. */
  async link(): Promise<Link> {
    const link = await Link.open(this.#options.broker)
    this.#links.push(link)
    return link
  }

  async close(): Promise<void> {
    await Promise.all(this.devices.map((device) => device.stop()))
    await Promise.all(this.#links.map((link) => link.close()))
  }

  #common(kind: ActorKind, link?: Link): DeviceOptions & { children: string[] } {
    const index = this.#waiting.findIndex((actor) => actor.kind === kind)
    const [actor] = index < 0 ? [] : this.#waiting.splice(index, 1)
    if (!actor) throw new Error(`This scenario needs a further ${kind}: give --device ${kind}=<id>:<secret>`)
    return {
      broker: link?.url ?? this.#options.broker,
      id: actor.id,
      secret: actor.secret,
      children: actor.children ?? [],
      outboxDir: join(this.#options.folder, actor.id),
      clock: this.clock,
      seed: this.#options.seed,
    }
  }

  #add<D extends Device>(device: D): D {
    const say = (line: string): void => this.log(`${device.id} ${line}`)
    device.events.on('online', (boot) => say(`online, boot ${boot}`))
    device.events.on('offline', (reason) => say(`offline: ${reason}`))
    device.events.on('acknowledged', (item) => say(`${item.type} ${item.id} acknowledged`))
    device.events.on('heard', (heard) => say(`heard ${heard.cmd} ${heard.id}: ${heard.result}`))
    this.devices.push(device)
    device.powerOn()
    return device
  }
}

export type Ending = {
  seed: number
  /** Every outbox was empty in time. */
  settled: boolean
  devices: { id: string; acknowledged: string[]; heard: string[]; waiting: number }[]
}

/** Plays a scenario to its end and waits until every outbox is empty, at most `settleWithinMs` of the clock. */
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
    const devices = stage.devices
    const settled = await Promise.race([
      Promise.all(devices.map((device) => device.settled())).then(() => true),
      options.clock.sleep(settleWithinMs, settling.signal).then(() => false),
    ])
    settling.abort()
    return {
      seed: options.seed,
      settled,
      devices: devices.map((device) => ({
        id: device.id,
        acknowledged: device.acknowledged,
        heard: device.heard.map((heard) => `${heard.cmd} ${heard.result}`),
        waiting: device.pending().length,
      })),
    }
  } finally {
    await stage.close()
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true })
  }
}
