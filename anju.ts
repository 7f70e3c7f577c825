import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import pg from 'pg'
import { pino, type Logger } from 'pino'
import { buildBeside } from '@anju/dashboard/build'
import { CannotStart, isPortBusy, sentenceOf } from '@anju/domain/cannot-start'
import { parseConfig, type Config } from '@anju/domain/config'
import { retireDemo, seedDemo } from '@anju/prisma/demo/apply'
import type { FleetDevice } from '@anju/prisma/demo/fleet'
import { demoVisiting, type DemoVisiting } from '@anju/prisma/demo/visiting'
import { caregiverName, DEMO_CAREGIVERS, DEMO_PASSWORD, demoSignIns } from '@anju/prisma/demo/staff'
import { sealLastDay } from '@anju/prisma/evidence/seal'
import { checkKey, loadKey, type MasterKey } from '@anju/prisma/key'
import { migrate } from '@anju/prisma/migrate/migrate'
import { neighboursUrl, startPostgres } from '@anju/prisma/postgres/embedded'
import { openPool } from '@anju/prisma/tx'
import { ensureAdministrator } from '@anju/prisma/user/first'
import {
  askedToStop,
  DRAIN_MS,
  GATEWAY_NODE_ARGS,
  isChild,
  report,
  SIMULATOR_NODE_ARGS,
  superviseChild,
  type Child,
} from './supervise.ts'

type Running = { stop(): Promise<void> }
type Serving = Config & { databaseUrl: string }

/** The processes that serve. Each is imported only where it runs. */
const servers = {
  gateway: async (config: Serving, log: Logger): Promise<Running> =>
    (await import('@anju/gateway/main')).startGateway(config, log),
  api: async (config: Serving, log: Logger): Promise<Running> => (await import('@anju/api/main')).startApi(config, log),
  worker: async (config: Serving, log: Logger): Promise<Running> =>
    (await import('@anju/api/worker')).startWorker(config, log),
}
type ServerKind = keyof typeof servers
const isServer = (kind: string): kind is ServerKind => kind in servers

const root = import.meta.dirname
/** How long after an unclean end our own dying processes may hold their ports. */
const PORTS_FREE_WITHIN_MS = DRAIN_MS + 2000

const kind = process.argv[2] ?? 'all'
process.title = `anju ${kind}`
try {
  requireNode24()
  const config = configOrSentence()
  const log = pino({ name: kind, level: config.logLevel }, pino.destination(2))
  if (isServer(kind)) await serve(kind, config, log)
  else if (kind === 'all') await all(config, log)
  else if (kind === 'migrate') await migrateOnly(config, log)
  else throw new CannotStart(`There is no "${kind}": say all, ${Object.keys(servers).join(', ')} or migrate.`)
  process.exit(0)
} catch (error) {
  const sentence = sentenceOf(error)
  if (!isChild) process.stderr.write(`${sentence}\n`)
  report({ kind: 'cannot-start', sentence, portBusy: isPortBusy(error) })
  process.exit(1)
}

/** One server, until it is asked to stop. Beside `all`, it brings the database to its schema by itself. */
async function serve(kind: ServerKind, config: Config, log: Logger): Promise<void> {
  const asked = askedToStop({ ctrlC: !isChild })
  const databaseUrl = await databaseOf(config)
  if (!isChild) await prepare(config, databaseUrl, log)
  const running = await servers[kind]({ ...config, databaseUrl }, log)
  report({ kind: 'ready' })
  await asked
  setTimeout(() => process.exit(1), DRAIN_MS).unref()
  await running.stop()
}

async function migrateOnly(config: Config, log: Logger): Promise<void> {
  const databaseUrl = await databaseOf(config)
  await migrate(databaseUrl, log, new Date())
  await retire(config, databaseUrl)
}

/** Where the demo is switched off, whatever of it is in the database is too, however we were started. */
async function retire(config: Config, databaseUrl: string): Promise<void> {
  if (config.demo) return
  const pool = openPool(databaseUrl, { max: 1, name: 'anju start' })
  try {
    await retireDemo(pool, new Date())
  } finally {
    await pool.end()
  }
}

/** Schema and key, as every process that serves needs them; and no demo where there is to be none. */
async function prepare(config: Config, databaseUrl: string, log: Logger): Promise<void> {
  await migrate(databaseUrl, log, new Date())
  await retire(config, databaseUrl)
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await checkKey(client, await loadKey(config))
  } finally {
    await client.end()
  }
}

