import { usableChannel } from '@anju/prisma/channel/apply'
import { openSettings } from '@anju/prisma/channel/settings'
import type { MasterKey } from '@anju/prisma/key'
import { LogTail } from '@anju/prisma/log/tail'
import {
  type Attempt,
  type DueNotification,
  dueChannels,
  ENVIRONMENT,
  leaseNotifications,
  recordAttempt,
} from '@anju/prisma/notification/apply'
import { notifierPosition, planNotifications } from '@anju/prisma/notification/plan'
import { poolQuery, transact } from '@anju/prisma/tx'
import type pg from 'pg'
import type { Logger } from 'pino'
import { deliver } from './deliver.ts'
import { sendWebhook, type WebhookTarget } from './webhook.ts'

/** Of one channel, in this worker: a channel that hangs fills its own places and nobody else's. */
const AT_ONCE = 4

export interface NotifierParts {
  pool: pg.Pool
  databaseUrl: string
  key: MasterKey
  /** The environment's. */
  webhook: WebhookTarget | null
  /** Where people reach the site; null: messages carry no address. */
  publicUrl: string | null
  log: Logger
  /** How long the outside may take to answer. */
  answerWithinMs?: number
  /** What the time is when the log wakes it; the wall clock unless set. */
  now?: () => Date
}

/** Reads the log and tells the outside. A channel that hangs or fails delays nothing but itself (promise 9). */
export class Notifier {
  readonly #parts: NotifierParts
  readonly #sending = new Map<string, number>()
  #tail: LogTail | undefined
  #stopped = false

  constructor(parts: NotifierParts) {
    this.#parts = parts
  }

  async start(): Promise<void> {
    const { pool, databaseUrl, webhook, log, now = () => new Date() } = this.#parts
    this.#tail = new LogTail(pool, databaseUrl, {
      after: await notifierPosition(poolQuery(pool)),
      onEvents: async (events) => {
        await transact(pool, (tx) => planNotifications(tx, events, webhook !== null, now()))
        await this.sendDue(now())
      },
      onError: (error) => log.warn({ err: error }, 'notifier cannot follow the log now'),
    })
    this.#tail.start()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#tail?.stop()
  }

  /** Begins to send what is due, channel by channel, without waiting for the answers. */
  async sendDue(now: Date): Promise<void> {
    const { pool, log } = this.#parts
    if (this.#stopped) return
    for (const channel of await dueChannels(poolQuery(pool), now)) {
      if (channel === ENVIRONMENT && this.#parts.webhook === null) continue
      const limit = AT_ONCE - (this.#sending.get(channel) ?? 0)
      if (limit <= 0) continue
      try {
        const due = await transact(pool, (tx) => leaseNotifications(tx, { channel, limit, now }))
        for (const notification of due) void this.#send(notification, now)
      } catch (error) {
        log.warn({ err: error, channel }, 'nothing of this channel can be leased now')
      }
    }
  }

  async #send(notification: DueNotification, now: Date): Promise<void> {
    const { pool, log } = this.#parts
    const { id, channel, attempts } = notification
    this.#sending.set(channel, (this.#sending.get(channel) ?? 0) + 1)
    try {
      const attempt = await this.#attempt(notification, now)
      log.info({ notification: id, channel, attempt: attempts, ...attempt }, 'notification attempted')
      const at = new Date(now.getTime() + attempt.tookMs)
      await transact(pool, (tx) => recordAttempt(tx, notification, attempt, at))
    } catch (error) {
      log.warn({ err: error, notification: id }, 'attempt not recorded; it will be repeated')
    } finally {
      const places = this.#sending.get(channel) ?? 1
      this.#sending.set(channel, places - 1)
      // What found no place goes on at once.
      if (places === AT_ONCE) await this.sendDue(now).catch(() => undefined)
    }
  }

  async #attempt(notification: DueNotification, now: Date): Promise<Attempt> {
    const { pool, key, webhook, publicUrl, answerWithinMs } = this.#parts
    const { id, channelId, body } = notification
    if (channelId === null) {
      if (webhook === null) throw new Error('the webhook of the environment is gone')
      const { status, error, tookMs } = await sendWebhook(webhook, id, body, now, answerWithinMs)
      return { status, error, tookMs }
    }
    const row = await usableChannel(poolQuery(pool), channelId)
    if (!row) return { status: null, error: 'the channel was switched off', tookMs: 0, final: true }
    const channel = settingsOf(key, row)
    if (channel === null) return { status: null, error: 'its settings cannot be opened', tookMs: 0 }
    return deliver(channel, notification, { publicUrl, now, answerWithinMs })
  }
}

/** null: sealed under another key, or written by another version. */
function settingsOf(key: MasterKey, row: Parameters<typeof openSettings>[1]): ReturnType<typeof openSettings> | null {
  try {
    return openSettings(key, row)
  } catch {
    return null
  }
}
