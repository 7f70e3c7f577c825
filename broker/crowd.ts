import type { Socket } from 'node:net'
import type { Limits } from './limits.ts'

/**
 * Counts sockets. A stranger is one that has not yet sent a whole CONNECT; beyond their limits the oldest stranger is
 * cut to let the newest in: it has had its time, and refusing newcomers would let a flood lock every device out. One
 * that has sent its CONNECT waits for us, so it is not cut to make room, but has a deadline until it is authenticated.
 */
export class Crowd {
  readonly #limits: Limits
  readonly #all = new Set<Socket>()
  readonly #deadlines = new Map<Socket, NodeJS.Timeout>()
  readonly #strangers = new Map<Socket, string>() // with their addresses, oldest first
  readonly #byAddress = new Map<string, Set<Socket>>()

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** False: the house is full, and the socket was cut. */
  enter(socket: Socket): boolean {
    if (this.#all.size >= this.#limits.connections && !this.#cutOldest(this.#strangers.keys())) {
      socket.destroy()
      return false
    }
    const address = socket.remoteAddress ?? ''
    const same = this.#byAddress.get(address) ?? new Set()
    if (same.size >= this.#limits.strangersPerAddress && !isProxy(address)) this.#cutOldest(same)
    else if (this.#strangers.size >= this.#limits.strangers) this.#cutOldest(this.#strangers.keys())
    this.#all.add(socket)
    this.#strangers.set(socket, address)
    this.#byAddress.set(address, same.add(socket))
    // Covers what no other timer does: a TLS or HTTP handshake that never ends.
    const patienceMs = this.#limits.connectTimeoutMs + this.#limits.authenticateTimeoutMs
    this.#deadlines.set(
      socket,
      setTimeout(() => socket.destroy(), patienceMs),
    )
    socket.once('close', () => this.#leave(socket))
    return true
  }

  /** The socket brought a whole CONNECT. */
  spoke(socket: Socket): void {
    const address = this.#strangers.get(socket)
    if (address === undefined) return
    this.#strangers.delete(socket)
    const same = this.#byAddress.get(address)
    same?.delete(socket)
    if (same?.size === 0) this.#byAddress.delete(address)
  }

  /** The socket's device is authenticated. */
  known(socket: Socket): void {
    this.spoke(socket)
    clearTimeout(this.#deadlines.get(socket))
    this.#deadlines.delete(socket)
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

/** Behind a proxy on this machine every device comes from here, so the address tells nothing. */
function isProxy(address: string): boolean {
  return address === '127.0.0.1' || address === '::1' || address === '::ffff:127.0.0.1'
}
