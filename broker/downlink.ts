import type { Duplex } from 'node:stream'
import type { AedesPublishPacket, Client } from 'aedes'
import type { Limits } from './limits.ts'

/**
 * What one connection is sent. It goes through the aedes client's own `publish`, not the broker's: the client writes to
 * its own socket and waits for its own drain, so a stuck device delays nobody, nothing is matched against other
 * devices' subscriptions, and a device that does not read is dropped after `drainTimeoutMs` by the same rule as any other.
 */
export class Downlink {
  readonly #client: Client
  readonly #conn: Duplex
  readonly #limits: Limits
  readonly #unacked = new Map<number, (acked: boolean) => void>()
  #lastId = 0
  #stamp: number | undefined

  constructor(client: Client, conn: Duplex, limits: Limits) {
    this.#client = client
    this.#conn = conn
    this.#limits = limits
  }

  /** True once the device acknowledged (QoS 1) or the bytes left us (QoS 0); false where it cannot or did not. */
  send(topic: string, payload: Buffer, qos: 0 | 1): Promise<boolean> {
    const stuck = this.#conn.destroyed || this.#conn.writableLength > this.#limits.downlinkBytes
    if (stuck) return Promise.resolve(false)
    const packet = { cmd: 'publish', topic, payload, qos, dup: false, retain: false } as const
    if (qos === 0) {
      return new Promise((resolve) => this.#client.publish(packet, () => resolve(!this.#conn.destroyed)))
    }
    if (this.#unacked.size >= this.#limits.downlinkUnacked) return Promise.resolve(false)
    const messageId = this.#freeId()
    return new Promise((resolve) => {
      const settle = (acked: boolean): void => {
        clearTimeout(patience)
        this.#unacked.delete(messageId)
        resolve(acked)
      }
      const patience = setTimeout(settle, this.#limits.pubackTimeoutMs, false)
      this.#unacked.set(messageId, settle)
      this.#stamp = messageId
      this.#client.publish(packet, () => {})
      this.#stamp = undefined
    })
  }

  /**
   * aedes would give the packet an id of its own and tell nobody; it keeps one it finds. It asks `authorizeForward`
   * while our call of `publish` is still on the stack, so the id on the packet is the one we wait for.
   */
  forward(packet: AedesPublishPacket): AedesPublishPacket {
    if (this.#stamp !== undefined) packet.messageId = this.#stamp
    return packet
  }

  acknowledged(messageId: number): void {
    this.#unacked.get(messageId)?.(true)
  }

  /** The connection is gone: nothing outstanding will be acknowledged on it. */
  ended(): void {
    for (const settle of [...this.#unacked.values()]) settle(false)
  }

  #freeId(): number {
    do this.#lastId = (this.#lastId % 0xffff) + 1
    while (this.#unacked.has(this.#lastId))
    return this.#lastId
  }
}
