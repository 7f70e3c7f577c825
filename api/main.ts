import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Config } from '@anju/domain/config'
import { CannotStart } from '@anju/domain/cannot-start'
import { loadKey } from '@anju/prisma/key'
import { look, openReads } from '@anju/prisma/reads'
import { openPool } from '@anju/prisma/tx'
import { alarmInclude } from './alarm/row.ts'
import { buildApp } from './app.ts'
import { LatestReadings } from './live/latest.ts'
import { LiveHub } from './live/hub.ts'
import { ownersIn } from './live/owners.ts'
import { UnstoredPresses } from './live/unstored.ts'
import { Metrics } from './metrics.ts'

/** Two cores answer what ten connections ask; reads have their own, so that a slow list never holds up a write. */
const WRITE_CONNECTIONS = 10
const READ_CONNECTIONS = 10

/** How long answers under way may still take once it is to stop. */
const LAST_ANSWERS_MS = 2000

/** Starts the API: HTTP surface, live events, dashboard. `port` is the one it got when 0 was asked for. */
export async function startApi(config: Config, log: Logger): Promise<{ stop(): Promise<void>; port: number }> {
  const databaseUrl = config.databaseUrl
  if (databaseUrl === null) throw new CannotStart('The API needs the address of its database (DATABASE_URL).')
  const key = await loadKey(config)
  const now = () => new Date()
  const pool = openPool(databaseUrl, { max: WRITE_CONNECTIONS, name: 'anju api' })
  const readPool = openPool(databaseUrl, { max: READ_CONNECTIONS, name: 'anju api reads' })
  const reads = openReads(readPool)
  const metrics = new Metrics()
  const live = new LiveHub({ pool, databaseUrl, log, metrics, now, stillStands: ownersIn(pool, now) })
  const latest = new LatestReadings(pool, live, log)
  const unstored = new UnstoredPresses({
    urls: config.gatewayUrls,
    token: key.subKey('gateway-live').toString('hex'),
    hub: live,
    log,
  })
  const built = join(import.meta.dirname, '../dashboard/dist')
  const dashboardFolder = existsSync(join(built, 'index.html')) ? built : null
  const app = await buildApp({ config, pool, reads, key, live, unstored, metrics, log, now, dashboardFolder })
  const { port } = new URL(await app.listen({ host: config.host, port: config.httpPort }))
  live.start()
  latest.start()
  unstored.start()
  // The first read compiles Prisma's query engine, some hundred milliseconds that no desk shall wait for.
  void look(reads, (db) => db.alarm.findFirst({ include: alarmInclude })).catch(() => undefined)
  log.info({ host: config.host, port: Number(port) }, 'API listening')
  return {
    port: Number(port),
    async stop() {
      await unstored.stop()
      await latest.stop()
      await live.stop()
      // A connection that never asked anything is not idle to Node, and would hold this up for a minute.
      const spare = setTimeout(() => app.server.closeAllConnections(), LAST_ANSWERS_MS)
      await app.close()
      clearTimeout(spare)
      await reads.$disconnect()
      await Promise.all([pool.end(), readPool.end()])
    },
  }
}
