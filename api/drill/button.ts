import { type Command, TOPIC_ROOT } from '@anju/domain/wire/schema'
import type { MqttClient } from 'mqtt'
import type { Logger } from 'pino'
import { connectButton, type Identity, pause, press } from '../probe/button.ts'

/** As often as a drill's silence is to be noticed: well under the shortest patience of a scenario. */
const HEARTBEAT_MS = 10_000
/** A broker that does not answer for so long is not waited for. */
const ANSWER_MS = 20_000

/** A button of a drill: it tells its state, presses when the script says so, and answers what it is told. */
export class DrillButton {
  readonly id: string
  readonly #broker: string
  readonly #secret: string
  readonly #log: Logger
  readonly #off = new AbortController()
  #client: MqttClient | undefined
  #beating: Promise<void> = Promise.resolve()
  readonly #pressing = new Set<Promise<void>>()

  constructor(broker: string, { id, secret }: Identity, log: Logger) {
    this.id = id
    this.#broker = broker
    this.#secret = secret
    this.#log = log
  }

  async switchOn(stopped: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([stopped, this.#off.signal, AbortSignal.timeout(ANSWER_MS)])
    const client = await connectButton(this.#broker, { id: this.id, secret: this.#secret }, signal)
    this.#client = client
    client.on('message', (topic, payload) => this.#hear(topic, payload))
    await client.subscribeAsync([`${this.#root}/cmd`, `${this.#root}/receipt`], { qos: 1 })
    this.#beating = this.#beat(client)
  }

  /** Its power fails: nothing is said, not even goodbye. */
  goDark(): void {
    this.#off.abort()
    this.#client?.stream.destroy()
    this.#client?.end(true)
  }

  press(messageId: string): void {
    const client = this.#client
    if (!client) return
    const pressing = press(client, this.id, messageId, new Date(), AbortSignal.timeout(ANSWER_MS))
      .catch((error: unknown) => this.#log.error({ err: error, device: this.id }, "a drill's press was not stored"))
      .finally(() => this.#pressing.delete(pressing))
    this.#pressing.add(pressing)
  }

  async switchOff(): Promise<void> {
    await Promise.all(this.#pressing)
    this.#off.abort()
    await this.#beating
    this.#client?.end(true)
  }

  get #root(): string {
    return `${TOPIC_ROOT}${this.id}`
  }

  async #beat(client: MqttClient): Promise<void> {
    for (let seq = 1; !this.#off.signal.aborted && client.connected; seq++) {
      const at = new Date().toISOString()
      const body = JSON.stringify({ at, online: true, boot: 1, seq, battery: 90 })
      client.publish(`${this.#root}/state`, body, { qos: 1 }, () => undefined) // a lost line ends the loop
      await pause(HEARTBEAT_MS, this.#off.signal)
    }
  }

  /** A loudspeaker that plays what it is told. */
  #hear(topic: string, payload: Buffer): void {
    if (!topic.endsWith('/cmd')) return
    const id = idOf(payload)
    if (id === null) return
    this.#client?.publish(`${this.#root}/ack`, JSON.stringify({ id, result: 'played' }), { qos: 1 }, () => undefined)
  }
}

function idOf(payload: Buffer): Command['id'] | null {
  const message: unknown = JSON.parse(payload.toString('utf8'))
  return typeof message === 'object' && message !== null && 'id' in message && typeof message.id === 'string'
    ? message.id
    : null
}