/** Everything on this machine: the database unless one is named, the servers, and with the demo its devices. */
async function all(config: Config, log: Logger): Promise<void> {
  const stop = new AbortController()
  const asked = askedToStop({ ctrlC: true }).then(() => stop.abort())
  /** Ended in reverse. */
  const begun: Running[] = []
  try {
    await begin(config, log, stop.signal, asked, begun)
    await asked
  } catch (error) {
    if (!stop.signal.aborted) throw error
  } finally {
    for (const each of begun.reverse()) {
      await each.stop().catch((error: unknown) => log.error({ err: error }, 'a part did not stop cleanly'))
    }
  }
}

async function begin(
  config: Config,
  log: Logger,
  signal: AbortSignal,
  asked: Promise<void>,
  begun: Running[],
): Promise<void> {
  const key = await loadKey(config)
  const took = stopwatch()
  const dashboard = buildBeside(signal, log).then(took('dashboard'))
  dashboard.catch(() => undefined) // awaited below, unless something else fails first
  let databaseUrl = config.databaseUrl
  if (databaseUrl === null) {
    const postgres = await startPostgres({ dataFolder: config.dataFolder, log, signal }).then(took('database'))
    begun.push(postgres)
    databaseUrl = postgres.url
  }
  const portsBusyUntil = await markRunning(config.dataFolder, begun)
  signal.throwIfAborted()
  await prepare(config, databaseUrl, log).then(took('schema'))
  signal.throwIfAborted()
  const pool = openPool(databaseUrl, { max: 1, name: 'anju start' })
  const now = new Date()
  const password = await ensureAdministrator(pool, config.adminPassword, now)
  const seeded = took('demo')
  const fleet = config.demo
    ? await seedDemo(pool, key, now, { seed: config.demoSeed ?? undefined, played: config.simulator })
    : null
  const site = config.publicUrl ?? siteOf(config)
  const visiting = fleet !== null && config.simulator ? await demoVisiting(pool, key, site) : null
  seeded(undefined)
  await pool.end()
  signal.throwIfAborted()

  const env = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    ANJU_DATA: config.dataFolder,
    // Kept compiled, our code starts faster and each process, and each of its threads, holds 9 to 26 MB less.
    NODE_COMPILE_CACHE: compiledIn(config),
  }
  const children: Child[] = []
  begun.push({ stop: async () => void (await Promise.all(children.map((child) => child.stop()))) })
  const server = (name: ServerKind): Promise<void> => {
    const module = path.join(root, 'anju.ts')
    const nodeArgs = name === 'gateway' ? GATEWAY_NODE_ARGS : []
    const child = superviseChild({ name, module, args: [name], env, nodeArgs, reports: true, portsBusyUntil, log })
    children.push(child)
    return child.ready
  }
  const served = took('servers')
  const serving = [server('gateway'), server('worker'), dashboard.then(() => server('api'))]
  await Promise.race([Promise.all(serving), asked])
  signal.throwIfAborted()
  served(undefined)
  if (fleet !== null && config.simulator) begun.push(await startFleet(config, { devices: fleet, visiting }, log))
  tell(config, password, took.words())
  if (fleet !== null) begun.push(startHistory(databaseUrl, key, log))
}

/** The demo's three months of history, when all else has started, and its root; goes on at the next start where it ended. */
function startHistory(databaseUrl: string, key: MasterKey, log: Logger): Running {
  const over = new AbortController()
  const pool = openPool(databaseUrl, { max: 1, name: 'anju demo history' })
  const fill = async (): Promise<void> => {
    try {
      const { fillHistory } = await import('@anju/prisma/demo/history')
      await fillHistory(pool, key, log, over.signal)
      if (!over.signal.aborted) await sealLastDay(pool, key, new Date())
    } finally {
      await pool.end()
    }
  }
  const filling = fill()
  filling.catch((error: unknown) => log.error({ err: error }, 'the demo gets no past'))
  return {
    async stop() {
      over.abort()
      await filling
    },
  }
}

/** Where our code is kept compiled. */
function compiledIn(config: Config): string {
  return path.join(config.dataFolder, 'compiled')
}

