import type { Broker } from '@anju/broker/main'
import { TOPIC_ROOT, type Receipt } from '@anju/domain/wire/schema'
import { markSent, type WaitingCommand, waitingCommands } from '@anju/prisma/command/apply'
import { LogTail, type StoredEvent } from '@anju/prisma/log/tail'
import { poolQuery, transact } from '@anju/prisma/tx'
import type pg from 'pg'
import type { Logger } from 'pino'
import type { Verifier } from './verifier.ts'

/** Subscriptions of one moment share a query: after a power cut everybody subscribes at once. */
const GATHER_MS = 10

/**
 * The way down: commands as soon as the log tells of them and again when a device subscribes; receipts; and the door,
 * for a device that was revoked or changed.
 */
export class Downlink {
  readonly #pool: pg.Pool
  readonly #broker: Broker
  readonly #verifier: Verifier
  readonly #log: Logger
  readonly #tail: LogTail
  readonly #receiptsTo = new Set<string>()
  /** Commands on their way; true: its device subscribed meanwhile, and is sent it once more. */
  readonly #sending = new Map<string, boolean>()
  /** Devices to ask about; true: what was sent before and not answered is sent again. */
  #asking = new Map<string, boolean>()
  #stopped = false

  constructor(pool: pg.Pool, databaseUrl: string, broker: Broker, verifier: Verifier, log: Logger) {
    this.#pool = pool
    this.#broker = broker
    this.#verifier = verifier
    this.#log = log
    this.#tail = new LogTail(pool, databaseUrl, {
      onEvents: (events) => this.#follow(events),
      onError: (error) => log.warn({ err: error }, 'log cannot be followed now'),
    })
  }

  /** Answers once no change of a device is missed any more. */
  start(): Promise<void> {
    this.#tail.start()
    return this.#tail.began
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#tail.stop()
  }

  subscribed(deviceId: string, topic: string): void {
    if (topic.endsWith('/receipt')) this.#receiptsTo.add(deviceId)
    else this.#ask(deviceId, true)
  }

  disconnected(deviceId: string): void {
    this.#receiptsTo.delete(deviceId)
  }

  /** Tells a device what became of its items. PUBACK said so already, so nobody waits for this. */
  receipt(deviceId: string, receipt: Receipt): void {
    if (!this.#receiptsTo.has(deviceId)) return
    if (receipt.ids.length + receipt.rejected.length === 0) return
    void this.#broker.send(deviceId, `${TOPIC_ROOT}${deviceId}/receipt`, Buffer.from(JSON.stringify(receipt)), 0)
  }

  #follow(events: StoredEvent[]): void {
    for (const event of events) {
      const { deviceId } = event.body
      if (typeof deviceId !== 'string') continue
      if (event.name === 'command.queued') this.#ask(deviceId, false)
      if (event.name === 'device.bound') this.#verifier.forget(deviceId)
      if (event.name === 'device.revoked' || event.name === 'device.rotated') {
        this.#verifier.forget(deviceId)
        this.#broker.disconnect(deviceId)
      }
    }
  }

  #ask(deviceId: string, again: boolean): void {
    this.#asking.set(deviceId, again || this.#asking.get(deviceId) === true)
    if (this.#asking.size === 1) setTimeout(() => void this.#sendWaiting(), GATHER_MS)
  }

  async #sendWaiting(): Promise<void> {
    const asked = this.#asking
    this.#asking = new Map()
    if (this.#stopped) return
    try {
      const commands = await waitingCommands(poolQuery(this.#pool), [...asked.keys()], new Date())
      const again = ({ deviceId }: WaitingCommand): boolean => asked.get(deviceId) === true
      const wanted = commands.filter((command) => command.state === 'queued' || again(command))
      await Promise.all(wanted.map((command) => this.#send(command, again(command))))
    } catch (error) {
      this.#log.warn({ err: error }, 'commands cannot be read now')
      setTimeout(() => {
        for (const [deviceId, again] of asked) this.#ask(deviceId, again)
      }, 1000).unref()
    }
  }

  async #send(command: WaitingCommand, again: boolean): Promise<void> {
    if (this.#sending.has(command.id)) {
      if (again) this.#sending.set(command.id, true)
      return
    }
    this.#sending.set(command.id, false)
    try {
      const { id, deviceId, cmd, body, expiresAt } = command
      const payload = Buffer.from(JSON.stringify({ ...body, id, cmd, expires: expiresAt.toISOString() }))
      if (!(await this.#broker.send(deviceId, `${TOPIC_ROOT}${deviceId}/cmd`, payload, 1))) return
      this.#log.info({ command: id, device: deviceId, cmd }, 'command sent')
      await transact(this.#pool, (tx) => markSent(tx, [id], new Date()))
    } catch (error) {
      this.#log.warn({ err: error, command: command.id }, 'command not marked as sent')
    } finally {
      const askedAgain = this.#sending.get(command.id) === true
      this.#sending.delete(command.id)
      if (askedAgain) this.#ask(command.deviceId, true)
    }
  }
}
