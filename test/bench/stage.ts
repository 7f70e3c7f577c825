import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { migrate } from '@anju/prisma/migrate/migrate'
import { startPostgres } from '@anju/prisma/postgres/embedded'
import { openPool } from '@anju/prisma/tx'
import pg from 'pg'
import { GATEWAY_NODE_ARGS } from '../../supervise.ts'
import { type Child, startNode } from './child.ts'
import { freePorts, openFolder } from './folder.ts'
import { parentOf } from './usage.ts'
import { KEY_HEX, seedTown, type Town } from './world.ts'

const quiet = { info: () => {}, warn: console.warn, error: console.error }

/** PostgreSQL as the product runs it, with a seeded town; what every scenario that stores uses. */
export type Stage = {
  folder: string
  url: string
  /** Of the same server, migrated, with nothing in it: for what is compared with the product. */
  bareUrl: string
  pool: pg.Pool
  postmaster: number
  town: Town
  end(): Promise<void>
}

export async function openStage(elders: number): Promise<Stage> {
  const folder = await openFolder('stage')
  const server = await startPostgres({ dataFolder: path.join(folder.path, 'data'), log: quiet })
  const bareUrl = await addDatabase(server.adminUrl, server.url, 'bare')
  const now = new Date()
  for (const url of [server.url, bareUrl]) await migrate(url, quiet, now)
  const pool = openPool(server.url, { max: 2, name: 'bench', statementTimeoutMs: 120_000 })
  const town = await seedTown(pool, elders, now)
  const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid')
  return {
    folder: folder.path,
    url: server.url,
    bareUrl,
    pool,
    postmaster: parentOf(rows[0]!.pid),
    town,
    async end() {
      await pool.end()
      await server.stop()
      await folder.remove()
    },
  }
}

async function addDatabase(adminUrl: string, url: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  await client.query(`create database "${name}" owner "${new URL(url).username}"`)
  await client.end()
  const other = new URL(url)
  other.pathname = `/${name}`
  return other.href
}

export type GatewayProcess = Child & { broker: string; environment: NodeJS.ProcessEnv; logFile: string }

/** The product's gateway in its own process, as `npm start` runs it. */
export async function startGateway(stage: Stage, nodeArgs: string[] = []): Promise<GatewayProcess> {
  const [mqttPort, ingressPort] = await freePorts(2)
  const environment = {
    DATABASE_URL: stage.url,
    ANJU_DATA: path.join(stage.folder, 'anju'),
    NODE_COMPILE_CACHE: path.join(stage.folder, 'compiled'),
    ANJU_KEY: KEY_HEX,
    ANJU_HOST: '127.0.0.1',
    ANJU_MQTT_PORT: String(mqttPort),
    ANJU_INGRESS_PORT: String(ingressPort),
    ANJU_GATEWAY_URLS: `http://127.0.0.1:${ingressPort}`,
  }
  await mkdir(environment.ANJU_DATA, { recursive: true })
  const logFile = path.join(stage.folder, 'gateway.log')
  const child = await startNode('anju.ts', {
    args: ['gateway'],
    env: environment,
    nodeArgs: [...GATEWAY_NODE_ARGS, ...nodeArgs],
    logFile,
  })
  return { ...child, broker: `mqtt://127.0.0.1:${mqttPort}`, environment, logFile }
}
