import type pg from 'pg'
import type { Logger } from 'pino'
import type { Config } from '@anju/domain/config'
import type { MasterKey } from '@anju/prisma/key'
import type { Reads } from '@anju/prisma/reads'
import type { LiveHub } from './live/hub.ts'
import type { UnstoredPresses } from './live/unstored.ts'
import type { Metrics } from './metrics.ts'

/** What the routes work with; made once, in main.ts or in a test. */
export interface Deps {
  config: Pick<
    Config,
    | 'demo'
    | 'webhook'
    | 'aliveUrl'
    | 'callSecret'
    | 'dial'
    | 'relay'
    | 'publicUrl'
    | 'tls'
    | 'map'
    | 'mqttPort'
    | 'mqttsPort'
  >
  /** Writes, and the reads inside them. */
  pool: pg.Pool
  reads: Reads
  key: MasterKey
  live: LiveHub
  unstored: UnstoredPresses
  metrics: Metrics
  log: Logger
  now: () => Date
  /** The dashboard's build; null: none is served. */
  dashboardFolder: string | null
}
