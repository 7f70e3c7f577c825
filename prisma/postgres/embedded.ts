import { existsSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { CannotStart } from '@anju/domain/cannot-start'
import { serverAccount } from './account.ts'
import { findBinaries } from './binaries.ts'
import { describeCluster, openCluster, type Cluster } from './cluster.ts'
import { OWNER_LOCK } from './locks.ts'
import { clusterPlace, openDataFolder, SHARED_FOLDER } from './place.ts'
import { pause, runningServer, spawnServer, stopServer, type ServerProcess, type Settings } from './server.ts'

export type PostgresLog = {
  info(facts: Record<string, unknown>, words: string): void
  warn(facts: Record<string, unknown>, words: string): void
  error(facts: Record<string, unknown>, words: string): void
}

export type EmbeddedPostgres = {
  /** Database `anju` as its owner; the same after every restart. */
  url: string
  /** Database `postgres` as superuser. */
  adminUrl: string
  /** A server was already running, left by a killed supervisor, and is ours now. */
  adopted: boolean
  /** Fast shutdown; answers when the server is gone. */
  stop(): Promise<void>
}

export type EmbeddedOptions = {
  dataFolder: string
  log: PostgresLog
  /** Server settings on top of ours. */
  settings?: Settings
  /** Gives up waiting for a server that takes long to start, and ends it. */
  signal?: AbortSignal
}

/** A start after a power cut replays what was not yet checkpointed; longer than this is a fault. */
const READY_WITHIN_MS = 120_000
/** How long the lock of a supervisor that was just killed may take to fall. */
const LOCK_WITHIN_MS = 3000

/**
 * The embedded PostgreSQL of a data folder, ready for connections and ours alone. Who holds the session lock owns
 * the folder: a server that runs with the lock free was left by a killed supervisor and is adopted; a held lock means
 * a second copy of Anju, which is refused (CannotStart). A server that dies later is started again.
 */
export async function startPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { dataFolder, log, settings = {}, signal } = options
  const folder = await openDataFolder(dataFolder)
  const account = serverAccount()
  const binaries = await findBinaries(account, account === null ? folder : SHARED_FOLDER)
  const cluster = await openCluster(await clusterPlace(folder, account), binaries, account, settings['fsync'] !== 'off')
  const start = () => spawnServer(cluster, binaries, account, settings)

  const first = await own(cluster, folder, start, signal)
  let stopping = false
  let owner = first.owner
  let keeping = Promise.resolve()
  const keep = (): void => {
    owner.once('end', () => {
      if (stopping) return
      log.warn({}, 'the database server went away; starting it again')
      keeping = regain()
    })
  }
  const regain = async (): Promise<void> => {
    for (let waitMs = 100; !stopping; waitMs = Math.min(waitMs * 2, 5000)) {
      try {
        owner = (await own(cluster, folder, start)).owner
        log.info({}, 'the database server is back')
        keep()
        return
      } catch (error) {
        log.error({ error: String(error) }, 'the database server does not start')
        await pause(waitMs)
      }
    }
  }
  keep()

  return {
    url: cluster.url,
    adminUrl: cluster.adminUrl,
    adopted: first.adopted,
    async stop() {
      stopping = true
      await keeping
      await stopServer(cluster.data)
    },
  }
}

/** Finds or starts the server, waits until it answers, and takes the lock. */
async function own(
  cluster: Cluster,
  folder: string,
  start: () => ServerProcess,
  signal?: AbortSignal,
): Promise<{ owner: pg.Client; adopted: boolean }> {
  const began = Date.now()
  const server: { ours: ServerProcess | null; lastWords: string | null } = { ours: null, lastWords: null }
  while (Date.now() - began < READY_WITHIN_MS) {
    const client = await connect(cluster.url)
    if (client !== null) {
      if (await takeLock(client)) return { owner: client, adopted: server.ours === null }
      await client.end()
      throw new CannotStart(`Another copy of Anju is already running on the data folder ${folder}.`)
    }
    if (server.ours === null && (await runningServer(cluster.data)) === null) {
      // Processes of a server that was just killed may hold its memory for a moment; anything else stays wrong.
      if (server.lastWords !== null && !passing.test(server.lastWords)) break
      const ours = start()
      server.ours = ours
      void ours.ended.then((words) => {
        if (server.ours === ours) server.ours = null
        server.lastWords = words
      })
    }
    if (signal?.aborted) {
      if (server.ours !== null) await stopServer(cluster.data)
      throw new CannotStart('PostgreSQL was asked to stop before it was ready.')
    }
    await pause(20)
  }
  const words = server.lastWords ?? 'it does not answer'
  const cause = words.split('\n').find((line) => line.includes('FATAL')) ?? words
  throw new CannotStart(`PostgreSQL does not start in ${cluster.place}: ${cause}`)
}

/** What the server says when an earlier one of the same cluster has not wholly ended. */
const passing = /lock file .* already exists|shared memory block .* still in use/

/** A connection, or null while there is no server or it is not ready. */
async function connect(url: string): Promise<pg.Client | null> {
  const client = new pg.Client({ connectionString: url, application_name: 'anju supervisor', keepAlive: true })
  client.on('error', () => undefined) // its end tells the rest
  try {
    await client.connect()
    return client
  } catch (error) {
    await client.end().catch(() => undefined)
    if (isNotThere(error)) return null
    throw error
  }
}

/** No socket, nobody listening, cut while connecting, or 57P03: starting up, shutting down, recovering. */
function isNotThere(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? error.code : undefined
  return (
    ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', '57P03', '57P01', '57P02'].includes(String(code)) ||
    error.message.includes('Connection terminated')
  )
}

async function takeLock(client: pg.Client): Promise<boolean> {
  const began = Date.now()
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1, $2) as taken', [
      ...OWNER_LOCK,
    ])
    if (rows[0]?.taken) return true
    if (Date.now() - began > LOCK_WITHIN_MS) return false
    await pause(50)
  }
}

/**
 * The address of the server that another process runs in this data folder, for one that runs beside it. CannotStart
 * when none was ever made there.
 */
export async function neighboursUrl(dataFolder: string): Promise<string> {
  const folder = await openDataFolder(dataFolder)
  const place = await clusterPlace(folder, serverAccount())
  if (!existsSync(place)) {
    throw new CannotStart('There is no database: set DATABASE_URL, or let "npm start" run one.')
  }
  return (await describeCluster(place)).url
}

/** Ends a server left running in a data folder whose owner is known to be gone, such as a killed test run. */
export async function stopAbandoned(dataFolder: string): Promise<void> {
  const account = serverAccount()
  const place = await clusterPlace(dataFolder, account)
  await stopServer(path.join(place, 'cluster'))
}
