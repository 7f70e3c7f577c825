import type { Config } from '@anju/domain/config'
import { expireCommands } from '@anju/prisma/command/apply'
import { forgetHooks } from '@anju/prisma/call/apply'
import { armCareChecks } from '@anju/prisma/care-check/overdue'
import { watchDevices } from '@anju/prisma/device/watch'
import { fillTerms } from '@anju/prisma/elder/terms'
import { sealLastDay } from '@anju/prisma/evidence/seal'
import { forgetKeys } from '@anju/prisma/idempotency/apply'
import { loadKey, type MasterKey } from '@anju/prisma/key'
import { ensurePartitions } from '@anju/prisma/partition/apply'
import { forgetAttempts } from '@anju/prisma/session/apply'
import { openPool, transact } from '@anju/prisma/tx'
import { checkNight } from '@anju/prisma/visit-exception/nightly'
import type pg from 'pg'
import type { Logger } from 'pino'
import { brokerOf } from './broker.ts'
import { pingAlive } from './alive/ping.ts'
import { handOver } from './anchor/hand-over.ts'
import { decideDue } from './deadline/decider.ts'
import { TestReader } from './device/test-reader.ts'
import { Notifier } from './notification/notifier.ts'
import { DrillPlayer } from './drill/player.ts'
import { Prober } from './probe/prober.ts'

/** A drill begins within this time. */
const DRILL_LOOK_MS = 1000
/** How soon an open case or an empty cell is told; nothing to tell costs a look into an index that holds nothing. */
const WATCH_MS = 2000
/** How often is asked whether a test press is due. */
const PROBE_LOOK_MS = 5000
/** A due deadline is decided within this time. */
const LOOK_MS = 200
const SEND_MS = 500
/** Checks on visits come after a minute; a few seconds more are nothing. */
const CHECK_LOOK_MS = 3000
const NIGHT_LOOK_MS = 10 * 60_000
/** Which worker pings is decided in the database. */
const PING_LOOK_MS = 5000
/** A root is sealed once a day; a minute more is nothing. */
const ANCHOR_LOOK_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

export interface Worker {
  stop(): Promise<void>
}

/** Starts what happens without anybody asking: deadlines, notifications to the outside, upkeep. */
export async function startWorker(config: Config & { databaseUrl: string }, log: Logger): Promise<Worker> {
  const key = await loadKey(config)
  const pool = openPool(config.databaseUrl, { max: 6, name: 'anju worker' })
  const { databaseUrl, webhook, publicUrl, aliveUrl } = config
  const notifier = new Notifier({ pool, databaseUrl, key, webhook, publicUrl, log })
  await notifier.start()
  const tests = new TestReader(pool, config.databaseUrl, log)
  tests.start()
  const broker = config.probeBroker ?? brokerOf(config)
  const prober = proberOf(config, broker, pool, key, log)
  const drills = broker === null ? null : new DrillPlayer({ pool, key, broker, log })
  const loops = [
    ...(drills ? [repeat(DRILL_LOOK_MS, log, 'drills', () => drills.turn(new Date()))] : []),
    ...(prober ? [repeat(PROBE_LOOK_MS, log, 'test presses', () => prober.turn(new Date()))] : []),
    repeat(LOOK_MS, log, 'deadlines', () => decideDue(pool, new Date(), log, key)),
    repeat(CHECK_LOOK_MS, log, 'checks on visits', () => decideDue(pool, new Date(), log, key, 'check')),
    repeat(NIGHT_LOOK_MS, log, 'checks of the night', () => checkNight(pool, new Date())),
    repeat(SEND_MS, log, 'notifications', () => notifier.sendDue(new Date())),
    ...(aliveUrl === null
      ? []
      : [repeat(PING_LOOK_MS, log, 'alive', () => pingAlive(pool, { url: aliveUrl, log }, new Date()))]),
    repeat(WATCH_MS, log, 'cases and cells', () => transact(pool, (tx) => watchDevices(tx, new Date()))),
    repeat(5000, log, 'commands', () => transact(pool, (tx) => expireCommands(tx, new Date()))),
    repeat(HOUR_MS, log, 'partitions', () => upkeepPartitions(pool)),
    repeat(DAY_MS, log, 'search terms', () => fillTerms(pool)),
    repeat(HOUR_MS, log, 'care checks', () => transact(pool, (tx) => armCareChecks(tx, new Date()))),
    repeat(HOUR_MS, log, 'messages of exchanges', () => transact(pool, (tx) => forgetHooks(tx, new Date()))),
    repeat(HOUR_MS, log, 'idempotency keys', () => transact(pool, (tx) => forgetKeys(tx, new Date()))),
    repeat(HOUR_MS, log, 'sign-in attempts', () => transact(pool, (tx) => forgetAttempts(tx, new Date()))),
    repeat(HOUR_MS, log, 'evidence', () => sealLastDay(pool, key, new Date())),
    repeat(ANCHOR_LOOK_MS, log, 'roots handed over', () =>
      handOver({ pool, key, folder: config.anchorFolder, log }, new Date()),
    ),
  ]
  log.info({ outside: config.webhook ? 'configured' : 'none' }, 'worker ready')
  return {
    async stop() {
      prober?.stop()
      await drills?.stop()
      await Promise.all(loops.map((loop) => loop.stop()))
      await notifier.stop()
      await tests.stop()
      await pool.end()
    },
  }
}

/** Who presses our own buttons; nobody where it is not wanted, or where no broker has a port one could know. */
function proberOf(config: Config, broker: string | null, pool: pg.Pool, key: MasterKey, log: Logger): Prober | null {
  if (config.probeEveryS === 0 || broker === null) return null
  return new Prober({ pool, key, broker, everyMs: config.probeEveryS * 1000, outside: config.webhook, log })
}

async function upkeepPartitions(pool: pg.Pool): Promise<void> {
  const client = await pool.connect()
  try {
    await ensurePartitions(client, new Date())
  } finally {
    client.release()
  }
}

/** Does a piece of work again and again, never twice at once; a failure is logged and the next turn comes. */
function repeat(everyMs: number, log: Logger, name: string, work: () => Promise<unknown>): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  const turn = async () => {
    await work().catch((error: unknown) => log.warn({ err: error, loop: name }, 'turn failed'))
    if (!stopped) timer = setTimeout(next, everyMs)
  }
  let running = turn()
  const next = () => {
    running = turn()
  }
  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
