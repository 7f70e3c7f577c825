import { LogTail } from '@anju/prisma/log/tail'
import {
  type DueNotification,
  leaseNotifications,
  notifierPosition,
  planNotifications,
  recordAttempt,
} from '@anju/prisma/notification/apply'
import { poolQuery, transact } from '@anju/prisma/tx'
import type pg from 'pg'
import type { Logger } from 'pino'
import { sendWebhook, type WebhookTarget } from './webhook.ts'

const AT_ONCE = 8
const CHANNEL = 'webhook'

/** Reads the log and tells the outside. A channel that hangs or fails delays nothing but itself (promise 9). */
export class Notifier {
  readonly #pool: pg.Pool
  readonly #databaseUrl: string
  readonly #target: WebhookTarget | null
  readonly #log: Logger
  #tail: LogTail | undefined
  #sending = 0
  #stopped = false

  constructor(pool: pg.Pool, databaseUrl: string, target: WebhookTarget | null, log: Logger) {
    this.#pool = pool
    this.#databaseUrl = databaseUrl
    this.#target = target
    this.#log = log
  }

  async start(): Promise<void> {
    const channel = this.#target ? CHANNEL : null
    this.#tail = new LogTail(this.#pool, this.#databaseUrl, {
      after: await notifierPosition(poolQuery(this.#pool)),
      onEvents: async (events) => {
        await transact(this.#pool, (tx) => planNotifications(tx, events, channel, new Date()))
        await this.sendDue(new Date())
      },
      onError: (error) => this.#log.warn({ err: error }, 'notifier cannot follow the log now'),
    })
    this.#tail.start()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#tail?.stop()
  }

  /** Begins to send what is due, without waiting for the answers. */
  async sendDue(now: Date): Promise<void> {
    const target = this.#target
    if (!target || this.#stopped || this.#sending >= AT_ONCE) return
    const room = AT_ONCE - this.#sending
    const due = await transact(this.#pool, (tx) => leaseNotifications(tx, room, now))
    for (const notification of due) void this.#send(target, notification)
  }

  async #send(target: WebhookTarget, notification: DueNotification): Promise<void> {
    this.#sending++
    const attempt = await sendWebhook(target, notification.id, notification.body, new Date())
    this.#sending--
    this.#log.info(
      { notification: notification.id, attempt: notification.attempts, ...attempt },
      'notification attempted',
    )
    try {
      await transact(this.#pool, (tx) => recordAttempt(tx, notification, attempt, new Date()))
    } catch (error) {
      this.#log.warn({ err: error, notification: notification.id }, 'attempt not recorded; it will be repeated')
    }
  }
}
