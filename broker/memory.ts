import { Readable } from 'node:stream'
import type { Client } from 'aedes'

/**
 * All that clean sessions need of a persistence: packet ids of QoS 2 publishes between PUBREC and PUBREL, held by the
 * client object itself so that they end with it. Nothing is retained, queued for the absent, or kept of a will. The
 * default in-memory persistence would keep payloads and run on every message.
 */
export class Memory {
  readonly #released = new WeakMap<Client, Set<number>>()
  readonly #acknowledged: (client: Client, messageId: number) => void

  /** `acknowledged` is told of each PUBACK and PUBCOMP a client sends. */
  constructor(acknowledged: (client: Client, messageId: number) => void) {
    this.#acknowledged = acknowledged
  }

  async setup(): Promise<void> {}

  async cleanSubscriptions(): Promise<void> {}

  async delWill(): Promise<void> {}

  streamWill(): Readable {
    return Readable.from([])
  }

  outgoingStream(): Readable {
    return Readable.from([])
  }

  createRetainedStreamCombi(): Readable {
    return Readable.from([])
  }

  async outgoingClearMessageId(client: Client, packet: { messageId: number }): Promise<void> {
    this.#acknowledged(client, packet.messageId)
  }

  async incomingStorePacket(client: Client, packet: { messageId: number }): Promise<void> {
    const ids = this.#released.get(client) ?? new Set()
    this.#released.set(client, ids.add(packet.messageId))
  }

  /** Rejects for an unknown id: aedes takes that for "a new packet". */
  async incomingGetPacket(client: Client, packet: { messageId: number }): Promise<{ messageId: number }> {
    if (!this.#released.get(client)?.has(packet.messageId)) throw new Error('no such packet')
    return { messageId: packet.messageId }
  }

  async incomingDelPacket(client: Client, packet: { messageId: number }): Promise<void> {
    if (!this.#released.get(client)?.delete(packet.messageId)) throw new Error('no such packet')
  }
}
