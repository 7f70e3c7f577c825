import { PROBE_WITHIN_MS } from '@anju/domain/probe/verdict'
import type { MasterKey } from '@anju/prisma/key'
import { claimProbes, type ClaimedProbe, probeAcknowledged, withdrawProbe } from '@anju/prisma/probe/apply'
import { transact } from '@anju/prisma/tx'
import { connect } from 'node:net'
import type pg from 'pg'
import type { Logger } from 'pino'
import { sendWebhook, type WebhookTarget } from '../notification/webhook.ts'
import { pressOnce } from './button.ts'

/** Worker and gateway start side by side; a gateway that is only slow to begin has not failed anybody. */
const BEGINS_WITHIN_MS = 120_000
/** While the way stays broken the outside is told again after this. */
const TELL_AGAIN_MS = 10 * 60_000

export interface ProberOptions {
  pool: pg.Pool
  key: MasterKey
  /** mqtt:// address of the broker that devices use. */
  broker: string
  everyMs: number
  /** Reached directly, past the database: what failed may be the database itself. */
  outside: WebhookTarget | null
  log: Logger
}

type Broken = 'no-database' | 'not-stored'

/**
 * Presses a button of our own, as a device does, and sees to it that somebody hears when the press is not stored. What
 * the desks did with it is asked by its deadline (`prisma/probe/decide.ts`).
 */
export class Prober {
  readonly #o: ProberOptions
  readonly #stop = new AbortController()
  /** Since when the database could not even be asked whether a press is due. */
  #awaySince: Date | null = null
  #begunAt: Date | null = null
  #reached = false
  #told: { broken: Broken; at: Date } | null = null

  constructor(options: ProberOptions) {
    this.#o = options
  }

  /** Presses if it is time. Called again and again; never twice at once. */
  async turn(now: Date): Promise<void> {
    this.#begunAt ??= now
    this.#reached ||= now.getTime() - this.#begunAt.getTime() > BEGINS_WITHIN_MS || (await answers(this.#o.broker))
    if (!this.#reached) return
    let claimed: ClaimedProbe[]
    try {
      claimed = await transact(this.#o.pool, (tx) => claimProbes(tx, this.#o.key, this.#o.everyMs, now))
      this.#awaySince = null
    } catch (error) {
      this.#awaySince ??= now
      if (now.getTime() - this.#awaySince.getTime() >= PROBE_WITHIN_MS) await this.#tell('no-database', now)
      throw error
    }
    await Promise.all(claimed.map((probe) => this.#press(probe)))
  }

  /** Gives up what is under way: it is no failure that we were stopped. */
  stop(): void {
    this.#stop.abort()
  }

  async #press(probe: ClaimedProbe): Promise<void> {
    const { pool, broker, log } = this.#o
    const began = performance.now()
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(PROBE_WITHIN_MS)])
    try {
      await pressOnce(broker, { id: probe.deviceId, secret: probe.secret }, probe.id, signal)
    } catch (error) {
      if (this.#stop.signal.aborted) return transact(pool, (tx) => withdrawProbe(tx, probe.id))
      log.error({ err: error, probe: probe.id }, 'a test press was not stored')
      return this.#tell('not-stored', new Date())
    }
    log.debug({ probe: probe.id, ms: Math.round(performance.now() - began) }, 'a test press was stored')
    await this.#recovered(new Date())
    await transact(pool, (tx) => probeAcknowledged(tx, probe.id, new Date()))
  }

  async #tell(broken: Broken, now: Date): Promise<void> {
    const told = this.#told
    if (told?.broken === broken && now.getTime() - told.at.getTime() < TELL_AGAIN_MS) return
    this.#told = { broken, at: now }
    await this.#post('probe.failed', broken, now)
  }

  async #recovered(now: Date): Promise<void> {
    const told = this.#told
    this.#told = null
    if (told) await this.#post('probe.recovered', told.broken, now)
  }

  /** Several workers see the same failure; whoever receives it goes by the id, which is the same for all of them. */
  async #post(type: string, reason: Broken, now: Date): Promise<void> {
    const { outside, log } = this.#o
    if (outside === null) return log.error({ type, reason }, 'nobody outside can be told')
    const id = `${type}-${reason}-${Math.floor(now.getTime() / TELL_AGAIN_MS)}`
    const attempt = await sendWebhook(outside, id, { type, timestamp: now.toISOString(), data: { reason } }, now)
    log.warn({ type, reason, ...attempt }, 'the outside was told directly')
    if (attempt.error !== null) this.#told = null // tried again with the next turn
  }
}

/** Whether somebody listens at this address. */
async function answers(address: string): Promise<boolean> {
  const { hostname, port } = new URL(address)
  const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || 1883, timeout: 1000 })
  try {
    return await new Promise((resolve) => {
      socket.once('connect', () => resolve(true))
      socket.once('timeout', () => resolve(false))
      socket.once('error', () => resolve(false))
    })
  } finally {
    socket.destroy()
  }
}
