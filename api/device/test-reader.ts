import { linkTests } from '@anju/prisma/device/test-press'
import { LogTail } from '@anju/prisma/log/tail'
import { transact } from '@anju/prisma/tx'
import type pg from 'pg'
import type { Logger } from 'pino'

const ALARMS = new Set(['alarm.raised', 'alarm.pressed'])

/** Reads the log for the presses that tests wait for, so that the way of a press knows nothing of tests. */
export class TestReader {
  readonly #pool: pg.Pool
  readonly #tail: LogTail
  readonly #log: Logger

  constructor(pool: pg.Pool, databaseUrl: string, log: Logger) {
    this.#pool = pool
    this.#log = log
    this.#tail = new LogTail(pool, databaseUrl, {
      onEvents: async (events) => {
        // What the log tells is stored: this is the first moment we know it.
        const heardAt = new Date()
        if (events.some(({ name }) => ALARMS.has(name))) await transact(pool, (tx) => linkTests(tx, heardAt, heardAt))
      },
      onError: (error) => log.warn({ err: error }, 'test presses cannot be followed now'),
    })
  }

  start(): void {
    // Pressed while no worker ran: found now, without the moment of storing.
    void transact(this.#pool, (tx) => linkTests(tx, null, new Date())).catch((error: unknown) =>
      this.#log.warn({ err: error }, 'earlier test presses not looked for'),
    )
    this.#tail.start()
  }

  async stop(): Promise<void> {
    await this.#tail.stop()
  }
}
