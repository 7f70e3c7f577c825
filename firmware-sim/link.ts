import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/**
 * The stretch of network between a device and the platform, on loopback: it can be cut, go dead (half-open: nothing
 * passes, nothing closes), or lose what the platform answers.
 */
export class Link {
  readonly #server: Server
  readonly #pairs = new Set<[device: Socket, platform: Socket]>()
  readonly #target: { host: string; port: number }
  #mode: 'whole' | 'cut' | 'dead' | 'answers-lost' = 'whole'
  /** Bytes that came from devices, a chunk each; for tests that compare what was really sent. */
  readonly sent: Buffer[] = []
  #address = ''

  private constructor(server: Server, target: { host: string; port: number }) {
    this.#server = server
    this.#target = target
  }

  /** Opens a link to `broker` (an mqtt:// or http:// address); devices use its `url` instead. */
  static async open(broker: string): Promise<Link> {
    const url = new URL(broker)
    const server = createServer({ noDelay: true })
    const link = new Link(server, { host: url.hostname, port: Number(url.port || 1883) })
    server.on('connection', (socket) => link.#join(socket))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const bound = server.address()
    if (bound === null || typeof bound === 'string') throw new Error('not a TCP address')
    link.#address = `${url.protocol}//127.0.0.1:${bound.port}`
    return link
  }

  get url(): string {
    return this.#address
  }

  /** Everything open is broken, and nothing new gets through until {@link heal}. */
  cut(): void {
    this.#mode = 'cut'
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy()
  }

  /** Nothing passes either way and nobody is told. */
  goDead(): void {
    this.#mode = 'dead'
  }

  /** What devices say still arrives; what the platform answers does not. */
  loseAnswers(): void {
    this.#mode = 'answers-lost'
  }

  /** Breaks what is open, since bytes are missing in it, and lets new connections through. */
  heal(): void {
    this.cut()
    this.#mode = 'whole'
  }

  async close(): Promise<void> {
    this.cut()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #join(device: Socket): void {
    if (this.#mode === 'cut') {
      device.destroy()
      return
    }
    const platform = connect({ ...this.#target, noDelay: true })
    const pair: [Socket, Socket] = [device, platform]
    this.#pairs.add(pair)
    device.on('data', (bytes) => {
      if (this.#mode === 'dead') return
      this.sent.push(bytes)
      platform.write(bytes)
    })
    platform.on('data', (bytes) => {
      if (this.#mode === 'whole') device.write(bytes)
    })
    for (const socket of pair) {
      socket.on('error', () => {}) // 'close' follows
      socket.on('close', () => {
        this.#pairs.delete(pair)
        for (const other of pair) other.destroy()
      })
    }
  }
}
