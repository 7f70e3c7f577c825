import type { Socket } from 'node:net'
import type { Limits } from './limits.ts'

/**
 * Counts sockets. A stranger is one whose device is not yet authenticated; beyond their limits the oldest stranger is
 * cut to let the newest in: it has had its time, and refusing newcomers would let a flood lock every device out.
 */
export class Crowd {
  readonly #limits: Limits
  readonly #strangers = new Map<Socket, { address: string; deadline: NodeJS.Timeout }>() // oldest first
  readonly #byAddress = new Map<string, Set<Socket>>()
  readonly #all = new Set<Socket>()

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** False: the house is full of authenticated devices, and the socket was cut. */
  enter(socket: Socket): boolean {
    if (this.#all.size >= this.#limits.connections && !this.#cutOldest(this.#strangers.keys())) {
      socket.destroy()
      return false
    }
    const address = socket.remoteAddress ?? ''
    const same = this.#byAddress.get(address) ?? new Set()
    if (same.size >= this.#limits.strangersPerAddress) this.#cutOldest(same.values())
    else if (this.#strangers.size >= this.#limits.strangers) this.#cutOldest(this.#strangers.keys())
    // Covers what no other timer does: a TLS or HTTP handshake that never ends.
    const patienceMs = this.#limits.connectTimeoutMs + this.#limits.authenticateTimeoutMs
    const deadline = setTimeout(() => socket.destroy(), patienceMs)
    this.#all.add(socket)
    this.#strangers.set(socket, { address, deadline })
    this.#byAddress.set(address, same.add(socket))
    socket.once('close', () => this.#leave(socket))
    return true
  }

  /** The socket's device is authenticated. */
  known(socket: Socket): void {
    const stranger = this.#strangers.get(socket)
    if (!stranger) return
    clearTimeout(stranger.deadline)
    this.#strangers.delete(socket)
    const same = this.#byAddress.get(stranger.address)
    same?.delete(socket)
    if (same?.size === 0) this.#byAddress.delete(stranger.address)
  }

  cutAll(): void {
    for (const socket of this.#all) socket.destroy()
  }

  #cutOldest(sockets: Iterable<Socket>): boolean {
    for (const socket of sockets) {
      this.#leave(socket)
      socket.destroy()
      return true
    }
    return false
  }

  #leave(socket: Socket): void {
    this.known(socket)
    this.#all.delete(socket)
  }
}
