import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fastClock, realClock } from './clock.ts'
import { type FleetDevice, readFleet, type Visiting } from './fleet/file.ts'
import { borrow, type Wish } from './fleet/lend.ts'
import {
  type Actor,
  type ActorKind,
  actorKinds,
  type Ending,
  playScenario,
  type Scenario,
  type Truth,
} from './scenario.ts'

export type PlayOptions = {
  /** Devices named one by one; else those of the fleet. */
  devices: Actor[]
  /** The fleet's file. */
  fleet: string
  /** A device of the fleet that is to take part, or whose village is. */
  on?: string
  broker?: string
  ingress?: string
  seed: number
  speed: number
  forMs?: number
  folder?: string
  log: (line: string) => void
}

type Company = {
  broker?: string
  ingress?: string
  folder?: string
  actors: Actor[]
  visiting?: { visiting: Visiting; home: string }
  giveBack: () => void
}

const isActorKind = (kind: string): kind is ActorKind => actorKinds.some((each) => each === kind)

/** Finds the devices a scenario needs, plays it with them, and gives back what was borrowed. */
export async function play(scenario: Scenario, options: PlayOptions): Promise<Ending> {
  const company =
    options.devices.length > 0 && scenario.caregivers === undefined ? named(options) : await ofFleet(scenario, options)
  const broker = options.broker ?? company.broker ?? 'mqtt://127.0.0.1:1883'
  const ingress = options.ingress ?? company.ingress
  // what phones of a scenario's own hold is nobody's afterwards
  const folder = options.folder ?? (company.visiting ? undefined : company.folder)
  try {
    return await playScenario(scenario, {
      broker,
      ...(ingress === undefined ? {} : { ingress }),
      ...(folder === undefined ? {} : { folder }),
      ...(options.forMs === undefined ? {} : { forMs: options.forMs }),
      actors: company.actors,
      ...(company.visiting === undefined ? {} : { visiting: company.visiting }),
      seed: options.seed,
      clock: options.speed === 1 ? realClock : fastClock(options.speed),
      network: realClock,
      log: options.log,
    })
  } finally {
    company.giveBack()
  }
}

function named({ devices }: PlayOptions): Company {
  return { actors: devices, giveBack: () => {} }
}

/** From a fleet that plays they are borrowed with their disks; of one that rests they are taken. */
async function ofFleet(scenario: Scenario, { fleet, log, on }: PlayOptions): Promise<Company> {
  const home = dirname(fleet)
  const named = on === undefined ? {} : { on }
  const loan = await borrow(home, wishOf(scenario, named))
  const { visiting, ...devices } = loan ?? {}
  if (loan && visiting) {
    log(`borrowed from the running fleet: ${visiting.caregivers.length} caregivers`)
    return { ...loan, actors: [], visiting: { visiting, home } }
  }
  if (scenario.caregivers !== undefined) {
    throw new Error('This scenario plays caregivers: start Anju with its demo and simulator')
  }
  if (loan) {
    log(`borrowed from the running fleet: ${loan.devices.length} devices`)
    return { ...devices, giveBack: loan.giveBack, actors: loan.devices.flatMap(actorOf) }
  }
  if (!existsSync(fleet)) {
    throw new Error('No device: start Anju with its demo, or give --device <id>:<secret>, or --fleet <file>')
  }
  const { devices: standing, visiting: _, ...where } = readFleet(fleet)
  const first = standing.toSorted((a, b) => Number(b.id === on) - Number(a.id === on))
  const actors = first.slice(0, scenario.village ?? first.length).flatMap(actorOf)
  return { ...where, folder: join(home, 'devices'), actors, giveBack: () => {} }
}

function wishOf({ cast, village, caregivers }: Scenario, named: { on?: string }): Wish {
  if (caregivers !== undefined) return { caregivers }
  return village === undefined ? { kinds: cast, ...named } : { village: true, most: village, ...named }
}

function actorOf(device: FleetDevice): Actor[] {
  const { kind, ...rest } = device
  return isActorKind(kind) ? [{ ...rest, kind }] : []
}

/** `id:secret` or `kind=id:secret`; of a hub, `hub=id:secret:child,child`. */
export function parseActor(text: string): Actor {
  const match = /^(?:([a-z-]+)=)?([A-Za-z0-9._-]{1,64}):([^:]+)(?::([A-Za-z0-9._,-]+))?$/.exec(text)
  if (!match) throw new Error(`--device ${text}: not <id>:<secret> nor <kind>=<id>:<secret>`)
  const [, kind, id = '', secret = '', bound] = match
  const children = (bound ?? '').split(',').filter((each) => each !== '')
  const actor = {
    id,
    secret,
    ...(bound === undefined ? {} : { children: children.map((each) => ({ id: each, kind: '' })) }),
  }
  if (kind === undefined) return actor
  if (!isActorKind(kind)) throw new Error(`--device ${text}: kinds are ${actorKinds.join(', ')}`)
  return { ...actor, kind }
}

/** What really happened, a line each, and what the platform found of it. */
export function truthOf({ truths }: Ending): string[] {
  const word = ({ seen, staged }: Truth): string => {
    if (seen === null) return ''
    if (staged) return seen ? 'SEEN' : 'NOT SEEN'
    return seen ? 'FALSE ALARM' : 'left alone'
  }
  const lines = truths.map((each) => `${word(each).padEnd(11)} ${each.truth} → ${each.found.join(', ') || 'nothing'}`)
  const staged = truths.filter((each) => each.staged && each.seen !== null)
  if (staged.length > 0) lines.push(`seen ${staged.filter(({ seen }) => seen).length} of ${staged.length}`)
  return lines
}

/** The last line: what was sent, and what came of it. */
export function sentenceOf(ending: Ending): string {
  const waiting = ending.devices.reduce((sum, device) => sum + device.waiting, 0)
  const rejected = Object.entries(ending.rejected).map(([code, count]) => `${count} ${code}`)
  const parts = [
    `sent ${ending.sent}`,
    `acknowledged ${ending.acknowledged}`,
    `receipts ${ending.received}`,
    ...(rejected.length > 0 ? [`rejected ${rejected.join(', ')}`] : []),
    ...(ending.unproven > 0 ? [`${ending.unproven} whose receipt went with a broken link`] : []),
    ...(waiting > 0 ? [`STILL WAITING ${waiting}`] : []),
    ...(ending.missing.length > 0 ? [`ACKNOWLEDGED WITHOUT RECEIPT ${ending.missing.join(', ')}`] : []),
  ]
  return `${parts.join(' · ')} (seed ${ending.seed})`
}

/** Milliseconds of `90s`, `10m`, `2h`, `1d`, or plain seconds. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text)
  if (!match) throw new Error(`--for ${text}: say 90s, 10m, 2h or 1d`)
  const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
  const unit = Object.entries(units).find(([name]) => name === (match[2] ?? 's'))
  return Number(match[1]) * (unit?.[1] ?? 1_000)
}