/** Where people find it on this machine. */
function siteOf(config: Config): string {
  return `${config.tls === null ? 'http' : 'https'}://${reachable(config.host)}:${config.httpPort}`
}

/** The demo's devices and caregivers, played by the simulator as from outside. */
async function startFleet(
  config: Config,
  { devices, visiting }: { devices: FleetDevice[]; visiting: DemoVisiting | null },
  log: Logger,
): Promise<Running> {
  const folder = path.join(config.dataFolder, 'simulator')
  const file = path.join(folder, 'fleet.json')
  const host = reachable(config.host)
  const fleet = {
    broker: `mqtt://${host}:${config.mqttPort}`,
    ingress: `http://${host}:${config.ingressPort}`,
    devices,
    ...(visiting === null ? {} : { visiting: { ...visiting, site: siteOf(config) } }),
  }
  await mkdir(folder, { recursive: true })
  await writeFile(`${file}.half`, JSON.stringify(fleet, null, 2), { mode: 0o600 })
  await rename(`${file}.half`, file)
  return superviseChild({
    name: 'simulator',
    module: path.join(root, 'firmware-sim/main.ts'),
    args: ['demo'],
    env: { ...process.env, ANJU_SIM_FLEET: file, NODE_COMPILE_CACHE: compiledIn(config) },
    nodeArgs: SIMULATOR_NODE_ARGS,
    reports: false,
    portsBusyUntil: 0,
    log,
  })
}

/**
 * Leaves a mark that is taken away at a clean end. Answers until when ports may still be held by our own processes
 * of a run that ended uncleanly.
 */
async function markRunning(dataFolder: string, begun: Running[]): Promise<number> {
  const mark = path.join(dataFolder, 'running')
  await mkdir(dataFolder, { recursive: true })
  const unclean = existsSync(mark)
  await writeFile(mark, `${process.pid}\n`)
  begun.push({ stop: () => rm(mark, { force: true }) })
  return unclean ? Date.now() + PORTS_FREE_WITHIN_MS : 0
}

function tell(config: Config, password: string | null, timings: string): void {
  const host = reachable(config.host)
  const lines = [
    `Anju is ready after ${(performance.now() / 1000).toFixed(1)} s (${timings}).`,
    `  people   ${config.publicUrl ?? siteOf(config)}`,
    `  devices  mqtt://${host}:${config.mqttPort}  http://${host}:${config.ingressPort}`,
  ]
  if (password !== null) lines.push(`  sign in  admin, password ${password} (shown this once)`)
  if (config.demo) {
    for (const each of demoSignIns) lines.push(`  demo     ${each.username} / ${DEMO_PASSWORD}  (${each.role})`)
    lines.push(`  demo     ${caregiverName(0)} … ${caregiverName(DEMO_CAREGIVERS - 1)} / ${DEMO_PASSWORD}  (caregiver)`)
    if (reachable(config.host) !== '127.0.0.1') {
      lines.push(`  WARNING  these demo passwords are known to everybody and ${config.host} can be reached by others`)
    }
  }
  process.stdout.write(`${lines.join('\n')}\n`)
}

function requireNode24(): void {
  if (Number(process.versions.node.split('.')[0]) >= 24) return
  throw new CannotStart(
    `Anju needs Node 24 and this is ${process.version}: start it with "npm start", which brings its own.`,
  )
}

function configOrSentence(): Config {
  const parsed = parseConfig(process.env, { dataFolder: path.join(root, 'data') })
  if (!parsed.ok) throw new CannotStart(parsed.errors.join('\n'))
  return { ...parsed.config, dataFolder: path.resolve(parsed.config.dataFolder) }
}

/** The database named, or the one that `all` runs in the same data folder. */
async function databaseOf(config: Config): Promise<string> {
  return config.databaseUrl ?? neighboursUrl(config.dataFolder)
}

/** An address people can type for one that is listened on. */
function reachable(host: string): string {
  return ['0.0.0.0', '::', 'localhost'].includes(host) ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
}

/** `took(step)` gives a function that notes how long the step took and passes its value on. */
function stopwatch() {
  const steps: string[] = []
  const took = (step: string) => {
    const began = performance.now()
    return <T>(value: T): T => {
      steps.push(`${step} ${((performance.now() - began) / 1000).toFixed(1)}`)
      return value
    }
  }
  return Object.assign(took, { words: () => steps.join(', ') })
}
