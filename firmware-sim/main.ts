import { parseArgs } from 'node:util'
import { fastClock, realClock } from './clock.ts'
import { runFleet } from './fleet.ts'
import { load } from './load/load.ts'
import type { LoadDevice } from './load/line.ts'
import { freshSeed } from './random.ts'
import { type Actor, type ActorKind, playScenario } from './scenario.ts'
import { scenarios } from './scenarios/index.ts'

const usage = `npm run sim -- list
npm run sim -- <scenario> --device <id>:<secret> [--device …] [--seed 7] [--broker mqtt://127.0.0.1:1883] [--dir <outboxes>] [--speed 1]
npm run sim -- load --meters 200 --buttons 10 --readings 5000|max --presses 20 --seconds 30 [--prefix load] [--secret s]
               [--connections n] [--window 200] [--seed 7] [--broker …] [--device meter=<id>:<secret> | button=… …]
npm run sim -- demo            (with ANJU_SIM_FLEET=<file>)`

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    broker: { type: 'string', default: 'mqtt://127.0.0.1:1883' },
    seed: { type: 'string' },
    device: { type: 'string', multiple: true, default: [] },
    dir: { type: 'string' },
    speed: { type: 'string', default: '1' },
    meters: { type: 'string', default: '100' },
    buttons: { type: 'string', default: '0' },
    connections: { type: 'string' },
    readings: { type: 'string', default: '1000' },
    presses: { type: 'string', default: '0' },
    seconds: { type: 'string', default: '10' },
    window: { type: 'string', default: '200' },
    prefix: { type: 'string', default: 'load' },
    secret: { type: 'string', default: 'secret' },
  },
})

/** `id:secret` or `kind=id:secret`; a secret has no colon of its own to lose. */
function parseDevice(text: string): LoadDevice & { kind?: string } {
  const match = /^(?:([a-z-]+)=)?([A-Za-z0-9._-]{1,64}):(.+)$/.exec(text)
  if (!match) throw new Error(`--device ${text}: not <id>:<secret> nor <kind>=<id>:<secret>`)
  const [, kind, id = '', secret = ''] = match
  return { id, secret, ...(kind === undefined ? {} : { kind }) }
}

const actorKinds: readonly string[] = ['button', 'bp-meter', 'hub'] satisfies ActorKind[]
const isActorKind = (kind: string): kind is ActorKind => actorKinds.includes(kind)

function toActor(text: string): Actor {
  const { kind, ...device } = parseDevice(text)
  if (kind === undefined) return device
  if (!isActorKind(kind)) throw new Error(`--device ${text}: kinds are ${actorKinds.join(', ')}`)
  return { ...device, kind }
}

function count(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isFinite(value) || value < 0) throw new Error(`--${name} ${text}: not a number`)
  return value
}

const print = (text: string): void => void process.stdout.write(`${text}\n`)

const numbered = (prefix: string, n: number): LoadDevice[] =>
  Array.from({ length: n }, (_, i) => ({ id: `${prefix}-${i + 1}`, secret: values.secret }))

/** Aborts on SIGTERM, SIGINT, or when the parent that forked this process is gone. */
function untilStopped(): AbortSignal {
  const over = new AbortController()
  const stop = (): void => over.abort()
  process.once('SIGTERM', stop).once('SIGINT', stop).once('disconnect', stop)
  return over.signal
}

async function main(): Promise<void> {
  const [name = 'help'] = positionals
  const seed = values.seed === undefined ? freshSeed() : count('seed', values.seed)
  const log = (line: string): void => void process.stderr.write(`${line}\n`)
  if (name === 'help') {
    print(usage)
  } else if (name === 'list') {
    for (const [called, scenario] of scenarios) {
      print(`${called.padEnd(18)}${scenario.about} (${scenario.cast.join(', ')})`)
    }
  } else if (name === 'demo') {
    const path = process.env.ANJU_SIM_FLEET
    if (!path) throw new Error('Set ANJU_SIM_FLEET to the file that describes the fleet')
    const logJson = (msg: string): void =>
      print(JSON.stringify({ level: 30, time: Date.now(), name: 'simulator', msg }))
    logJson(`the demo fleet lives, seed ${seed}`)
    await runFleet(path, { seed, clock: realClock, over: untilStopped(), log: logJson })
  } else if (name === 'load') {
    const named = values.device.map(parseDevice)
    const ofKind = (kind: string) => named.filter((device) => device.kind === kind)
    const result = await load({
      broker: values.broker,
      meters: named.length > 0 ? ofKind('meter') : numbered(`${values.prefix}-m`, count('meters', values.meters)),
      buttons: named.length > 0 ? ofKind('button') : numbered(`${values.prefix}-b`, count('buttons', values.buttons)),
      ...(values.connections === undefined ? {} : { connections: count('connections', values.connections) }),
      readingsPerS: values.readings === 'max' ? 'max' : count('readings', values.readings),
      pressesPerS: count('presses', values.presses),
      seconds: count('seconds', values.seconds),
      window: count('window', values.window),
      seed,
    })
    print(JSON.stringify(result, null, 2))
  } else {
    const scenario = scenarios.get(name)
    if (!scenario) throw new Error(`There is no scenario “${name}”; try list`)
    log(`${name}, seed ${seed}`)
    const ending = await playScenario(scenario, {
      broker: values.broker,
      actors: values.device.map(toActor),
      seed,
      clock: values.speed === '1' ? realClock : fastClock(count('speed', values.speed)),
      log,
      ...(values.dir === undefined ? {} : { folder: values.dir }),
    })
    print(JSON.stringify({ scenario: name, ...ending }, null, 2))
    if (!ending.settled) process.exitCode = 1
  }
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
