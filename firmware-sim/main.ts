import { parseArgs } from 'node:util'
import { join } from 'node:path'
import { realClock } from './clock.ts'
import { runFleet } from './fleet/demo.ts'
import { load } from './load/load.ts'
import type { LoadDevice } from './load/line.ts'
import { freshSeed } from './random.ts'
import { parseActor, parseDuration, play, sentenceOf, truthOf } from './play.ts'
import { scenarios } from './scenarios/index.ts'

const usage = `npm run sim -- list
npm run sim -- <scenario> [--seed 7] [--for 10m] [--json]
    with devices of the running demo, which are borrowed and given back (--on <id>: this one); or with your own:
    --fleet <file.json|file.csv>            devices with id, kind, secret (columns of a CSV), as docs/simulator.md says
    --device [<kind>=]<id>:<secret> …       one by one
    --broker mqtt://127.0.0.1:1883  --ingress http://127.0.0.1:8081  --dir <outboxes>  --speed 1
npm run sim -- load --meters 200 --buttons 10 --readings 5000|max --presses 20 --seconds 30 [--prefix load] [--secret s]
               [--connections n] [--window 200] [--seed 7] [--broker …] [--device meter=<id>:<secret> | button=… …]
npm run sim -- demo            (with ANJU_SIM_FLEET=<file>)`

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    broker: { type: 'string' },
    ingress: { type: 'string' },
    fleet: { type: 'string' },
    credentials: { type: 'string' },
    for: { type: 'string' },
    on: { type: 'string' },
    json: { type: 'boolean', default: false },
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

/** The demo's devices and people are the same at every start: batteries do not jump. */
const usualLot = 1

/** `id:secret` or `kind=id:secret`; a secret has no colon of its own to lose. */
function parseDevice(text: string): LoadDevice & { kind?: string } {
  const match = /^(?:([a-z-]+)=)?([A-Za-z0-9._-]{1,64}):(.+)$/.exec(text)
  if (!match) throw new Error(`--device ${text}: not <id>:<secret> nor <kind>=<id>:<secret>`)
  const [, kind, id = '', secret = ''] = match
  return { id, secret, ...(kind === undefined ? {} : { kind }) }
}

function count(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isFinite(value) || value < 0) throw new Error(`--${name} ${text}: not a number`)
  return value
}

const print = (text: string): void => void process.stdout.write(`${text}\n`)

const numbered = (prefix: string, n: number): LoadDevice[] =>
  Array.from({ length: n }, (_, i) => ({ id: `${prefix}-${i + 1}`, secret: values.secret }))

function scenarioList(): string {
  const lines = [...scenarios].map(([called, { about, cast, village, caregivers }]) => {
    const who =
      caregivers === undefined
        ? village === undefined
          ? cast.join(', ')
          : 'a village'
        : caregivers.fewest === caregivers.most
          ? `${caregivers.most} caregivers`
          : `${caregivers.fewest} to ${caregivers.most} caregivers`
    return `${called.padEnd(18)}${about} (${who})`
  })
  return lines.join('\n')
}

/** Aborts on SIGTERM, SIGINT, or when the parent that forked this process is gone. */
function untilStopped(): AbortSignal {
  const over = new AbortController()
  const stop = (): void => over.abort()
  process.once('SIGTERM', stop).once('SIGINT', stop).once('disconnect', stop)
  return over.signal
}

async function main(): Promise<void> {
  const [name = 'help'] = positionals
  const asked = values.seed ?? process.env.ANJU_SIM_SEED
  const seed = asked === undefined || asked === '' ? freshSeed() : count('seed', asked)
  const log = (line: string): void => void process.stderr.write(`${line}\n`)
  if (name === 'help') {
    print(`${usage}\n\n${scenarioList()}`)
  } else if (name === 'list') {
    print(scenarioList())
  } else if (name === 'demo') {
    const path = process.env.ANJU_SIM_FLEET
    if (!path) throw new Error('Set ANJU_SIM_FLEET to the file that describes the fleet')
    const logJson = (msg: string): void =>
      print(JSON.stringify({ level: 30, time: Date.now(), name: 'simulator', msg }))
    const lot = asked === undefined ? usualLot : seed
    logJson(`the demo fleet lives, seed ${lot}`)
    const everyMin = process.env.ANJU_SIM_PRESS_EVERY_MIN
    await runFleet(path, {
      seed: lot,
      clock: realClock,
      over: untilStopped(),
      log: logJson,
      ...(everyMin === undefined || everyMin === ''
        ? {}
        : { pressEveryMin: count('ANJU_SIM_PRESS_EVERY_MIN', everyMin) }),
    })
  } else if (name === 'load') {
    const named = values.device.map(parseDevice)
    const ofKind = (kind: string) => named.filter((device) => device.kind === kind)
    const result = await load({
      broker: values.broker ?? 'mqtt://127.0.0.1:1883',
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
    log(`${name}: ${scenario.about} (seed ${seed})`)
    const ending = await play(scenario, {
      devices: values.device.map(parseActor),
      fleet: values.fleet ?? values.credentials ?? join(process.env.ANJU_DATA ?? 'data', 'simulator/fleet.json'),
      ...(values.broker === undefined ? {} : { broker: values.broker }),
      ...(values.ingress === undefined ? {} : { ingress: values.ingress }),
      ...(values.for === undefined ? {} : { forMs: parseDuration(values.for) }),
      ...(values.on === undefined ? {} : { on: values.on }),
      ...(values.dir === undefined ? {} : { folder: values.dir }),
      seed,
      speed: count('speed', values.speed),
      log,
    })
    for (const line of values.json ? [] : truthOf(ending)) print(line)
    print(values.json ? JSON.stringify({ scenario: name, ...ending }, null, 2) : sentenceOf(ending))
    if (!ending.settled || ending.missing.length > 0) process.exitCode = 1
  }
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
